from django.urls import path

from . import views

app_name = "owner"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("audit/", views.audit, name="audit"),
    path("audit/export/", views.export, name="export"),
]
