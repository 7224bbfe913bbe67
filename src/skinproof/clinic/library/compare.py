"""Options side by side for one concern: the same questions, in the same order and detail, to each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from django.urls import reverse

from skinproof.care.concerns import concern_care
from skinproof.care.concerns import in_play as care_in_play
from skinproof.evidence import Finding, findings
from skinproof.vocabulary import Concept, Form, vocabulary

from . import market, safety, words
from .shown import LEVELS, Figure, Shown, out_of, show

NOTHING = "no-treatment"
MAIN = 3  # outcomes shown for each option
HARMS = 4  # harms shown for each option
STOPS = 3  # safety rules shown for each option
AT_MOST = 5  # options side by side
AT_FIRST = 4
OTHER_SIDE = 20  # rank from which a finding is about something else, tried against the form
# What an option is held against matters first: nothing or a dummy, then nothing on a shared background, then the rest.
CONTROLS = ("placebo-like", "none", "placebo-or-none", "active", "dose", "before")


@dataclass(frozen=True)
class Cell:
    """One answer: a finding, or figures with their words, or a plain statement."""

    shown: Shown | None = None
    figures: tuple[tuple[str, Figure], ...] = ()
    text: str | None = None
    known: bool = True
    note: str | None = None


@dataclass(frozen=True)
class Row:
    question: str
    hint: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Option:
    form: Form
    href: str
    kind: str

    @property
    def prescription_only(self) -> bool:
        return self.form.prescription_only


@dataclass(frozen=True)
class Comparison:
    options: tuple[Option, ...]
    rows: tuple[Row, ...]
    shown: tuple[Shown, ...] = field(default=())


NOT_KNOWN = Cell(text="Not known: no study in our library.", known=False)


def compare(concern: str, form_ids: Sequence[str]) -> Comparison:
    """The comparison of forms for a concern; every option has an answer, or "not known", in every row."""
    forms = [vocabulary().forms[form_id] for form_id in form_ids]
    rows = [Row("What it is", "", tuple(Cell(text=form.sentence) for form in forms))]
    for concept in main_outcomes(concern):
        best = [best_finding(form, concern, concept.id) for form in forms]
        rows.append(
            Row(
                f"What it may do: {words.lower_first(concept.name)}",
                concept.sentence,
                tuple(_effect(form, found, best) for form, found in zip(forms, best, strict=True)),
            )
        )
    rows += [
        Row("Harms that studies counted", "", tuple(_harms(form) for form in forms)),
        Row("Who should not have it", "", tuple(_stops(form) for form in forms)),
        _times("Sessions", ("sessions", "interval_weeks", "procedure_minutes"), forms, concern),
        _times("How soon", ("onset_weeks", "peak_weeks", "stable_weeks", "full_weeks"), forms, concern),
        _times("How long it lasts", ("lasts_months", "repeat_months"), forms, concern),
        _times("Days off and redness", ("downtime_days", "redness_days"), forms, concern),
        Row("What it costs", "", tuple(_price(form) for form in forms)),
    ]
    return Comparison(tuple(_option(form) for form in forms), tuple(rows))


def _option(form: Form) -> Option:
    treatment = form.treatments[0] if form.treatments else NOTHING
    return Option(form, reverse("library:treatment", args=[treatment]), words.KINDS[form.kind])


@cache
def main_outcomes(concern: str) -> tuple[Concept, ...]:
    """What matters most for the concern, of that which any study here measured; at least one."""
    measured = {finding.concept for finding in findings().for_concern(concern)}
    wanted = concern_care(concern).concepts
    return tuple(vocabulary().concepts[c] for c in ([c for c in wanted if c in measured] or wanted)[:MAIN])


@cache
def in_play(concern: str) -> tuple[str, ...]:
    """The forms weighed for a concern: no treatment, the cheap usual choice, then the best-shown first."""
    weighed = care_in_play(concern)
    first = [form_id for form_id in (NOTHING, concern_care(concern).usual.form) if form_id]
    ranked = sorted((form_id for form_id in weighed if form_id not in first), key=lambda f: (_standing(f, concern), f))
    return (*first, *ranked)


def _standing(form_id: str, concern: str) -> tuple[bool, int, int]:
    """How sure the surest thing said of a form is, and of how many people; for sorting."""
    best = _surest(vocabulary().forms[form_id], concern)
    return (best is None, LEVELS.index(best.certainty.level) if best else 0, -(best.people or 0) if best else 0)


def best_finding(form: Form, concern: str, concept: str) -> Finding | None:
    """The finding that says most about what a form does to one outcome."""
    ranked = [
        (rank, LEVELS.index(f.certainty.level), -(f.people or 0), f.id, f)
        for f in findings().for_concern(concern)
        if f.concept == concept and (rank := _rank(form, f)) is not None
    ]
    return min(ranked)[-1] if ranked else None


def _rank(form: Form, finding: Finding) -> int | None:
    """How directly a finding speaks of a form, from 0; None where it does not."""
    c = finding.comparison
    together = form.combinations or tuple((t,) for t in form.treatments)
    given, other, shared = set(c.intervention), set(c.comparator), set(c.background)
    control = CONTROLS.index(c.control) if c.control in CONTROLS else len(CONTROLS)
    for each in map(set, together):
        if form.route in ("topical", "injection") and finding.routes and not _by(form, finding):
            continue
        if given == each and not shared:
            return control
        if len(each) > 1 and given | shared == each:
            return control + 1
        if given == each:
            return control + 10
        if other == each:
            return control + OTHER_SIDE
    return None


def _by(form: Form, finding: Finding) -> bool:
    """Whether the studies gave it the way the form is given; only told apart where forms share a treatment."""
    alike = [
        f for f in vocabulary().forms.values() if set(form.treatments) & set(f.treatments) and f.route != form.route
    ]
    return not alike or form.route in finding.routes


def _effect(form: Form, found: Finding | None, row: Sequence[Finding | None]) -> Cell:
    if form.id == NOTHING:
        return _without(row)
    return Cell(shown=show(found), note=other_side(form, found)) if found else NOT_KNOWN


def other_side(form: Form, finding: Finding) -> str | None:
    """A warning where the form is what something else was tried against."""
    rank = _rank(form, finding)
    return "Only studied as what something else was tried against:" if rank is not None and rank >= OTHER_SIDE else None


def _without(row: Sequence[Finding | None]) -> Cell:
    """What happened to people who had none or a dummy, in the trials of the other options."""
    told = [
        Figure(f"{out_of(f.absolute.without)} of 100 people", f"{reverse('library:finding', args=[f.id])}#studies")
        for f in row
        if f is not None
        and f.absolute is not None
        and f.comparison.control in ("placebo-like", "none", "placebo-or-none")
    ]
    if not told:
        return NOT_KNOWN
    return Cell(figures=tuple(("In the comparison group", figure) for figure in told))


def _harms(form: Form) -> Cell:
    if form.id == NOTHING:
        return Cell(text="None from treatment. The problem itself may stay, pass or get worse.")
    wanted = [set(each) for each in (form.combinations or tuple((t,) for t in form.treatments))]
    rows = [h for h in findings().harms(form.id) if set(h.treatments) in wanted and (h.events is not None or h.serious)]
    rows.sort(key=lambda h: (not h.serious, -(h.n or 0), h.event))
    if not rows:
        return Cell(text="Not known: no study in our library counted harms. That is not proof of safety.", known=False)
    told = []
    for harm in rows[:HARMS]:
        of = f"{harm.events} of {harm.n} people" if harm.events is not None and harm.n else "told of, not counted"
        label = words.sentence_case(harm.event) + (" (serious)" if harm.serious else "")
        told.append((label, Figure(of, reverse("library:study", args=[harm.study_id]))))
    more = len(rows) - HARMS
    return Cell(figures=tuple(told), text="Studies in our library tell of others too." if more > 0 else None)


def _stops(form: Form) -> Cell:
    if form.id == NOTHING:
        return Cell(text="Anyone with a red flag, such as a changing mole: that has to be seen first.")
    if not form.screened:
        return Cell(text="Not known: we have no safety rules for this yet. A doctor has to check it.", known=False)
    rules = safety.stops(form.id)
    told = tuple(
        (each.rule.reason, Figure(each.action, reverse("library:rule", args=[each.rule.id]))) for each in rules[:STOPS]
    )
    return Cell(figures=told, text="There are more rules than these." if len(rules) > STOPS else None)


def _times(question: str, fields: Iterable[str], forms: Sequence[Form], concern: str) -> Row:
    names = tuple(fields)
    return Row(
        question,
        "What pages tell their readers, not results of studies.",
        tuple(_time(form, names, concern) for form in forms),
    )


def _time(form: Form, fields: tuple[str, ...], concern: str) -> Cell:
    if form.id == NOTHING:
        return Cell(text="None.")
    found = market.time(_priced(form), fields, concern)
    return Cell(figures=tuple(found)) if found else Cell(text="Not known: no page was found that says.", known=False)


def _price(form: Form) -> Cell:
    if form.id == NOTHING:
        return Cell(text="Nothing.")
    found = market.money(_priced(form), _price_route(form))
    if not found:
        return Cell(text="Not known: no UK price was found.", known=False)
    return Cell(
        figures=tuple((words.sentence_case(each.unit) or "A page", Figure(each.text, each.href)) for each in found),
        text="Only from pages that are good for cross-checking." if any(each.weak for each in found) else None,
    )


def _priced(form: Form) -> tuple[str, ...]:
    """The treatments whose prices and times are the form's: its own, then for peels the word that pages use."""
    own = form.treatments[:1] if form.combinations else form.treatments
    return (*own, "other-peel") if form.id in ("peel-superficial", "peel-medium") else own


def _price_route(form: Form) -> str | None:
    return form.route if form.treatments[:1] == ("exosome",) else None


@dataclass(frozen=True)
class Choice:
    """What to put side by side, and what could not be."""

    forms: tuple[str, ...]
    offered: tuple[tuple[Form, bool], ...]  # each form in play, and whether it is chosen
    unknown: tuple[str, ...]
    dropped: tuple[Form, ...]  # chosen beyond what fits


def choose(concern: str, asked: Sequence[str]) -> Choice:
    """The forms asked for, in the order offered; without any, the first few. No treatment is always among them."""
    play = in_play(concern)
    forms = vocabulary().forms
    wanted = [form_id for form_id in dict.fromkeys(asked) if form_id in forms]
    offered = (*play, *(form_id for form_id in wanted if form_id not in play))
    chosen = [NOTHING, *(form_id for form_id in wanted if form_id != NOTHING)] if wanted else list(at_first(concern))
    kept = tuple(form_id for form_id in chosen[:AT_MOST])
    return Choice(
        forms=kept,
        offered=tuple((forms[form_id], form_id in kept) for form_id in offered),
        unknown=tuple(word for word in dict.fromkeys(asked) if word not in forms),
        dropped=tuple(forms[form_id] for form_id in chosen[AT_MOST:]),
    )


@cache
def at_first(concern: str) -> tuple[str, ...]:
    """The options shown before anybody chooses: nothing, the best-shown, and an exosome form where any was studied."""
    play = in_play(concern)
    exosome = next((form_id for form_id in play if form_id.startswith("exosome")), None)
    found = [form_id for form_id in play if form_id != exosome][: AT_FIRST - (exosome is not None)]
    return (*found, exosome) if exosome else tuple(found)


@dataclass(frozen=True)
class Glance:
    option: Option
    best: Shown | None
    note: str | None


def glances(concern: str) -> list[Glance]:
    """Each form in play with the surest thing said of it, no treatment first."""
    rows = []
    for form_id in in_play(concern):
        form = vocabulary().forms[form_id]
        best = None if form_id == NOTHING else _surest(form, concern)
        rows.append(Glance(_option(form), show(best) if best else None, other_side(form, best) if best else None))
    return rows


def _surest(form: Form, concern: str) -> Finding | None:
    """The surest finding on a form, whatever it measured; those about something else tried against it come last."""
    ranked = [
        (rank >= OTHER_SIDE, LEVELS.index(f.certainty.level), rank, -(f.people or 0), f.id, f)
        for f in findings().for_concern(concern)
        if (rank := _rank(form, f)) is not None
    ]
    return min(ranked)[-1] if ranked else None


def unknown(concern: str) -> list[str]:
    """What is not known about a concern, from what the library does not hold."""
    found = findings().for_concern(concern)
    told = []
    sure = [f for f in found if f.certainty.level in ("high", "moderate")]
    if not sure:
        told.append("Nothing in our library on this has high or moderate certainty.")
    if not any("exosome" in f.comparison.treatments for f in found):
        told.append("Whether exosomes do anything for it: no study in our library looked at this.")
    elif all(f.certainty.level == "very-low" for f in found if "exosome" in f.comparison.intervention):
        told.append("Whether exosomes do anything for it: what was found has very low certainty.")
    if not any(f.weeks and f.weeks[1] >= 52 for f in found):
        told.append("What happens after a year: no study here followed people for so long.")
    if not any(f.concept == "quality-of-life" for f in found):
        told.append("What difference treatment makes to daily life: no study here measured it.")
    return told
