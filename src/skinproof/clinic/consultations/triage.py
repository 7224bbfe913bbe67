"""What answers and words come to: the red flags, how urgent they are, and the rules' verdicts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from skinproof import care
from skinproof.care.journey import red_flags

from . import told
from .intake import account, progress, rules_version, texts
from .models import Consultation

CALM = 99  # the urgency rank of a consultation without a red flag


@dataclass(frozen=True)
class Triage:
    """What the doctors' queue is ordered by, and the rules' verdicts as they were when the answers were submitted."""

    rules_version: str
    screening: dict[str, Any]
    flags: tuple[str, ...]
    urgency: str
    rank: int


def triage(consultation: Consultation) -> Triage:
    """What answers and words, the note's too, come to by the rules in force."""
    written = texts(consultation)
    flags = flags_with(consultation, written)
    urgency, rank = urgency_of(flags)
    return Triage(
        rules_version=rules_version(),
        screening=care.screen_account(
            account(consultation, written=written), progress(consultation).journey.forms
        ).to_json(),
        flags=flags,
        urgency=urgency,
        rank=rank,
    )


def flags_with(consultation: Consultation, written: Iterable[care.Text]) -> tuple[str, ...]:
    """The rules of the red flags that answers and these texts raise together, the most urgent first."""
    journey = progress(consultation).journey
    found = red_flags(account(consultation, written=written), journey.forms, unsure=journey.unsure)
    return tuple(flag.rule.id for flag in found)


def raised_by(consultation: Consultation, written: told.Written) -> tuple[care.Flag, ...]:
    """The red flags that stand in the words of one text, whatever the answers say, the most urgent first."""
    journey = progress(consultation).journey
    return told.raised_by(journey, told.read(consultation, journey, [written]))


def flags_of(screening: care.Screening) -> tuple[str, ...]:
    """The rules of all red flags: the person's, then those of single forms."""
    flags = dict.fromkeys(screening.person.rules)
    for verdict in screening.treatments.values():
        flags |= dict.fromkeys(rule for rule in verdict.rules if care.rules().rule(rule).action == "urgent-referral")
    return tuple(flags)


def flags(rules: Iterable[str]) -> tuple[care.Flag, ...]:
    """Red flags by their rules' ids; those that there are no more are left out."""
    book = care.rules()
    known = {rule.id: rule for rule in book.rules}
    order = list(book.urgencies)
    found = [known[rule] for rule in dict.fromkeys(rules) if rule in known]
    return by_urgency(care.Flag(rule, book.urgencies[rule.urgency or order[-1]]) for rule in found)


def by_urgency(several: Iterable[care.Flag]) -> tuple[care.Flag, ...]:
    """The most urgent first."""
    order = list(care.rules().urgencies)
    return tuple(sorted(several, key=lambda flag: order.index(flag.urgency.id)))


def urgency_of(flags: Iterable[str]) -> tuple[str, int]:
    """The most urgent of these red flags (rule ids), and its rank: 0 is the most urgent, `CALM` without any."""
    book = care.rules()
    order = list(book.urgencies)
    urgencies = [book.rule(rule).urgency for rule in flags]
    rank = min((order.index(urgency) for urgency in urgencies if urgency), default=CALM)
    return (order[rank] if rank != CALM else "", rank)


# --- what of it is kept with the consultation, for the queue
def keep(consultation: Consultation) -> tuple[str, ...]:
    """Hold the rules against what the person told until now; the fields that keep what came of it."""
    found = triage(consultation)
    consultation.rules_version = found.rules_version
    consultation.screening, consultation.flags = found.screening, list(found.flags)
    consultation.urgency, consultation.urgency_rank = found.urgency, found.rank
    return "rules_version", "screening", "flags", "urgency", "urgency_rank"


def raise_urgency(consultation: Consultation, flags: Iterable[str]) -> tuple[str, ...]:
    """Put red flags (rule ids) that came later among the case's, which moves up in the queue and never down by it; the
    fields that were changed."""
    consultation.flags = list(dict.fromkeys([*consultation.flags, *flags]))
    urgency, rank = urgency_of(flags)
    if rank < consultation.urgency_rank:
        consultation.urgency, consultation.urgency_rank = urgency, rank
    return "flags", "urgency", "urgency_rank"
