from django.http import HttpResponse
from django.urls import path

app_name = "owner"
urlpatterns = [
    path("", lambda r: HttpResponse("home"), name="queue"),
    path("", lambda r: HttpResponse("home"), name="overview"),
]
