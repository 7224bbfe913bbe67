from django.urls import path

from . import views

app_name = "products"
urlpatterns = [
    path("", views.register, name="register"),
    path("new/", views.propose, name="propose"),
    path("<public_id:public_id>/", views.product, name="product"),
    path("<public_id:public_id>/<int:number>/", views.product, name="version"),
    path("<public_id:public_id>/revise/", views.revise, name="revise"),
    path("<public_id:public_id>/proof/", views.prove, name="prove"),
    path("<public_id:public_id>/assess/", views.assess, name="assess"),
]
