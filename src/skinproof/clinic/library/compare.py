"""Options side by side for one concern: the same questions, in the same order and detail, to each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from django.urls import reverse

from skinproof.care import concern_care, events, findings_of, usual_form
from skinproof.care import in_play as weighed
from skinproof.care.market import prices_of, times_of
from skinproof.care.plain import out_of
from skinproof.care.shown import AGAINST_NOTHING, got_only
from skinproof.care.terms import terms
from skinproof.evidence import Finding, Harm, findings, library
from skinproof.vocabulary import Concept, Form, vocabulary

from . import courses, market, networks, safety, words
from .networks import Indirect
from .shown import LEVELS, Figure, Shown, show

NOTHING = "no-treatment"
EXOSOME = "exosome"
MAIN = 3  # outcomes shown for each option
HARMS = 4  # harms shown for each option
STOPS = 3  # safety rules shown for each option
AT_MOST = 5  # options side by side
AT_FIRST = 4


@dataclass(frozen=True)
class Cell:
    """One answer: a finding, an estimate by way of other treatments, figures with their words, a plain statement."""

    shown: Shown | None = None
    indirect: Indirect | None = None
    figures: tuple[tuple[str, Figure], ...] = ()
    text: str | None = None
    known: bool = True


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
    usual: str  # what it is beside the others, where it is the one to compare with


@dataclass(frozen=True)
class Comparison:
    options: tuple[Option, ...]
    rows: tuple[Row, ...]


NOT_KNOWN = Cell(text="Not known: no study in our library.", known=False)


def compare(concern: str, form_ids: Sequence[str]) -> Comparison:
    """The comparison of forms for a concern; every option has an answer, or "not known", in every row."""
    forms = [vocabulary().forms[form_id] for form_id in form_ids]
    rows = [Row("What it is", "", tuple(Cell(text=form.sentence) for form in forms))]
    for concept in main_outcomes(concern):
        best = [best_finding(form.id, concern, concept.id) for form in forms]
        rows.append(
            Row(
                f"What it may do: {words.lower_first(concept.name)}",
                concept.sentence,
                tuple(_effect(form, f, best, concern, concept.id) for form, f in zip(forms, best, strict=True)),
            )
        )
    rows += [
        Row("Harms that studies counted", "", tuple(_harms(form, concern) for form in forms)),
        Row("Who should not have it", "", tuple(_stops(form) for form in forms)),
        _times("Sessions", ("sessions", "interval_weeks", "procedure_minutes"), forms, concern),
        Row(
            "How soon, in studies",
            "What studies saw, and when they looked.",
            tuple(_soon(form, concern) for form in forms),
        ),
        _times("How soon, as pages say", ("onset_weeks", "peak_weeks", "stable_weeks", "full_weeks"), forms, concern),
        _times("How long it lasts", ("lasts_months", "repeat_months"), forms, concern),
        _times("Days off and redness", ("downtime_days", "redness_days"), forms, concern),
        Row("What it costs", "", tuple(_price(form, concern) for form in forms)),
    ]
    return Comparison(tuple(option(form, concern) for form in forms), tuple(rows))


def option(form: Form, concern: str) -> Option:
    """A form as the head of a column, or of a line in a list."""
    treatment = form.treatments[0] if form.treatments else NOTHING
    href = reverse("library:treatment", args=[treatment])
    return Option(form, href, words.KINDS[form.kind], _usual(form, concern))


def _usual(form: Form, concern: str) -> str:
    if form.id != usual_form(concern):
        return ""
    # Only a page that says so makes a choice the usual one.
    return "the cheap usual choice" if concern_care(concern).usual.source else "to compare with"


@cache
def main_outcomes(concern: str) -> tuple[Concept, ...]:
    """What matters most for the concern, of that which any study here measured; at least one."""
    measured = {finding.concept for finding in findings().for_concern(concern)}
    wanted = concern_care(concern).concepts
    return tuple(vocabulary().concepts[c] for c in ([c for c in wanted if c in measured] or wanted)[:MAIN])


@cache
def in_play(concern: str) -> tuple[str, ...]:
    """The forms weighed for a concern: no treatment, the cheap usual choice, then the best-shown first."""
    first = tuple(dict.fromkeys((NOTHING, usual_form(concern))))
    rest = (form_id for form_id in weighed(concern) if form_id not in first)
    return (*first, *sorted(rest, key=lambda form_id: (_standing(form_id, concern), form_id)))


def _standing(form_id: str, concern: str) -> tuple[bool, int, int]:
    """How sure the surest thing said of a form is, and of how many people; for sorting."""
    best = surest(form_id, concern)
    return (best is None, LEVELS.index(best.certainty.level) if best else 0, -(best.people or 0) if best else 0)


@cache
def surest(form_id: str, concern: str, *, against_nothing: bool = False) -> Finding | None:
    """The surest finding on a form, whatever it measured; of equals the one that speaks of it most directly.

    Args:
        against_nothing: where there are any, only those that hold it against nothing or a dummy treatment.
    """
    found = () if form_id == NOTHING else findings_of(form_id, concern)
    if against_nothing:
        found = tuple(f for f in found if f.comparison.control in AGAINST_NOTHING) or found
    return min(found, key=lambda f: LEVELS.index(f.certainty.level), default=None)


@cache
def best_finding(form_id: str, concern: str, concept: str) -> Finding | None:
    """The finding that says most directly what a form does to one outcome; of equals the surest, then the largest."""
    found = [f for f in findings_of(form_id, concern) if f.concept == concept]
    if not found or form_id == NOTHING:
        return None
    alike = [f for f in found if _directness(f) == _directness(found[0])]
    return min(alike, key=lambda f: (LEVELS.index(f.certainty.level), -(f.people or 0), f.id))


def _directness(finding: Finding) -> tuple[str, bool, bool]:
    c = finding.comparison
    return (finding.kind, c.control in AGAINST_NOTHING, bool(c.background))


def _effect(form: Form, found: Finding | None, row: Sequence[Finding | None], concern: str, concept: str) -> Cell:
    if form.id == NOTHING:
        return _without(row)
    if found and found.comparison.control in AGAINST_NOTHING:
        return Cell(shown=show(found))
    indirect = networks.indirect(form, concern, concept)
    if found or indirect:
        return Cell(shown=show(found) if found else None, indirect=indirect)
    return NOT_KNOWN


def _soon(form: Form, concern: str) -> Cell:
    """When studies of the concern saw a difference, and how long they looked."""
    if form.id == NOTHING:
        return Cell(text="Nothing to wait for.")
    soon = courses.of_form(form, concern)
    figures = tuple(
        (name, figure)
        for name, figure in (("Earliest difference for the better", soon.first), ("Latest look", soon.last))
        if figure is not None
    )
    return Cell(figures=figures, text=soon.answer[0], known=bool(figures))


def _without(row: Sequence[Finding | None]) -> Cell:
    """What happened to people who had none or a dummy, in the trials of the other options."""
    told = [
        Figure(f"{out_of(f.absolute.without)} of 100 people", f"{reverse('library:finding', args=[f.id])}#studies")
        for f in row
        if f is not None
        and f.absolute is not None
        and f.comparison.control in AGAINST_NOTHING
        and not f.comparison.background  # what both groups had is no "no treatment"
    ]
    if not told:
        return NOT_KNOWN
    return Cell(figures=tuple(("In the comparison group", figure) for figure in told))


def _harms(form: Form, concern: str) -> Cell:
    if form.id == NOTHING:
        return Cell(text="None from treatment. The problem itself may stay, pass or get worse.")
    rows = [
        harm
        for harm in findings().harms(form.id, concern)
        if (harm.events is not None or harm.serious) and got_only(form, harm.treatments) and _given_so(form, harm)
    ]
    rows.sort(key=lambda harm: (not harm.serious, -(harm.n or 0), harm.event))
    if not rows:
        return Cell(text="Not known: no study in our library counted harms. That is not proof of safety.", known=False)
    told = []
    for harm in rows[:HARMS]:
        of = events.counted(harm) or "told of, not counted"
        label = words.sentence_case(events.plain(harm.event)) + (" (serious)" if harm.serious else "")
        told.append((label, Figure(of, reverse("library:study", args=[harm.study_id]))))
    return Cell(figures=tuple(told), text="Studies in our library tell of others too." if len(rows) > HARMS else None)


def _given_so(form: Form, harm: Harm) -> bool:
    """Whether the harm may be of this way of giving it: an injection's harm is not the cream's."""
    if all(len(vocabulary().forms_of(treatment)) == 1 for treatment in form.treatments):
        return True
    study = library().study(harm.study_id)
    arms = study.arms if harm.arm is None else (study.arm(harm.arm),)
    routes = {c.route for arm in arms for c in arm.components if c.treatment in form.treatments and c.route}
    return not routes or form.route in routes


def _stops(form: Form) -> Cell:
    if form.id == NOTHING:
        return Cell(text="Anyone with a red flag, such as a changing mole: that has to be seen first.")
    partly = form.id in terms().partly
    if not form.screened and not partly:
        return Cell(text="Not known: we have no safety rules for this yet. A doctor has to check it.", known=False)
    rules = safety.stops(form.id)
    told = tuple(
        (each.rule.reason, Figure(each.action, reverse("library:rule", args=[each.rule.id]))) for each in rules[:STOPS]
    )
    more = ["There are more rules than these."] if len(rules) > STOPS else []
    more += ["Our rules cover only part of it, so a doctor has to check it."] if partly else []
    return Cell(figures=told, text=" ".join(more) or None)


def _times(question: str, fields: Iterable[str], forms: Sequence[Form], concern: str) -> Row:
    names = tuple(fields)
    cells = tuple(_time(form, names, concern) for form in forms)
    return Row(question, "What pages tell their readers, not results of studies.", cells)


def _time(form: Form, fields: tuple[str, ...], concern: str) -> Cell:
    if form.id == NOTHING:
        return Cell(text="None.")
    found = market.spans(times_of(form, concern), fields)
    return Cell(figures=tuple(found)) if found else Cell(text="Not known: no page was found that says.", known=False)


def _price(form: Form, concern: str) -> Cell:
    if form.id == NOTHING:
        return Cell(text="Nothing.")
    found = market.money(prices_of(form, concern))
    if not found:
        return Cell(text="Not known: no UK price was found.", known=False)
    return Cell(
        figures=tuple((words.sentence_case(each.unit) or "A page", Figure(each.text, each.href)) for each in found),
        text="Only from pages that are good for cross-checking." if any(each.weak for each in found) else None,
    )


@dataclass(frozen=True)
class Choice:
    """What to put side by side, and what could not be."""

    forms: tuple[str, ...]
    offered: tuple[tuple[Form, bool], ...]  # each form in play, and whether it is chosen
    unknown: tuple[str, ...]
    dropped: tuple[Form, ...]  # chosen beyond what fits


def choose(concern: str, asked: Sequence[str]) -> Choice:
    """The forms asked for, in the order asked; without any, the first few. No treatment is always among them."""
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
    """The options before anybody chooses: nothing, the usual, the best-shown, and exosomes where they are weighed."""
    play = in_play(concern)
    exosome = next((form_id for form_id in play if EXOSOME in vocabulary().forms[form_id].treatments), None)
    found = [form_id for form_id in play if form_id != exosome][: AT_FIRST - (exosome is not None)]
    return (*found, exosome) if exosome else tuple(found)


@dataclass(frozen=True)
class Glance:
    option: Option
    best: Shown | None


def glances(concern: str) -> list[Glance]:
    """Each form in play with the surest thing said of it, no treatment first. A form is held against nothing where a
    study did so: that it does less than something else does not say what it does."""
    rows = []
    for form_id in in_play(concern):
        best = surest(form_id, concern, against_nothing=True)
        rows.append(Glance(option(vocabulary().forms[form_id], concern), show(best) if best else None))
    return rows


def unknown(concern: str) -> list[str]:
    """What is not known about a concern, from what the library does not hold."""
    found = findings().for_concern(concern)
    told = []
    if not any(f.certainty.level in ("high", "moderate") for f in found):
        told.append("Nothing in our library on this has high or moderate certainty.")
    tried = [f for f in found if EXOSOME in f.comparison.intervention]
    if not tried:
        told.append("Whether exosomes do anything for it: no study in our library looked at this.")
    elif all(f.certainty.level == "very-low" for f in tried):
        told.append("Whether exosomes do anything for it: what was found has very low certainty.")
    if not any(f.weeks and f.weeks[1] >= 52 for f in found):
        told.append("What happens after a year: no study here followed people for so long.")
    if not any(f.concept == "quality-of-life" for f in found):
        told.append("What difference treatment makes to daily life: no study here measured it.")
    return told
