from django.urls import path

# The converter <public_id> is registered there.
from skinproof.clinic.consultations import urls  # noqa: F401

from . import views

app_name = "photos"
urlpatterns = [
    path("<public_id:public_id>/photos/", views.page, name="page"),
    path("<public_id:public_id>/photos/<public_id:photo_id>/remove/", views.remove, name="remove"),
    path("<public_id:public_id>/photos/<public_id:photo_id>/<slug:size>/", views.image, name="image"),
]
