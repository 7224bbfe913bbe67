from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from skinproof.care import consents


class Consent(models.Model):
    """A person agreed to one treatment, or took that back. Kept as it was: the latest row for a form counts."""

    consultation = models.ForeignKey("consultations.Consultation", models.PROTECT, related_name="consents")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    form = models.CharField(max_length=60)
    agreed = models.BooleanField()  # False: taken back
    version = models.CharField(max_length=20)  # of the text
    text = models.JSONField()  # the text as it was shown: `care.consents.ConsentText`
    text_hash = models.CharField(max_length=64)  # SHA-256 of it, hexadecimal
    key = models.CharField(max_length=43, unique=True, editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"consent {self.pk}"

    @property
    def shown(self) -> consents.ConsentText:
        return consents.ConsentText.of(self.text)

    @property
    def intact(self) -> bool:
        """Whether the text is still what was agreed to."""
        return consents.fingerprint(self.text) == self.text_hash
