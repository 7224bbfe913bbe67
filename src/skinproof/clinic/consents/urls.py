"""The person's pages, below their consultation."""

from django.urls import path

from . import views

app_name = "consents"
urlpatterns = [
    path("<public_id:public_id>/consents/", views.overview, name="overview"),
    path("<public_id:public_id>/consents/<slug:form>/", views.consent, name="consent"),
    path("<public_id:public_id>/consents/<slug:form>/take-back/", views.take_back, name="take-back"),
]
