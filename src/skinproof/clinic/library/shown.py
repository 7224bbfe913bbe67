"""A finding in words and figures for a page: each figure carries the address of the record or list it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.safestring import SafeString

from skinproof.care import plain
from skinproof.evidence import Estimate, Finding, Responders, StudyLine, library
from skinproof.vocabulary import vocabulary

from . import people, studies, words
from .words import sentence_case

RATIOS = {"RR": "risk ratio", "OR": "odds ratio", "HR": "hazard ratio"}
LEVELS = ("high", "moderate", "low", "very-low")


@dataclass(frozen=True)
class Figure:
    """Words with a number in them, and where the number was read."""

    text: str
    href: str


@dataclass(frozen=True)
class Shown:
    """A finding as a list, a table or a page shows it."""

    finding: Finding
    title: str  # what was measured
    subtitle: str  # what against what
    sentence: str
    href: str
    studies_href: str
    figures: tuple[Figure, ...]  # the effect, with its interval
    basis: tuple[Figure, ...]  # people, studies, time
    bar: SafeString | None  # with and without as a bar of 100; never at very low certainty

    @property
    def id(self) -> str:
        return self.finding.id

    @property
    def level(self) -> str:
        return self.finding.certainty.level


def show(finding: Finding) -> Shown:
    """The finding in words."""
    href = reverse("library:finding", args=[finding.id])
    listed = f"{href}#studies"
    concept = vocabulary().concepts[finding.concept]
    return Shown(
        finding=finding,
        title=concept.name,
        subtitle=finding.comparison.name,
        sentence=finding.sentence,
        href=href,
        studies_href=listed,
        figures=tuple(Figure(text, listed) for text in effect(finding)),
        basis=tuple(Figure(text, listed) for text in basis(finding)),
        bar=people.bar(finding),
    )


def effect(finding: Finding) -> list[str]:
    """The effect in plain words; where nothing was worked out, how many studies point which way."""
    return plain.effect(finding) or [directions(finding)]


def estimate(given: Estimate) -> str:
    """'risk ratio 1.86 (95% interval 1.40 to 2.47)', 'average difference −2.1 (…), points of MASI, lower is better'."""
    interval = f"{value(given, given.low)} to {value(given, given.high)}"
    if given.measure in RATIOS:
        return f"{RATIOS[given.measure]} {value(given, given.value)} (95% interval {interval})"
    return f"average difference {value(given, given.value)} (95% interval {interval}), {given.scale}"


def value(given: Estimate, x: float) -> str:
    """A number of the estimate with digits fit for its scale."""
    if given.measure in RATIOS or given.measure == "SMD":
        return f"{x:.2f}".replace("-", "−")
    return words.number(x)


def directions(finding: Finding) -> str:
    """'better in 3 studies, no clear difference in 1'."""
    d = finding.directions
    before = finding.comparison.control == "before"
    leaning = [] if before else [line.way for line in finding.studies if _leans(line)]
    unclear = [
        (leaning.count("intervention"), "better with it, going by the numbers alone,"),
        (leaning.count("comparator"), "worse with it, going by the numbers alone,"),
    ]
    parts = [
        (d.better, "better after than before" if before else "better with it"),
        (d.no_difference, "no clear difference"),
        (d.worse, "worse after than before" if before else "worse with it"),
        *unclear,
        (max(0, d.unclear - len(leaning)), "not clear which way"),
    ]
    told = [f"{text} in {words.count(n, 'study', 'studies')}" for n, text in parts if n]
    return words.listed(told) or "no result that can be counted"


def _leans(line: StudyLine) -> bool:
    """Whether a study's numbers lie on one side, though it does not tell whether that may be chance."""
    counted = line.role not in ("overlaps", "review", "no-data")
    return counted and line.direction == "unknown" and line.way in ("intervention", "comparator")


def basis(finding: Finding) -> list[str]:
    """'312 people', '4 studies', '12 weeks'."""
    total = len([line for line in finding.studies if line.role not in ("overlaps", "no-data")]) or len(finding.studies)
    parts = [words.count(total, "study", "studies")]
    if finding.people is not None:
        more = (
            f" and {words.count(finding.people_unknown, 'study', 'studies')} that do not say"
            if finding.people_unknown
            else ""
        )
        parts.append(words.count(finding.people, "person", "people") + more)
    elif finding.people_unknown:
        parts.append("number of people not stated")
    parts.append(words.weeks(finding.weeks))
    return parts


def best_first(findings: Iterable[Finding]) -> list[Finding]:
    """Surest first; then those with a comparison group, with most people, by name."""
    kinds = ("controlled", "review-only", "dose", "before-after", "laboratory")
    return sorted(
        findings,
        key=lambda f: (
            LEVELS.index(f.certainty.level),
            kinds.index(f.kind),
            -(f.people or 0),
            f.comparison.name,
            f.concept,
        ),
    )


@dataclass(frozen=True)
class Line:
    """One study's part in a finding, as its table shows it."""

    study_id: str
    href: str
    name: str
    design: str
    people: str
    weeks: str
    result: str
    origin: str | None  # each step from what was reported to the number
    role: str
    doubt: str | None


def lines(finding: Finding) -> list[Line]:
    """The studies of a finding, those in the estimate first."""
    order = ("estimate", "apart", "p-value", "direction", "review", "no-data", "overlaps")
    lib = library()
    found = []
    for line in sorted(finding.studies, key=lambda each: (order.index(each.role), each.study_id)):
        study = lib.study(line.study_id)
        found.append(
            Line(
                study_id=study.id,
                href=reverse("library:study", args=[study.id]),
                name=studies.label(study),
                design=words.DESIGNS_SHORT[study.design],
                people=str(line.people) if line.people is not None else "not stated",
                weeks=words.weeks(line.weeks),
                result=_result(line, finding),
                origin=line.effect.told() if line.effect is not None else None,
                role=words.ROLES[line.role],
                doubt=line.doubt or lib.citation_doubt(study.id),
            )
        )
    return found


def _result(line: StudyLine, finding: Finding) -> str:
    after = finding.comparison.control == "before"
    side = {
        "intervention": "Better after" if after else "Better with it",
        "comparator": "Worse after" if after else "Worse with it",
        "neither": "No clear difference",
        "unknown": "Not clear which way",
    }[line.direction]
    if _leans(line) and not after:
        side = f"{'Better' if line.way == 'intervention' else 'Worse'} with it, going by the numbers alone"
    parts = [side]
    if line.effect is not None:
        e = line.effect
        name = RATIOS.get(e.measure, "difference")
        digits = words.number if e.measure == "MD" else lambda x: f"{x:.2f}".replace("-", "−")
        parts.append(f"{name} {digits(e.value)} ({digits(e.low)} to {digits(e.high)})")
    elif line.values:
        parts.append(line.values)
    if line.p:
        parts.append(f"p {line.p if line.p[:1] in '<>=' else '= ' + line.p}")
    return "; ".join(parts)


@dataclass(frozen=True)
class Detail:
    """What a statistician asks of an estimate."""

    rows: tuple[tuple[str, str], ...]
    without_doubtful: str | None


def detail(finding: Finding) -> Detail | None:
    """How the estimate was worked out; None where there is none."""
    given = finding.estimate
    if given is None:
        return None
    rows = [("Estimate", sentence_case(estimate(given))), ("How", sentence_case(given.method))]
    if given.i2 is not None and (given.k or 0) > 1:
        rows.append(
            (
                "Spread between studies",
                f"I² {given.i2:.0f}%" + (f", τ² {words.number(given.tau2)}" if given.tau2 is not None else ""),
            )
        )
    if given.prediction:
        low, high = (value(given, x) for x in given.prediction)
        rows.append(("A new study would likely find", f"{low} to {high}"))
    if finding.absolute is not None:
        rows.append(("Where “without” comes from", sentence_case(finding.absolute.basis)))
        rows.append(("People out of 100", sentence_case(finding.absolute.method)))
    if finding.responders is not None:
        rows.append(("Better, of 100", sentence_case(finding.responders.source)))
    if finding.sides is not None:
        rows += [
            (f"With two sides alike by {words.number(r)}", sentence_case(estimate(_with(given, value, low, high))))
            for r, value, low, high in finding.sides.tried
        ]
    rows += [("Step taken", sentence_case(note)) for note in given.notes]
    other = finding.without_doubtful
    return Detail(tuple(rows), estimate(other) if other else None)


def _with(given: Estimate, value: float, low: float, high: float) -> Estimate:
    return replace(given, value=value, low=low, high=high)


def better_of_100(finding: Finding) -> Responders | None:
    """People better out of 100, from a standardised difference: only with its assumptions beside it."""
    return finding.responders if finding.absolute is None else None


def would_change(finding: Finding) -> list[str]:
    """What a new study would have to be to move this answer: the reasons that lowered it, turned round."""
    wanted = {
        "start": "A study in which chance decides who gets which treatment.",
        "risk of bias": "A study put on record before it starts, whose raters cannot tell who got what, with few lost.",
        "inconsistency": "Studies that agree, or that show for whom the effect differs.",
        "indirectness": "A study of this very question, measured by what people can see or feel.",
        "imprecision": "A study with many more people.",
        "publication bias": "A study paid for by nobody who sells it, published whatever it finds.",
        "limit": "A study that reports how large the effect is, with its interval.",
    }
    wanted |= {
        "within-study bias": wanted["risk of bias"],
        "reporting bias": wanted["publication bias"],
        "heterogeneity": wanted["inconsistency"],
        "incoherence": "A study that compares these very treatments with each other.",
    }
    lowered = dict.fromkeys(reason.domain for reason in finding.certainty.reasons if reason.down)
    told = [wanted[domain] for domain in lowered]
    if finding.comparison.control == "before":
        told.insert(0, wanted["start"])
    return list(dict.fromkeys(told)) or ["A large, careful study that finds something else."]
