from django.urls import path

# The converter <public_id> is registered there.
from skinproof.clinic.consultations import urls  # noqa: F401

from . import views

app_name = "rulebook"
urlpatterns = [
    path("", views.rules, name="rules"),
    path("changes/", views.changes, name="changes"),
    path("changes/<public_id:public_id>/", views.change, name="change"),
    path("changes/<public_id:public_id>/cases/", views.touched_cases, name="touched"),
    path("changes/<public_id:public_id>/decide/", views.decide, name="decide"),
    path("<slug:rule>/", views.rule, name="rule"),
    path("<slug:rule>/sign-off/", views.sign_off, name="sign-off"),
    path("<slug:rule>/amend/", views.amend, name="amend"),
    path("<slug:rule>/suspend/", views.suspend, name="suspend"),
    path("<slug:rule>/restore/", views.restore, name="restore"),
]
