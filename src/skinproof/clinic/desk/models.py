from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from skinproof.clinic.consultations.models import Consultation, new_public_id


class Plan(models.Model):
    """What a doctor decides with a person. A draft can be changed; a signed plan cannot, by anybody: triggers hold it.

    A later plan of the same consultation takes the place of an earlier one; the earlier one stays as it was.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="plans")
    number = models.PositiveSmallIntegerField()  # 1 for the first plan of the consultation
    content = models.JSONField(default=dict)  # see `desk.content`
    version = models.PositiveIntegerField(default=1)  # grows with every saved draft
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    saved_at = models.DateTimeField(default=timezone.now)

    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    prescriber = models.CharField(max_length=160, blank=True)  # name and registration as they were at signing
    content_hash = models.CharField(max_length=64, blank=True)  # SHA-256, hexadecimal

    class Meta:
        ordering = ["consultation", "number"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "number"], name="desk_plans_are_numbered"),
            models.UniqueConstraint(
                fields=["consultation"], condition=models.Q(signed_at=None), name="desk_one_draft_a_consultation"
            ),
            models.CheckConstraint(
                condition=models.Q(signed_at=None, signed_by=None, content_hash="", prescriber="")
                | (
                    models.Q(signed_at__isnull=False, signed_by__isnull=False)
                    & ~models.Q(content_hash="")
                    & ~models.Q(prescriber="")
                ),
                name="desk_signed_means_by_whom_and_what",
            ),
        ]

    def __str__(self):
        return f"plan {self.public_id}"

    @property
    def signed(self) -> bool:
        return self.signed_at is not None
