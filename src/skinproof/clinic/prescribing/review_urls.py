"""The pharmacist's pages: prescriptions to review, and one of them with what it rests on."""

from django.urls import path

# The converter <public_id> is registered there.
from skinproof.clinic.consultations import urls  # noqa: F401

from . import review_views

app_name = "reviews"
urlpatterns = [
    path("", review_views.queue, name="queue"),
    path("<public_id:rx>/", review_views.review, name="review"),
]
