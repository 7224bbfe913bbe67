from django.conf import settings
from django.db import models
from django.utils import timezone


class Verb(models.TextChoices):
    """What can be done. The words are what the owner reads."""

    REGISTERED = "registered", "made an account"
    SIGNED_IN = "signed-in", "signed in"
    SIGNED_OUT = "signed-out", "signed out"
    SIGN_IN_FAILED = "sign-in-failed", "failed to sign in"
    LOCKED_OUT = "locked-out", "was locked out for a while"
    PASSWORD_CHANGED = "password-changed", "changed the password"
    FACTOR_ADDED = "factor-added", "set up the second factor"
    FACTOR_PASSED = "factor-passed", "passed the second factor"
    FACTOR_FAILED = "factor-failed", "failed the second factor"
    FACTOR_REMOVED = "factor-removed", "had the second factor removed"
    STARTED = "started", "started"
    ANSWERED = "answered", "answered a question of"
    CORRECTED = "corrected", "changed an answer of"
    STOPPED = "stopped", "was stopped by a red flag in"
    LINK_MADE = "link-made", "made a link to resume"
    RESUMED = "resumed", "resumed on a device"
    CLAIMED_BY_PERSON = "taken-into-account", "added to their account"
    CONSENTED = "consented", "gave consent in"
    SUBMITTED = "submitted", "submitted"
    RATED = "rated", "said what matters in"
    CHOSE = "chose", "chose options in"
    SENT = "sent", "sent to the doctor"
    VIEWED = "viewed", "looked at"
    CLAIMED = "claimed", "took"
    RELEASED = "released", "gave back"
    DRAFTED = "drafted", "saved a draft of"
    OVERRODE = "overrode", "overrode a stop in"
    SIGNED = "signed", "signed"
    SUPERSEDED = "superseded", "replaced"
    MESSAGED = "messaged", "wrote a message in"
    CLOSED = "closed", "closed"
    EXPORTED = "exported", "exported"


class ActorRole(models.TextChoices):
    PERSON = "person", "person"
    DOCTOR = "doctor", "doctor"
    OWNER = "owner", "owner"
    GUEST = "guest", "guest"
    NOBODY = "nobody", "someone not signed in"
    SYSTEM = "system", "the clinic's own command"


class Entry(models.Model):
    """One line of the trail: who did what to which record, when. Written once; triggers forbid change and removal.

    It names records by their public id and holds no answer, no name and no address, so that the owner, who may read the
    trail, does not thereby read a person's record.
    """

    at = models.DateTimeField(default=timezone.now, editable=False)
    # No constraint in the database: the entry outlives the account.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False, related_name="+", editable=False
    )
    role = models.CharField(max_length=10, choices=ActorRole, editable=False)
    verb = models.CharField(max_length=20, choices=Verb, editable=False)
    object_type = models.CharField(max_length=20, editable=False)
    object_id = models.CharField(max_length=40, editable=False)
    request_id = models.CharField(max_length=32, blank=True, editable=False)
    reason = models.TextField(blank=True, editable=False)
    detail = models.JSONField(default=dict, editable=False)  # ids and counts only

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="audit_by_object"),
            models.Index(fields=["actor", "id"], name="audit_by_actor"),
            models.Index(fields=["verb", "id"], name="audit_by_verb"),
            models.Index(fields=["at"], name="audit_by_time"),
        ]

    def __str__(self):
        return f"{self.role} {self.get_verb_display()} {self.object_type} {self.object_id}"
