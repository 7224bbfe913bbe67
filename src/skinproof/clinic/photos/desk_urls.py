from django.urls import path

# The converter <public_id> is registered there.
from skinproof.clinic.consultations import urls  # noqa: F401

from . import desk_views

app_name = "case-photos"
urlpatterns = [
    path("photo/<public_id:photo_id>/<slug:size>/", desk_views.image, name="image"),
    path("<public_id:public_id>/photos/<slug:view>/", desk_views.compare, name="compare"),
]
