from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from skinproof.clinic.desk.models import Plan


def new_public_id() -> str:
    """An id that cannot be guessed: 128 random bits in 22 characters of an address."""
    return secrets.token_urlsafe(16)


def new_holder() -> str:
    return secrets.token_urlsafe(32)


class State:
    """Where a consultation stands. DRAFT and STOPPED take answers; from SUBMITTED on the answers stand."""

    DRAFT = "draft"
    STOPPED = "stopped"  # a red flag that holds every treatment
    SUBMITTED = "submitted"  # answers in; the person weighs their options
    WAITING = "waiting"  # sent to the doctor
    IN_REVIEW = "in-review"  # a doctor has taken it
    ASKED = "asked"  # its doctor asked the person for more, and waits for the answer
    PLAN_READY = "plan-ready"
    CLOSED = "closed"


ANSWERABLE = (State.DRAFT, State.STOPPED)
HELD = (State.IN_REVIEW, State.ASKED)  # a doctor has it
WITH_THE_DOCTOR = (State.WAITING, *HELD)


class Consultation(models.Model):
    """One person's path about one concern, from the first question to the plan."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="consultations"
    )
    # While nobody's account owns it: the secret that the guest's session must hold. A new one moves it elsewhere.
    holder = models.CharField(max_length=43, default=new_holder, editable=False)
    state = models.CharField(max_length=10, default=State.DRAFT)
    concern = models.CharField(max_length=40)
    asked_for = models.JSONField(default=list)  # forms or treatments that the person was offered or asks about
    questionnaire = models.CharField(max_length=200)  # `url|version`, that of the day it began
    response = models.JSONField(default=dict)  # FHIR QuestionnaireResponse: answers to what is asked, and only those
    set_aside = models.JSONField(default=dict)  # {linkId: answer} to questions that are not asked any more; never used
    # What the person said of what was read in their words, by text: {where: [[fact, word, words, answer], …]}. Of each
    # the latest, of the rows of `WordsAnswer`, so that no page asks the database for them.
    confirmed = models.JSONField(default=dict)
    acknowledged = models.JSONField(default=list)  # red flags (rule ids) that the person read about and went on from
    version = models.PositiveIntegerField(default=1)  # grows with every change
    # Each is made by the page that asks, and used once: a second press of the button finds the first one's work.
    start_key = models.CharField(max_length=43, unique=True, editable=False)
    submission_key = models.CharField(max_length=43, unique=True, null=True, blank=True, editable=False)

    consent_version = models.CharField(max_length=20, blank=True)
    consented_at = models.DateTimeField(null=True, blank=True)

    # Worked out once, when the answers are submitted, so that the queue is one query.
    screening = models.JSONField(default=dict)
    rules_version = models.CharField(max_length=40, blank=True)
    urgency = models.CharField(max_length=60, blank=True)
    urgency_rank = models.PositiveSmallIntegerField(default=99)  # 0 is the most urgent
    flags = models.JSONField(default=list)  # rule ids that the doctor reads first

    priorities = models.JSONField(default=dict)  # {what matters: 0 to 4}
    choices = models.JSONField(default=list)  # forms, in the order the person chose them
    note = models.TextField(blank=True)

    doctor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="cases", editable=False
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    # What the queue shows without looking further. Each is empty where there is nothing of the kind.
    owed_since = models.DateTimeField(null=True, blank=True)  # a message of the person's waits for an answer
    asked_at = models.DateTimeField(null=True, blank=True)  # the person was asked for more and has not answered
    returned_at = models.DateTimeField(null=True, blank=True)  # they have, and the doctor has not looked yet
    # The last message of the other side that each has read.
    doctor_read_to = models.PositiveBigIntegerField(default=0)
    person_read_to = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "urgency_rank", "sent_at"], name="consultations_queue"),
            models.Index(
                fields=["urgency_rank", "sent_at", "id"],
                name="consultations_open",
                condition=models.Q(state__in=WITH_THE_DOCTOR),
            ),
            models.Index(
                fields=["owed_since"], name="consultations_owed", condition=models.Q(owed_since__isnull=False)
            ),
            models.Index(fields=["person", "-created_at"], name="consultations_of_person"),
        ]

    def __str__(self):
        return f"consultation {self.public_id}"

    @property
    def answerable(self) -> bool:
        return self.state in ANSWERABLE

    @property
    def plan_in_force(self) -> Plan | None:
        """The signed plan that counts: the latest."""
        return self.plans.exclude(signed_at=None).order_by("number").last()


class Correction(models.Model):
    """An answer that was changed, before and after: a doctor must see what a red flag made a person change."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="corrections")
    question = models.CharField(max_length=80)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    flags_before = models.JSONField(default=list)  # rule ids of red flags that stood before the change
    flags_after = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"correction {self.pk}"


class WordsAnswer(models.Model):
    """What a person said when they were shown what was read in their words. The latest for the same words counts."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="words_answers")
    where = models.CharField(max_length=80)  # which text: a question's linkId, "note", "message:…" or "reply:…"
    fact = models.CharField(max_length=80)
    word = models.CharField(max_length=120, blank=True)  # of a list fact
    value = models.JSONField(null=True)  # what the words were taken for
    words = models.TextField()  # as they stand in the text
    answer = models.CharField(max_length=8)  # yes, no or not-sure
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"answer about words {self.pk}"


class Message(models.Model):
    """What person and doctor write to each other about a consultation. It is not changed afterwards."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="messages")
    plan_number = models.PositiveSmallIntegerField(null=True, blank=True)  # the plan it is about, if there is one
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    from_doctor = models.BooleanField(default=False)
    text = models.TextField()
    key = models.CharField(max_length=43, unique=True, editable=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"message {self.public_id}"
