"""One case as a file, for the doctor who has it."""

from django.urls import path

from . import views

app_name = "case-records"
urlpatterns = [path("<public_id:public_id>/record/", views.case_download, name="download")]
