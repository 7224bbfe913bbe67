"""The scores of a case over time, with those of the person's earlier consultations for the same concern."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from skinproof.care.instruments import Instrument, instruments
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.library.sources import Address, address

from .models import RecordedScore
from .services import METHODS


@dataclass(frozen=True)
class Row:
    score: RecordedScore
    total: str
    means: str | None
    method: str
    change: str  # against the one before: "4 less"; empty for the first, and for one that was corrected
    earlier_case: bool
    corrected: bool


@dataclass(frozen=True)
class Course:
    """One instrument, the newest first."""

    instrument: Instrument
    most: str
    read_at: tuple[Address, ...]
    rows: tuple[Row, ...]


def of_case(case: Consultation) -> tuple[Course, ...]:
    """One query."""
    mine = Q(consultation=case)
    if case.person_id is not None and case.sent_at is not None:
        mine |= Q(
            consultation__person_id=case.person_id,
            consultation__concern=case.concern,
            consultation__sent_at__lt=case.sent_at,
        )
    found: dict[str, list[RecordedScore]] = {}
    rows = RecordedScore.objects.filter(mine).select_related("by", "corrected_by", "consultation")
    for score in rows.order_by("measured_on", "id"):
        found.setdefault(score.instrument, []).append(score)
    return tuple(_course(instrument, found[name], case) for name, instrument in instruments().items() if name in found)


def _course(instrument: Instrument, oldest_first: list[RecordedScore], case: Consultation) -> Course:
    rows: list[Row] = []
    before: Decimal | None = None
    for score in oldest_first:
        corrected = hasattr(score, "corrected_by")
        rows.append(
            Row(
                score=score,
                total=plain_number(score.total),
                means=instrument.means(score.total),
                method=METHODS.get(score.method, score.method),
                change="" if corrected or before is None else _change(score.total - before),
                earlier_case=score.consultation_id != case.pk,
                corrected=corrected,
            )
        )
        before = before if corrected else score.total
    read_at = tuple(address(page.url, page.organisation) for page in instrument.sources)
    return Course(instrument, plain_number(instrument.most), read_at, tuple(reversed(rows)))


def _change(by: Decimal) -> str:
    return "the same" if not by else f"{plain_number(abs(by))} {'more' if by > 0 else 'less'}"


def plain_number(value: Decimal) -> str:
    """'12', '7.5'"""
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
