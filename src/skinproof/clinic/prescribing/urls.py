from django.urls import path

# The converter <public_id> is registered there.
from skinproof.clinic.consultations import urls  # noqa: F401

from . import views

app_name = "desk-prescribing"
urlpatterns = [
    path("<public_id:public_id>/prescription/<public_id:rx>/", views.show, name="show"),
    path("<public_id:public_id>/prescription/<public_id:rx>/issue/", views.issue, name="issue"),
    path("<public_id:public_id>/prescription/<public_id:rx>/answer/", views.answer, name="answer"),
    path("<public_id:public_id>/prescription/<public_id:rx>/repeat/<int:line>/", views.repeat, name="repeat"),
    path("<public_id:public_id>/prescription/<public_id:rx>/<slug:step>/", views.act, name="act"),
]
