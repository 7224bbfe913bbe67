"""A study's card: the record in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from skinproof.evidence import Study, library
from skinproof.evidence.studies.records import Arm, Contrast, Outcome, Result
from skinproof.vocabulary import vocabulary

from . import words
from .sources import Address, address


@dataclass(frozen=True)
class ArmLine:
    id: str
    name: str
    given: tuple[str, ...]
    schedule: str
    people: int | None


@dataclass(frozen=True)
class ResultLine:
    name: str
    instrument: str | None
    weeks: str
    primary: bool
    arms: tuple[tuple[str, str], ...]  # arm's name, its result
    verdict: str | None
    note: str | None


@dataclass(frozen=True)
class Card:
    """What the page of a study shows. All words; the numbers are the record's own."""

    study: Study
    title: str
    cited: str
    design: str
    blinding: str
    funding: str
    link_href: str | None
    link_words: str
    doubt: str | None
    suspicion: str | None
    design_doubt: str | None
    arms: tuple[ArmLine, ...]
    results: tuple[ResultLine, ...]
    harms: tuple[ResultLine, ...]
    read: tuple[tuple[Address, str], ...]


def author(study: Study) -> str:
    """'Proffer SL', or 'Author not stated'."""
    return study.citation.author or "Author not stated"


def label(study: Study) -> str:
    """How a study is named in a table: 'Proffer SL 2022'."""
    return f"{author(study)} {study.citation.year}"


def card(study: Study) -> Card:
    """The study as its page shows it."""
    lib = library()
    link = lib.reader_link(study)
    names = {arm.id: _arm_name(arm) for arm in study.arms}
    return Card(
        study=study,
        title=study.citation.title or label(study),
        cited=f"{author(study)}, {study.citation.journal_name or 'journal not stated'}, {study.citation.year}",
        design=words.DESIGNS[study.design],
        blinding=words.BLINDING[study.blinding],
        funding=words.FUNDING[study.funding],
        link_href=link.href,
        link_words=link.words,
        doubt=lib.citation_doubt(study.id),
        suspicion=lib.suspicion(study.id),
        design_doubt=lib.design_doubt(study.id),
        arms=tuple(_arm_line(arm, names[arm.id]) for arm in study.arms),
        results=tuple(_result_line(row, names) for row in study.outcomes),
        harms=tuple(
            ResultLine(
                words.sentence_case(row.event),
                None,
                "",
                row.serious,
                tuple((names[arm], _result(result)) for arm, result in row.results.items()),
                None,
                row.note,
            )
            for row in study.safety
        ),
        read=tuple((address(source.url), words.READ[source.read]) for source in study.sources),
    )


def _arm_name(arm: Arm) -> str:
    treatments = vocabulary().treatments
    return words.listed(dict.fromkeys(_component_name(treatments[c.treatment].name, c.product) for c in arm.components))


def _component_name(name: str, product: str | None) -> str:
    return product if product and name.lower().startswith("other") else name


def _arm_line(arm: Arm, name: str) -> ArmLine:
    routes = vocabulary().routes
    given = []
    for component in arm.components:
        details = [
            routes[component.route].name if component.route and component.route != "none" else None,
            component.dose,
            f"made from {component.source}" if component.source else None,
            component.product if component.product and component.product not in name else None,
        ]
        if any(details):
            treatment = vocabulary().treatments[component.treatment].name
            given.append(f"{treatment}: {', '.join(detail for detail in details if detail)}")
    times = [
        words.count(arm.sessions, "session") if arm.sessions else None,
        f"{words.span((arm.interval_weeks,) * 2, 'week')} apart" if arm.interval_weeks else None,
        f"over {words.span((arm.duration_weeks,) * 2, 'week')}" if arm.duration_weeks else None,
        arm.schedule,
    ]
    return ArmLine(arm.id, name, tuple(given), "; ".join(t for t in times if t) or "not stated", arm.n)


def _result_line(row: Outcome, names: dict[str, str]) -> ResultLine:
    concept = vocabulary().concepts[row.concept]
    return ResultLine(
        name=concept.name,
        instrument=row.instrument,
        weeks=words.weeks(row.weeks),
        primary=row.primary,
        arms=tuple((names[arm], _result(result, row.statistic)) for arm, result in row.results.items()),
        verdict=_contrast(row.contrast, names) if row.contrast else None,
        note=row.note,
    )


def _result(result: Result, statistic: str | None = None) -> str:
    """One arm's result: '12 of 30 people', 'changed by −2.1 (SD 1.3), 30 people'."""
    of = f", {words.count(result.n, 'person', 'people')}" if result.n is not None else ""
    if result.events is not None:
        return f"{result.events} of {result.n} people" if result.n else f"{result.events} people"
    if result.mean is not None:
        percent = "%" if statistic == "percent-change" else ""
        lead = {"change": "changed by ", "percent-change": "changed by ", "baseline": "at the start "}.get(
            statistic or "", ""
        )
        return f"{lead}{words.number(result.mean, 4)}{percent}{_spread(result)}{of}"
    if result.median is not None:
        return f"median {words.number(result.median, 4)}{_spread(result)}{of}"
    return words.count(result.n, "person", "people") if result.n is not None else "no figure given"


def _spread(result: Result) -> str:
    if result.sd is not None:
        return f" (SD {words.number(result.sd)})"
    if result.se is not None:
        return f" (SE {words.number(result.se)})"
    for name, pair in (("95% interval", result.ci), ("middle half", result.iqr), ("range", result.range)):
        if pair is not None:
            return f" ({name} {words.number(pair[0])} to {words.number(pair[1])})"
    return ""


MEASURES = {
    "MD": "difference",
    "SMD": "standardised difference",
    "RR": "risk ratio",
    "OR": "odds ratio",
    "HR": "hazard ratio",
    "percent-difference": "difference in percent",
}


def _contrast(contrast: Contrast, names: dict[str, str]) -> str:
    a, b = (names[arm] for arm in contrast.arms)
    said = {
        "favours-a": f"Better with {words.lower_first(a)} than with {words.lower_first(b)}"
        if a != b
        else "Better in the first group",
        "favours-b": f"Better with {words.lower_first(b)} than with {words.lower_first(a)}"
        if a != b
        else "Better in the second group",
        "no-difference": "No clear difference",
        None: "",
    }[contrast.direction]
    parts = []
    if contrast.estimate is not None:
        text = f"{MEASURES.get(contrast.measure or '', 'estimate')} {words.number(contrast.estimate)}"
        if contrast.ci:
            text += f" (95% interval {words.number(contrast.ci[0])} to {words.number(contrast.ci[1])})"
        parts.append(text)
    if contrast.p_text or contrast.p is not None:
        parts.append(f"p {contrast.p_text or '= ' + format(contrast.p, 'g')}")
    if contrast.studies:
        parts.append(words.count(contrast.studies, "study", "studies"))
    return "; ".join(part for part in (said, ", ".join(parts)) if part) or "No result of the comparison given"
