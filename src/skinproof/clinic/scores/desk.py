"""The page of a case on which scores are recorded."""

from django.urls import path

from . import views

app_name = "case-scores"
urlpatterns = [path("<public_id:public_id>/scores/", views.scores, name="scores")]
