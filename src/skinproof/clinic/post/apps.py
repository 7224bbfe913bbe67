from django.apps import AppConfig


class PostConfig(AppConfig):
    name = "skinproof.clinic.post"
    label = "post"
