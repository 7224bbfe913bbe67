"""Small sets of findings, made by hand: one comparison with the certainty, size and side that a test wants."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from skinproof.claims.model import Found
from skinproof.evidence import Certainty, Comparison, Directions, Finding, Findings, Library, Reason, Study, StudyLine
from skinproof.evidence.synthesis.wording import sentence
from skinproof.vocabulary import vocabulary

BUILT = dt.date(2026, 1, 2)


def comparison(intervention=("retinol",), control="placebo-like", comparator=(), background=()):
    names = vocabulary().treatments
    said = " and ".join(names[each].name for each in intervention)
    against = " and ".join(names[each].name.lower() for each in comparator) or "a dummy treatment"
    name = "_".join((*intervention, control, *comparator, *background))
    short = said if not background else f"{said} added to {names[background[0]].name}"
    return Comparison(name, intervention, comparator, background, control, f"{said} against {against}", short, against)


def finding(
    level="moderate", favours="intervention", size="moderate", concern="skin-ageing", concept="wrinkles", weeks=(12.0,),
    kind="controlled", routes=("topical",), **asked,
) -> Finding:  # fmt: skip
    held = comparison(**asked)
    lines = tuple(
        StudyLine(f"made-{n}", 0, (0,), "estimate", week, 100, favours, None, None, None, None, routes, (), None, None)
        for n, week in enumerate(weeks, 1)
    )
    reasons = (Reason("imprecision", 2, "Only 40 people took part."),) if level == "very-low" else ()
    return Finding(
        id=f"{concern}_{concept}_{held.id}_{level}_{favours}_{size}_{len(weeks)}", concern=concern, concept=concept,
        event=None, comparison=held, kind=kind, studies=lines, people=100, people_unknown=0,
        directions=Directions(better=1), estimate=None, without_doubtful=None, absolute=None,
        weeks=(min(weeks), max(weeks)), certainty=Certainty(level, reasons), size=size, favours=favours,
        sentence=sentence(held, vocabulary().concepts[concept], level, size, favours), routes=routes, sources=(),
        notes=(),
    )  # fmt: skip


def held(*made: Finding, studies: tuple[Study, ...] = ()) -> Findings:
    """A set of findings that holds just these, over a library of the studies given."""
    of = Findings(Library.of(studies, built=BUILT))
    of.all = tuple(made)
    return of


def found(**fields) -> Found:
    base = Found(
        "reduces wrinkles", 0, "retinol", (), (), (), "skin-ageing", "wrinkles", "reduces", "efficacy", None, (), False,
        "asserted", None,
    )  # fmt: skip
    return replace(base, **fields)


def study(**fields) -> Study:
    base = {
        "id": "made-record", "citation": {"first_author": "Made", "year": 2020, "journal": "Journal of tests"},
        "sources": [{"url": "https://example.org", "read": "abstract"}], "design": "parallel-rct", "randomised": True,
        "blinding": "double", "funding": "none", "concern": "skin-ageing", "population": "adults",
        "arms": [{"id": "a", "components": [{"treatment": "retinol"}], "n": 40}],
    }  # fmt: skip
    return Study.model_validate({**base, **fields})
