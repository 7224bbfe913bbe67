from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "skinproof.clinic.records"
    label = "records"
