from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from skinproof.clinic.consultations.models import Consultation, new_public_id


class Plan(models.Model):
    """What a doctor decides with a person. A draft can be changed; a signed plan cannot, by anybody: triggers hold it.

    A later signed plan of the same consultation takes the place of an earlier one; the earlier one stays as it was, so
    that it was superseded can only be seen from the later one. The content is one JSON document, not rows: it is
    written, shown, hashed and kept as a whole, and nothing looks into it from outside.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="plans")
    number = models.PositiveSmallIntegerField()  # 1 for the first plan of the consultation
    content = models.JSONField(default=dict)  # what the doctor writes: `desk.content.PlanContent`
    version = models.PositiveIntegerField(default=1)  # grows with every saved draft
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    saved_at = models.DateTimeField(default=timezone.now)

    # Filled in by the signature, never before and never after.
    sealed = models.JSONField(default=dict)  # what was known when it was signed: `desk.content.Sealed`
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    prescriber = models.CharField(max_length=160, blank=True)  # name and registration as they were at signing
    content_hash = models.CharField(max_length=64, blank=True)  # SHA-256, hexadecimal
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="superseded_by")

    class Meta:
        ordering = ["consultation", "number"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "number"], name="desk_plans_are_numbered"),
            models.UniqueConstraint(
                fields=["consultation"], condition=models.Q(signed_at=None), name="desk_one_draft_a_consultation"
            ),
            models.CheckConstraint(
                condition=models.Q(signed_at=None, signed_by=None, content_hash="", prescriber="", supersedes=None)
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


class Override(models.Model):
    """A doctor goes on against one rule, for one form, and says why. Only the signature of the same doctor uses it."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="overrides")
    form = models.CharField(max_length=60)
    rule = models.CharField(max_length=120)  # the rule's id, or the fact's id where an answer is missing
    reason = models.TextField()
    doctor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "form", "rule"], name="desk_one_override_a_rule"),
        ]

    def __str__(self):
        return f"override {self.pk}"


class CaseFact(models.Model):
    """A fact that a doctor found out and how. Kept as it was recorded; a later record of the same fact counts."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="recorded_facts")
    fact = models.CharField(max_length=80)
    value = models.JSONField(null=True)
    method = models.CharField(max_length=20)
    note = models.TextField(blank=True)
    doctor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"recorded fact {self.pk}"


class TakeOver(models.Model):
    """A case that one doctor took from another, and why; the other is told until they say that they saw it."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="taken_over")
    doctor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")  # who took it
    before = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")  # who had it
    reason = models.TextField()
    at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["before"], name="desk_taken_unseen", condition=models.Q(seen_at=None))]

    def __str__(self):
        return f"take-over {self.pk}"


class Ask(models.Model):
    """What a doctor asks the person for before going on. It stands as it was asked; what became of it is filled in."""

    ANSWERED, TAKEN_BACK = "answered", "taken-back"

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="asks")
    doctor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    questions = models.JSONField(default=list)  # [[id, text as it was then]] of questions of the consultation
    views = models.JSONField(default=list)  # [[id, name as it was then]] of care's photo views
    photos = models.TextField(blank=True)  # anything about the photos, in the doctor's words
    question = models.TextField(blank=True)  # anything else, in the doctor's words
    at = models.DateTimeField(default=timezone.now)

    ended_at = models.DateTimeField(null=True, blank=True)
    how = models.CharField(max_length=10, blank=True)  # ANSWERED or TAKEN_BACK
    reminders = models.PositiveSmallIntegerField(default=0)  # letters written so far
    remind_at = models.DateTimeField(null=True, blank=True)  # when the next one is due

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["remind_at"], name="desk_remind_at", condition=models.Q(ended_at=None))]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation"], condition=models.Q(ended_at=None), name="desk_one_open_ask_a_case"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, how="")
                | models.Q(ended_at__isnull=False, how__in=["answered", "taken-back"]),
                name="desk_ask_ended_means_how",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"ask {self.pk}"


class AddedFact(models.Model):
    """A fact that the person said later, because a doctor asked. The answers that they sent stay as they were."""

    ask = models.ForeignKey(Ask, models.PROTECT, related_name="facts")
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="added_facts")
    fact = models.CharField(max_length=80)
    value = models.JSONField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"added fact {self.pk}"


class Reply(models.Model):
    """What a person answered to what a doctor asked, and what that changed, as it was worked out then."""

    ask = models.OneToOneField(Ask, models.PROTECT, related_name="reply")
    answers = models.JSONField(default=list)  # [[question id, answer in words, unsure]]
    text = models.TextField(blank=True)
    changes = models.JSONField(default=list)  # [[form, verdict before, verdict after]]
    flags = models.JSONField(default=list)  # rule ids of red flags that came with it
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"reply {self.pk}"


class FlagDealtWith(models.Model):
    """What was done about a red flag: no plan is signed over one that holds every treatment until this is here. Told
    again after that, it holds again, until there is another row."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="flags_dealt_with")
    rule = models.CharField(max_length=120)
    seen_by = models.CharField(max_length=200)
    how = models.TextField()
    doctor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["consultation", "rule"], name="desk_flag_dealt_with")]

    def __str__(self):
        return f"red flag dealt with {self.pk}"
