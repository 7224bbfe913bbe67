from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from skinproof.clinic.consultations.models import new_public_id


class Kind:
    AMEND = "amend"
    SUSPEND = "suspend"
    RESTORE = "restore"


class Needs:
    """Whose word a change waits for before it is in force."""

    NOBODY = "nobody"
    REVIEWER = "reviewer"  # it was proposed by somebody who is none
    SECOND = "second"  # it takes something away from a rule: a second reviewer


class Change(models.Model):
    """One change of one rule, as it was written; triggers keep it so. The base of every rule is the data file."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    rule = models.CharField(max_length=120)
    number = models.PositiveIntegerField()  # 1 for the first change of the rule
    kind = models.CharField(max_length=10)  # `Kind`
    content = models.JSONField(null=True)  # of an amendment: the rule's whole row
    made_on = models.CharField(max_length=16)  # the fingerprint of the row it was written against
    weakens = models.JSONField(default=list)  # what it takes away, in words
    needs = models.CharField(max_length=10)  # `Needs`
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)  # name and registration as they were then
    by_reviewer = models.BooleanField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["rule", "number"], name="rulebook_changes_are_numbered")]

    def __str__(self):
        return f"change {self.number} of {self.rule}"


class Decision(models.Model):
    """A reviewer's word on a change that waited for one. It is given once, and not by who made the change."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    change = models.OneToOneField(Change, models.PROTECT, related_name="decision")
    confirmed = models.BooleanField()
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"decision on {self.change_id}"


class Review(models.Model):
    """A reviewer has read a rule as it stood, with its sources, and signs it off. Another text needs another review."""

    rule = models.CharField(max_length=120)
    of = models.CharField(max_length=16)  # the fingerprint of the row that was read
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "of", "by"], name="rulebook_one_review_of_a_text_by_each")
        ]

    def __str__(self):
        return f"review of {self.rule}"
