from django.urls import path

# The converter <public_id> is registered there.
from skinproof.clinic.consultations import urls  # noqa: F401

from . import views

app_name = "owner"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("letters/<public_id:public_id>/", views.letter, name="letter"),
    path("audit/", views.audit, name="audit"),
    path("audit/export/", views.export, name="export"),
]
