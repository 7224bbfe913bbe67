from django.urls import path

from . import views

app_name = "check"
urlpatterns = [
    path("", views.form, name="form"),
    path("the-article/", views.the_article, name="the-article"),
    path("keep/", views.keep, name="keep"),
    path("paper.pdf", views.as_paper, name="paper"),
    path("kept/<str:token>/", views.kept, name="kept"),
    path("kept/<str:token>/paper.pdf", views.kept_paper, name="kept-paper"),
    path("kept/<str:token>/delete/", views.delete, name="delete"),
]
