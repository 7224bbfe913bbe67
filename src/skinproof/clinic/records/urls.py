from django.urls import path

from . import views

app_name = "records"
urlpatterns = [
    path("record/", views.mine, name="mine"),
    path("record/download/", views.download, name="download"),
]
