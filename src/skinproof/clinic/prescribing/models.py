from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from skinproof.clinic.consultations.models import Consultation, new_public_id
from skinproof.clinic.desk.models import Plan

_BY = {"to": settings.AUTH_USER_MODEL, "on_delete": models.PROTECT, "related_name": "+"}


class _ByDoctor(models.Model):
    """What a doctor put on record, and when."""

    doctor = models.ForeignKey(**_BY)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"


class PersonDetails(models.Model):
    """Name, address and date of birth, for prescriptions and letters: asked only when one is due, and once for both.

    The latest record counts. Where only a letter needed them, the name and the address may be missing yet.
    """

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="person_details")
    name = models.CharField(max_length=160, blank=True)
    address = models.TextField(blank=True)
    born = models.DateField()
    by = models.ForeignKey(**_BY, null=True, blank=True)  # nobody: a guest gave them
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"details {self.pk}"


class PracticeAddress(models.Model):
    """The address that a doctor prescribes from. The latest record counts."""

    doctor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="practice_addresses")
    address = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"practice address {self.pk}"


class Prescription(models.Model):
    """What a signed plan prescribes, as it was signed. Nothing in it changes; what became of it stands beside it."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="prescriptions")
    plan = models.OneToOneField(Plan, models.PROTECT, related_name="prescription")
    doctor = models.ForeignKey(**_BY)
    prescriber_name = models.CharField(max_length=120)
    prescriber_registration = models.CharField(max_length=40)
    lines = models.JSONField()  # as `PrescriptionLine`, with the form and product of each
    plan_hash = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"prescription {self.public_id}"

    @property
    def standing(self) -> str:
        """Where it stands, in words. Reads `issue` and `ending`, which a list fetches with it."""
        ending = getattr(self, "ending", None)
        if ending is not None:
            return str(ending.get_kind_display())
        return "To be signed in ink" if getattr(self, "issue", None) else "Draft: not issued yet"


class Issue(_ByDoctor):
    """The document with all its particulars, fixed on one day to be printed and signed."""

    prescription = models.OneToOneField(Prescription, models.PROTECT, related_name="issue")
    date = models.DateField()
    prescriber_address = models.TextField()
    patient_name = models.CharField(max_length=160)
    patient_address = models.TextField()
    patient_born = models.DateField()


class HandOff(_ByDoctor):
    """To which pharmacy it went, how and when. Kept as it was recorded."""

    class How(models.TextChoices):
        POST = "post", "By post, signed in ink"
        HAND = "hand", "Given to the person, signed in ink"
        SERVICE = "service", "Made again in a service that signs and sends as the law asks"

    prescription = models.ForeignKey(Prescription, models.PROTECT, related_name="hand_offs")
    pharmacy = models.CharField(max_length=200)
    how = models.CharField(max_length=10, choices=How)
    on = models.DateField()
    reference = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["id"]


class FollowUp(_ByDoctor):
    """That somebody looked at how the treatment goes, when and how, and what was found."""

    class How(models.TextChoices):
        VIDEO = "video", "By video"
        PHONE = "phone", "By phone"
        PERSON = "person", "In person"
        WRITING = "writing", "In writing, with photos or answers"

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="follow_ups")
    on = models.DateField()
    how = models.CharField(max_length=10, choices=How)
    found = models.TextField()

    class Meta:
        ordering = ["id"]


class Repeat(_ByDoctor):
    """One further supply of one line, and the follow-up that it rests on."""

    prescription = models.ForeignKey(Prescription, models.PROTECT, related_name="repeats_given")
    line = models.PositiveSmallIntegerField()  # 0 for the first
    follow_up = models.ForeignKey(FollowUp, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["prescription", "line", "follow_up"], name="prescribing_one_repeat_a_follow_up"
            ),
        ]


class Review(models.Model):
    """What a pharmacist made of a prescription: agreed, or a query in words. Kept as written; the latest counts."""

    class Verdict(models.TextChoices):
        AGREED = "agreed", "Agreed"
        QUERY = "query", "Query"

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    prescription = models.ForeignKey(Prescription, models.PROTECT, related_name="reviews")
    verdict = models.CharField(max_length=10, choices=Verdict)
    words = models.TextField(blank=True)
    by = models.ForeignKey(**_BY)
    name = models.CharField(max_length=200)  # name and registration as they were then
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(verdict="query") | ~models.Q(words=""), name="prescribing_a_query_has_words"
            ),
        ]

    def __str__(self):
        return f"review {self.public_id}"


class QueryAnswer(_ByDoctor):
    """What a doctor answered to a pharmacist's query."""

    review = models.OneToOneField(Review, models.PROTECT, related_name="answer")
    text = models.TextField()


class Ending(_ByDoctor):
    """That a prescription no longer holds, and why."""

    class Kind(models.TextChoices):
        SUPERSEDED = "superseded", "Superseded"
        CANCELLED = "cancelled", "Cancelled"

    prescription = models.OneToOneField(Prescription, models.PROTECT, related_name="ending")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.TextField()
