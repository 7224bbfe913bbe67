from django.apps import AppConfig


class CheckConfig(AppConfig):
    name = "skinproof.clinic.check"
    label = "check"
    default_auto_field = "django.db.models.BigAutoField"
