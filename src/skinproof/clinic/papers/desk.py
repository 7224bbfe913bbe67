"""The same papers at the desk, and the letters that a doctor issues."""

from django.urls import path

from . import views
from .files import file_addresses

app_name = "case-papers"
urlpatterns = [
    path("<public_id:public_id>/papers/", views.desk_papers, name="papers"),
    path("<public_id:public_id>/papers/gp/", views.desk_gp, name="gp"),
    path("<public_id:public_id>/papers/refer/", views.refer, name="refer"),
    *file_addresses(views.desk_file),
]
