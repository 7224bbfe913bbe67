"""The doctor's page, and the panel of a case."""

from django.urls import path

from . import views

app_name = "case-consents"
urlpatterns = [path("<public_id:public_id>/consents/<slug:form>/", views.seen, name="seen")]
