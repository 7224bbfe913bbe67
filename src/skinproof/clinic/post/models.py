from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone


def new_id() -> str:
    return secrets.token_urlsafe(16)


class Kind:
    """What a letter is for."""

    FINISH = "finish"  # an account: choose a password
    ALREADY = "already"  # there is an account
    RESET = "reset"  # a new password
    RESUME = "resume"  # go on with a consultation on another device
    MESSAGE = "message"
    PLAN_READY = "plan-ready"
    ASKED = "asked"  # the doctor asks for more
    REMINDER = "reminder"  # and still waits for it


KIND_WORDS = {
    Kind.FINISH: "Finish an account",
    Kind.ALREADY: "There is an account",
    Kind.RESET: "New password",
    Kind.RESUME: "Link to go on",
    Kind.MESSAGE: "A message waits",
    Kind.PLAN_READY: "A plan is ready",
    Kind.ASKED: "The doctor asks for more",
    Kind.REMINDER: "Reminder of a question",
}


class LetterState:
    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"  # given up: the owner is shown it


class Letter(models.Model):
    """A letter, written in the transaction of what caused it. What it said and whom it went to is kept until it is sent
    or given up for good, and no longer: a link in it must not lie about."""

    public_id = models.CharField(max_length=22, unique=True, default=new_id, editable=False)  # also its Message-ID
    kind = models.CharField(max_length=12)
    about = models.CharField(max_length=40, blank=True)  # the public id of what it tells of
    once = models.CharField(max_length=80, unique=True, null=True, blank=True)  # at most one letter has it
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    address = models.EmailField(blank=True)
    subject = models.CharField(max_length=120)
    body = models.TextField(blank=True)
    secret = models.BooleanField(default=False)  # it holds a link that opens something
    state = models.CharField(max_length=7, default=LetterState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)  # not to be taken before; a claim moves it on
    claim = models.CharField(max_length=22, blank=True)  # of the last one who took it
    fault = models.CharField(max_length=80, blank=True)  # of the last attempt: a kind of error, never its words
    written_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)  # from then on it is of no use to anybody
    done_at = models.DateTimeField(null=True, blank=True)  # sent or given up

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["next_at", "id"], name="post_waiting", condition=models.Q(state="waiting")),
            models.Index(fields=["about", "kind"], name="post_about"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(address="", body=""), name="post_sent_letters_are_emptied"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="dead", secret=True) | models.Q(body=""), name="post_dead_links_are_emptied"
            ),
        ]

    def __str__(self):
        return f"letter {self.pk}"


class Allowance(models.Model):
    """How often somebody asked for letters lately. It holds a keyed digest, never an address."""

    who = models.CharField(max_length=64, unique=True)
    times = models.JSONField(default=list)  # seconds since 1970, oldest first
    last_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self):
        return f"allowance {self.pk}"


class ResumeLink(models.Model):
    """A link that opens a consultation on another device. It works once, until it is called back or too old."""

    consultation = models.ForeignKey("consultations.Consultation", models.CASCADE, related_name="resume_links")
    nonce = models.CharField(max_length=22, unique=True, default=new_id, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)  # used, or called back

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"resume link {self.pk}"
