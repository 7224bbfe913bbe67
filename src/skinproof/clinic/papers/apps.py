from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "skinproof.clinic.papers"
    label = "papers"
    default_auto_field = "django.db.models.BigAutoField"
