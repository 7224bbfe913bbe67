"""The person's papers, below their consultation."""

from django.urls import path

from . import views
from .files import file_addresses

app_name = "papers"
urlpatterns = [
    path("<public_id:public_id>/papers/", views.person_papers, name="papers"),
    path("<public_id:public_id>/papers/gp/", views.person_gp, name="gp"),
    path("<public_id:public_id>/in-person/<slug:form>/", views.in_person, name="in-person"),
    *file_addresses(views.person_file),
]
