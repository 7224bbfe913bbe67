"""The register's page at the desk, beside the other pages of a case."""

from django.urls import path

from . import views

app_name = "plan-products"
urlpatterns = [path("<public_id:public_id>/plan/products/", views.choose, name="choose")]
