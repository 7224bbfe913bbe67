"""Whose result an effect is and of what, as the beginning of the sentence that tells it."""

from __future__ import annotations

from collections.abc import Sequence

from skinproof.evidence.studies.records import Outcome, Study
from skinproof.vocabulary import vocabulary

STATISTICS = {"change": "change", "final": "value at the end", "percent-change": "change in percent", "events": ""}


def subject(study: Study, row: Outcome, intervention: Sequence[str], comparator: Sequence[str]) -> str:
    """ "Kwon HH 2020, Acta: laser + exosome against laser + vehicle, ECCA grading, change in percent, at 12 weeks"."""
    one, two = (given(study, arms) for arms in (intervention, comparator))
    what = row.instrument or vocabulary().concepts[row.concept].name
    when = f"at {row.weeks:g} weeks" if row.weeks is not None else ""
    parts = [f"{one} against {two}", what, STATISTICS.get(row.statistic or "", ""), when]
    return f"{study.citation_text}: {', '.join(part for part in parts if part)}"


def given(study: Study, arms: Sequence[str]) -> str:
    """What arms got, in the vocabulary's names."""
    names = vocabulary().treatments
    each = (" + ".join(names[part.treatment].name for part in study.arm(arm).components) for arm in arms)
    return " or ".join(dict.fromkeys(each))
