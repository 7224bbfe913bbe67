from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from skinproof.clinic.consultations.models import new_public_id


class GpSharing(models.Model):
    """Whether this clinic may write to a person's GP, and whom. Kept as it was said.

    The latest word leads, wherever it was said (`desk.gp`); the latest row says whom. By which birth date and address
    the practice finds the record stands with the person's details, `prescribing.PersonDetails`.
    """

    fact = "gp-sharing-consent"  # what a row says to the rules

    consultation = models.ForeignKey("consultations.Consultation", models.PROTECT, related_name="gp_sharings")
    allowed = models.BooleanField()
    gp_name = models.CharField(max_length=120, blank=True)
    practice = models.CharField(max_length=160, blank=True)
    practice_address = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    told_to_doctor = models.BooleanField(default=False)  # the doctor wrote down what the person said
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(allowed=False) | ~models.Q(practice=""),
                name="papers_allowed_means_whom",
            ),
        ]

    def __str__(self):
        return f"what was said about the GP {self.pk}"

    @property
    def value(self) -> bool:
        return self.allowed


class Referral(models.Model):
    """A letter that sends a person to somebody. Everything in it is fixed when it is issued."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    consultation = models.ForeignKey("consultations.Consultation", models.PROTECT, related_name="referrals")
    number = models.PositiveSmallIntegerField()  # 1 for the first letter of the consultation
    content = models.JSONField()  # `papers.contents.referral.Letter`
    content_hash = models.CharField(max_length=64)  # SHA-256 of it, hexadecimal
    key = models.CharField(max_length=43, unique=True, editable=False)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["consultation", "number"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "number"], name="papers_referrals_are_numbered"),
        ]

    def __str__(self):
        return f"referral {self.public_id}"
