from django.http import HttpResponse
from django.urls import path

app_name = "consultations"
urlpatterns = [path("", lambda r: HttpResponse("home"), name="start")]
