"""What reviewers and editors do to rules, each in one transaction with its entry on the trail.

Who may what:

- Anybody with the permission proposes a change, with a reason. One that a reviewer makes and that takes nothing away
  from the rule is in force at once. One that takes something away (`care.rule_changes.weakens`), and every suspension,
  needs the word of a second reviewer; one that comes from somebody who is no reviewer needs a reviewer's.
- Nobody confirms their own change. A change is decided once, and only while the rule stands as it was written against.
- A suspended rule rests: it stays in the book, fires for nobody, and comes back as it was.
- A sign-off is for a text. Where the text changes, in the file or by an amendment, the rule is not reviewed any more,
  unless the amendment came from a reviewer or was confirmed by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from skinproof.care.rule_changes import fingerprint, rule_of, weakens
from skinproof.care.rules import own_rules
from skinproof.clinic.audit.models import Verb
from skinproof.clinic.audit.services import Actor, record
from skinproof.clinic.people.models import User

from . import active
from .models import Change, Decision, Kind, Needs, Review

REASON_MINIMUM, REASON_LIMIT = 20, 4_000  # characters


class RuleChangeError(Exception):
    """The step does not fit; the message says why, to whoever tried it."""


class RuleChangedError(RuleChangeError):
    """The rule is not as the page showed it."""

    def __init__(self) -> None:
        super().__init__("This rule was changed after the page was opened. Read it again as it is now.")


class NotReviewerError(RuleChangeError):
    def __init__(self) -> None:
        super().__init__("Only a reviewer can do this: a pharmacist reviewer, or a doctor named as one.")


def _locked(rule: str) -> active.State:
    """What is in force for a rule now; whoever changes the same rule waits.

    Raises:
        RuleChangeError: no such rule.
    """
    rows = Change.objects.select_for_update(of=("self",)).filter(rule=rule).order_by("id")
    list(rows.values_list("pk", flat=True))  # locks them
    state = active.fold(Change.objects.filter(rule=rule).select_related("decision"))
    if state.row(rule) is None:
        raise RuleChangeError("There is no such rule.")
    return state


def _reason(text: str) -> str:
    text = text.strip()
    if not REASON_MINIMUM <= len(text) <= REASON_LIMIT:
        raise RuleChangeError(f"A reason needs {REASON_MINIMUM} characters or more, and at most {REASON_LIMIT:,}.")
    return text


def _note(by: Actor, verb: str, rule: str, *, reason: str = "", **detail: Any) -> None:
    record(by, verb, "rule", rule[:40], reason=reason, rule=rule, **detail)  # the trail has room for 40 characters


def _must_review(user: User) -> None:
    if not user.is_reviewer:
        raise NotReviewerError


# --- reviewing
@transaction.atomic
def sign_off(rule: str, *, of: str, note: str = "", user: User, by: Actor) -> Review:
    """A reviewer has read the rule, as the page showed it, and its sources. A second press is fine.

    Raises:
        NotReviewerError, RuleChangedError
        RuleChangeError: no such rule, or one's own text, which somebody else reads.
    """
    _must_review(user)
    row = _locked(rule).row(rule)
    if row is None or fingerprint(row) != of:
        raise RuleChangedError
    if wrote(rule, of, user, Change.objects.filter(rule=rule).select_related("decision")):
        raise RuleChangeError("You wrote this text. Somebody else has to sign it off.")
    review, new = Review.objects.get_or_create(
        rule=rule, of=of, by=user, defaults={"note": note.strip()[:REASON_LIMIT], "name": user.reviewer}
    )
    if new:
        _note(by, Verb.REVIEWED, rule, of=of)
    return review


def wrote(rule: str, of: str, user: User, changes: Iterable[Change]) -> bool:
    """Whether this user's amendment, in force now or before, made this text of a rule."""
    mine = (each for each in changes if each.rule == rule and each.by_id == user.pk and each.kind == Kind.AMEND)
    return any(active.counts(each) and fingerprint(each.content) == of for each in mine)


# --- changing
def amend(rule: str, content: Mapping[str, Any], *, of: str, reason: str, user: User, by: Actor) -> Change:
    """Put another row in the place of a rule's; see this module for when it is in force.

    Raises:
        skinproof.vocabulary.KnowledgeError: the row is no rule; names the field and the fault.
        RuleChangedError, RuleChangeError
    """
    after = rule_of(content, rule)
    return _change(rule, Kind.AMEND, of=of, reason=reason, user=user, by=by, after=after, content=dict(content))


def suspend(rule: str, *, of: str, reason: str, user: User, by: Actor) -> Change:
    """Let a rule rest.

    Raises:
        RuleChangedError, RuleChangeError
    """
    return _change(rule, Kind.SUSPEND, of=of, reason=reason, user=user, by=by)


def restore(rule: str, *, of: str, reason: str, user: User, by: Actor) -> Change:
    """Let a rule that rests hold again, as it stood.

    Raises:
        RuleChangedError, RuleChangeError
    """
    return _change(rule, Kind.RESTORE, of=of, reason=reason, user=user, by=by)


def _change(
    rule: str, kind: str, *, of: str, reason: str, user: User, by: Actor, after: Any = None, content: Any = None
) -> Change:
    try:
        with transaction.atomic():
            return _write(rule, kind, of=of, reason=_reason(reason), user=user, by=by, after=after, content=content)
    except IntegrityError:  # somebody else's change of this rule took the number
        raise RuleChangedError from None


def _write(rule: str, kind: str, *, of: str, reason: str, user: User, by: Actor, after: Any, content: Any) -> Change:
    # First: a change that somebody else makes after this has taken the number, one made before it is seen below. For a
    # rule that was never changed there is no row to lock.
    number = (Change.objects.filter(rule=rule).aggregate(last=Max("number"))["last"] or 0) + 1
    state = _locked(rule)
    row = state.row(rule)
    if row is None or fingerprint(row) != of:
        raise RuleChangedError
    rests = rule in state.resting
    if kind == Kind.SUSPEND and rests:
        raise RuleChangeError("This rule rests already.")
    if kind == Kind.RESTORE and not rests:
        raise RuleChangeError("This rule holds already.")
    if kind == Kind.AMEND and fingerprint(content) == of:
        raise RuleChangeError("Nothing was changed in the rule.")
    if any(waits(change) for change in Change.objects.filter(rule=rule).select_related("decision")):
        raise RuleChangeError("Another change of this rule waits for a decision. Decide that first.")
    losses = _losses(kind, row, rule, after)
    change = Change.objects.create(
        rule=rule,
        number=number,
        kind=kind,
        content=content,
        made_on=of,
        weakens=list(losses),
        needs=Needs.REVIEWER if not user.is_reviewer else Needs.SECOND if losses else Needs.NOBODY,
        reason=reason,
        by=user,
        name=user.reviewer,
        by_reviewer=user.is_reviewer,
    )
    verbs = {Kind.AMEND: Verb.AMENDED, Kind.SUSPEND: Verb.SUSPENDED, Kind.RESTORE: Verb.RESTORED}
    _note(by, verbs[kind], rule, reason=reason, change=change.public_id, needs=change.needs)
    return change


def _losses(kind: str, row: Mapping[str, Any], rule: str, after: Any) -> tuple[str, ...]:
    if kind == Kind.SUSPEND:
        return ("it holds for nobody",)
    if kind == Kind.RESTORE:
        return ()
    return weakens(rule_of(row, rule), after, own_rules())


def waits(change: Change) -> bool:
    """Whether a change still waits for a reviewer's word."""
    return change.needs != Needs.NOBODY and active.decision_of(change) is None


@transaction.atomic
def decide(public_id: str, *, confirmed: bool, reason: str, user: User, by: Actor) -> Decision:
    """Confirm or decline a change that waits.

    Raises:
        Change.DoesNotExist: no such change.
        NotReviewerError: this account is no reviewer.
        RuleChangedError: the rule is not any more what the change was written against.
        RuleChangeError: it is one's own, or decided already, or a refusal has no reason.
    """
    _must_review(user)
    change = Change.objects.get(public_id=public_id)
    row = _locked(change.rule).row(change.rule)
    change = Change.objects.select_related("decision").get(pk=change.pk)
    if not waits(change):
        raise RuleChangeError("This change waits for nobody’s word any more.")
    if change.by_id == user.pk:
        raise RuleChangeError("Somebody else has to decide on your own change.")
    if confirmed and (row is None or fingerprint(row) != change.made_on):
        raise RuleChangedError
    decision = Decision.objects.create(
        change=change,
        confirmed=confirmed,
        reason=reason.strip()[:REASON_LIMIT] if confirmed else _reason(reason),
        by=user,
        name=user.reviewer,
    )
    verb = Verb.CONFIRMED if confirmed else Verb.DECLINED
    _note(by, verb, change.rule, reason=decision.reason, change=change.public_id)
    return decision
