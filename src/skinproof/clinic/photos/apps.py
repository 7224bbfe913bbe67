from django.apps import AppConfig


class PhotosConfig(AppConfig):
    name = "skinproof.clinic.photos"
    label = "photos"
    default_auto_field = "django.db.models.BigAutoField"
