from django.conf import settings
from django.db import models
from django.utils import timezone


class Verb:
    """What can be done."""

    REGISTERED = "registered"
    SIGNED_IN = "signed-in"
    SIGNED_OUT = "signed-out"
    SIGN_IN_FAILED = "sign-in-failed"
    LOCKED_OUT = "locked-out"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 - a name, not a secret
    FACTOR_ADDED = "factor-added"
    FACTOR_PASSED = "factor-passed"
    FACTOR_FAILED = "factor-failed"
    FACTOR_REMOVED = "factor-removed"
    NAMED_REVIEWER = "named-reviewer"
    ACCOUNT_CLOSED = "account-closed"
    ACCOUNT_REOPENED = "account-reopened"
    STARTED = "started"
    ANSWERED = "answered"
    CORRECTED = "corrected"
    STOPPED = "stopped"
    ACKNOWLEDGED = "acknowledged"
    LINK_MADE = "link-made"
    RESUMED = "resumed"
    CLAIMED_BY_PERSON = "taken-into-account"
    CONSENTED = "consented"
    SUBMITTED = "submitted"
    RATED = "rated"
    CHOSE = "chose"
    SENT = "sent"
    VIEWED = "viewed"
    CLAIMED = "claimed"
    RELEASED = "released"
    TOOK_OVER = "took-over"
    RECORDED = "recorded"
    DEALT_WITH = "dealt-with"
    DRAFTED = "drafted"
    DISCARDED = "discarded"
    OVERRODE = "overrode"
    WITHDREW = "withdrew-override"
    SIGNED = "signed"
    SUPERSEDED = "superseded"
    MESSAGED = "messaged"
    CLOSED = "closed"
    UPLOADED = "uploaded"
    REVIEWED = "reviewed"
    AMENDED = "amended"
    SUSPENDED = "suspended"
    RESTORED = "restored"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    REMOVED = "removed"
    ENDED = "ended"
    EXPORTED = "exported"
    DOWNLOADED = "downloaded"
    REFERRED = "referred"
    CONSENT_ENDED = "took-back-consent"
    PROPOSED = "proposed"
    ASSESSED = "assessed"
    NAMED = "named-product"
    ASKED = "asked-for-more"
    TOOK_BACK = "took-back-question"
    REPLIED = "answered-more"
    LINKS_ENDED = "called-back-links"
    RETRIED = "sent-again"
    PUT_AWAY = "put-away"
    PRESCRIBED = "prescribed"
    ISSUED = "issued"
    HANDED_OFF = "handed-off"
    REPEATED = "repeated"
    CANCELLED = "cancelled"
    FOLLOWED_UP = "followed-up"
    GAVE_DETAILS = "gave-details"
    AGREED = "agreed-to"
    QUERIED = "queried"
    ANSWERED_QUERY = "answered-query"
    SCORED = "scored"


class ActorRole:
    """Whose hand it was; beside the roles an account can have."""

    PERSON = "person"
    DOCTOR = "doctor"
    NURSE = "nurse"
    PHARMACIST = "pharmacist"
    EDITOR = "editor"
    OWNER = "owner"
    GUEST = "guest"
    NOBODY = "nobody"
    SYSTEM = "system"


# What the owner reads.
VERB_WORDS = {
    Verb.REGISTERED: "made an account",
    Verb.SIGNED_IN: "signed in",
    Verb.SIGNED_OUT: "signed out",
    Verb.SIGN_IN_FAILED: "failed to sign in",
    Verb.LOCKED_OUT: "was locked out for a while",
    Verb.PASSWORD_CHANGED: "changed the password",
    Verb.FACTOR_ADDED: "set up the second factor",
    Verb.FACTOR_PASSED: "passed the second factor",
    Verb.FACTOR_FAILED: "failed the second factor",
    Verb.NAMED_REVIEWER: "was named, or no longer, as a reviewer of rules",
    Verb.ACCOUNT_CLOSED: "had the account closed",
    Verb.ACCOUNT_REOPENED: "had the account opened again",
    Verb.FACTOR_REMOVED: "had the second factor removed",
    Verb.STARTED: "started",
    Verb.ANSWERED: "answered a question of",
    Verb.CORRECTED: "changed an answer of",
    Verb.STOPPED: "was stopped by a red flag in",
    Verb.ACKNOWLEDGED: "read what to do about a red flag in",
    Verb.LINK_MADE: "made a link to resume",
    Verb.RESUMED: "resumed on a device",
    Verb.CLAIMED_BY_PERSON: "added to their account",
    Verb.CONSENTED: "gave consent in",
    Verb.SUBMITTED: "submitted",
    Verb.RATED: "said what matters in",
    Verb.CHOSE: "chose options in",
    Verb.SENT: "sent to the doctor",
    Verb.VIEWED: "looked at",
    Verb.CLAIMED: "took",
    Verb.RELEASED: "gave back",
    Verb.TOOK_OVER: "took over from another doctor",
    Verb.RECORDED: "recorded a fact in",
    Verb.SCORED: "recorded a score in",
    Verb.DEALT_WITH: "recorded what was done about a red flag in",
    Verb.DRAFTED: "saved a draft of",
    Verb.DISCARDED: "threw away the draft of",
    Verb.OVERRODE: "gave a reason to go past a safety stop in",
    Verb.WITHDREW: "took back such a reason in",
    Verb.SIGNED: "signed",
    Verb.SUPERSEDED: "replaced",
    Verb.MESSAGED: "wrote a message in",
    Verb.CLOSED: "closed",
    Verb.UPLOADED: "added",
    Verb.REVIEWED: "signed off",
    Verb.AMENDED: "amended, or proposed to,",
    Verb.SUSPENDED: "suspended, or proposed to,",
    Verb.RESTORED: "let hold again, or proposed to,",
    Verb.CONFIRMED: "confirmed a change of",
    Verb.DECLINED: "declined a change of",
    Verb.REMOVED: "took away",
    Verb.ENDED: "closed, as the person wished,",
    Verb.EXPORTED: "exported",
    Verb.DOWNLOADED: "took a paper of",
    Verb.REFERRED: "wrote a referral letter in",
    Verb.CONSENT_ENDED: "took back consent in",
    Verb.PROPOSED: "put on the register",
    Verb.ASSESSED: "assessed",
    Verb.NAMED: "named a product of the register in",
    Verb.ASKED: "asked the person for more in",
    Verb.TOOK_BACK: "took back what was asked in",
    Verb.REPLIED: "answered what the doctor asked in",
    Verb.LINKS_ENDED: "called back the links of",
    Verb.RETRIED: "had sent once more",
    Verb.PUT_AWAY: "put away, given up,",
    Verb.PRESCRIBED: "made, by signing a plan,",
    Verb.ISSUED: "issued",
    Verb.HANDED_OFF: "handed to a pharmacy",
    Verb.REPEATED: "gave a repeat of",
    Verb.CANCELLED: "cancelled",
    Verb.FOLLOWED_UP: "recorded a follow-up in",
    Verb.GAVE_DETAILS: "gave name and address for",
    Verb.AGREED: "reviewed and agreed to",
    Verb.QUERIED: "queried, as a reviewer,",
    Verb.ANSWERED_QUERY: "answered a reviewer about",
}
ROLE_WORDS = {
    ActorRole.PERSON: "person",
    ActorRole.DOCTOR: "doctor",
    ActorRole.NURSE: "nurse",
    ActorRole.PHARMACIST: "pharmacist reviewer",
    ActorRole.EDITOR: "evidence editor",
    ActorRole.OWNER: "owner",
    ActorRole.GUEST: "guest",
    ActorRole.NOBODY: "someone not signed in",
    ActorRole.SYSTEM: "the clinic's own command",
}


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
    role = models.CharField(max_length=10, editable=False)
    verb = models.CharField(max_length=20, editable=False)
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
        return f"{self.role} {self.verb} {self.object_type} {self.object_id}"
