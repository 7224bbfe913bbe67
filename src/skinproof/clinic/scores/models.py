from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from skinproof.clinic.consultations.models import Consultation


class RecordedScore(models.Model):
    """A total of a named instrument. Kept as it was recorded; a wrong one is followed by its correction."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="recorded_scores")
    instrument = models.CharField(max_length=40)  # an id of `care.instruments`
    total = models.DecimalField(max_digits=5, decimal_places=1)
    items = models.JSONField(default=list)  # in their order; empty where only the total is known
    measured_on = models.DateField()
    method = models.CharField(max_length=20)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"recorded score {self.pk}"
