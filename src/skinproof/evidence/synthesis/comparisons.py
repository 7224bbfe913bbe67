"""From two arms to a comparison: what differs, on what shared background, against which kind of control.

Components that both arms hold are the background. What is left of each arm, without the inert ones, is the intervention
and the comparator. Nothing else may be called the intervention's effect.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from skinproof.evidence.studies.records import Arm, Component
from skinproof.vocabulary import Vocabulary, vocabulary

from .model import Comparison, Control

NONE = "no-treatment"
BEFORE = "before-treatment"  # an arm that is the same people at the start
MIXED_CONTROL = "placebo-or-none"  # a review that counts both kinds of control together
UMBRELLA = "other"  # names no treatment by itself: two of them are the same only with the same product
LEAD = "exosome"  # what the clinic is asked about most: named first wherever it is compared
USUAL = ("standard-wound-care", "moisturiser", "sunscreen")  # ordinary care: the comparator where it is compared
PROPER = ("Jessner",)  # names that keep their capital inside a sentence

NOTHING: Mapping[Control, str] = {
    "placebo-like": "a dummy treatment",
    "none": "no treatment",
    "placebo-or-none": "a dummy treatment or none",
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A comparison, and which of the two arms is its intervention."""

    comparison: Comparison
    flipped: bool  # the second arm given is the intervention
    differences: tuple[str, ...]  # shared components that were not given alike, in words


def compare(first: Arm, second: Arm, words: Vocabulary | None = None) -> Pair:
    """The comparison that two arms of one study make. Order of arms and of components does not matter."""
    words = words or vocabulary()
    a, b = keyed_parts(first.components), keyed_parts(second.components)
    if BEFORE in a or BEFORE in b:
        return Pair(before_after(first if BEFORE in b else second, words), BEFORE in a, ())
    shared = [key for key in a if key in b]
    active = [key for key in shared if not words.treatments[a[key].treatment].inert]
    left = _active(a, shared, words)
    right = _active(b, shared, words)
    differences = tuple(d for key in active if (d := _difference(a[key], b[key], words)))
    if left or right:
        flipped = _rank(right) < _rank(left) if left and right else not left
        intervention, comparator = (right, left) if flipped else (left, right)
        control: Control = "active" if comparator else _control((first if flipped else second).components, words)
        made = _comparison(intervention, comparator, active, control, (b if flipped else a) | a | b, words)
        return Pair(made, flipped, differences)
    return _inert_against_inert(a, b, active, words) or _dose(first, second, words)


def before_after(arm: Arm, words: Vocabulary | None = None) -> Comparison:
    """The same people before and after one arm's treatment: no comparison group at all."""
    words = words or vocabulary()
    keyed = keyed_parts(arm.components)
    names = _active(keyed, (), words) or sorted(keyed)
    ids = tuple(keyed[key].treatment for key in names)
    text = listed(said(keyed[key], words) for key in names)
    return Comparison(
        id=f"{_join(names)}_before-after",
        intervention=ids,
        comparator=(),
        background=(),
        control="before",
        name=f"{_upper(text)}, after against before (no comparison group)",
        short=text,
        against="before treatment",
    )


def untold(arm: Arm, words: Vocabulary | None = None) -> Comparison:
    """What a review tells of a treatment without saying what it was held against."""
    made = before_after(arm, words)
    return replace(
        made,
        id=made.id.replace("_before-after", "_vs_untold"),
        control="untold",
        name=f"{_upper(made.short)}, against what is not told",
        against="what is not told",
    )


def keyed_parts(components: Iterable[Component]) -> dict[str, Component]:
    """Components by what tells them apart in a comparison."""
    return {_key(component): component for component in components}


def _key(component: Component) -> str:
    if component.treatment == UMBRELLA:
        return f"{UMBRELLA}-{slug(component.product or component.dose or '')}".rstrip("-")
    return component.treatment


def _active(keyed: Mapping[str, Component], without: Sequence[str], words: Vocabulary) -> list[str]:
    return sorted(
        key
        for key, component in keyed.items()
        if key not in without and not words.treatments[component.treatment].inert
    )


def _rank(keys: Sequence[str]) -> tuple[bool, bool, list[str]]:
    return (LEAD not in keys, all(key in USUAL for key in keys), list(keys))


def _control(components: Iterable[Component], words: Vocabulary) -> Control:
    """Placebo-like when the control arm holds anything inert that looks like treatment."""
    inert = [c.treatment for c in components if words.treatments[c.treatment].inert]
    if MIXED_CONTROL in inert:
        return "placebo-or-none"
    return "placebo-like" if any(treatment != NONE for treatment in inert) else "none"


def _comparison(
    intervention: Sequence[str],
    comparator: Sequence[str],
    background: Sequence[str],
    control: Control,
    keyed: Mapping[str, Component],
    words: Vocabulary,
) -> Comparison:
    background = sorted(background)
    what, base = (listed(said(keyed[key], words) for key in keys) for keys in (intervention, background))
    other = listed(said(keyed[key], words) for key in comparator)
    if control == "active":
        short = f"{what} instead of {other}" + (f", both with {base}" if base else "")
        name = f"{_upper(what)} against {other}" + (f", both with {base}" if base else "")
        against = other
    elif base:
        short = f"{what} added to {base}"
        again = without_brackets(base)
        against = f"{again} alone" if control == "none" else f"{again} with {NOTHING[control]}"
        name = f"{_upper(short)}, against {against}"
    else:
        short = what
        against = NOTHING[control]
        name = f"{_upper(what)} against {against}"
    end = {"active": _join(comparator), "placebo-like": "placebo"}.get(control, control)
    return Comparison(
        id=f"{_join(intervention)}_vs_{end}" + (f"_on_{_join(background)}" if background else ""),
        intervention=tuple(keyed[key].treatment for key in intervention),
        comparator=tuple(keyed[key].treatment for key in comparator),
        background=tuple(keyed[key].treatment for key in background),
        control=control,
        name=name,
        short=short,
        against=against,
    )


def _inert_against_inert(
    first: Mapping[str, Component], second: Mapping[str, Component], active: Sequence[str], words: Vocabulary
) -> Pair | None:
    """A dummy against nothing, or against another dummy, on what both got: what the dummy does is then the question."""
    a, b = (sorted(key for key in parts if key not in active and key != NONE) for parts in (first, second))
    if a == b:
        return None
    flipped = not a or (bool(b) and b < a)
    intervention, comparator = (b, a) if flipped else (a, b)
    control: Control = "active" if comparator else "none"
    made = _comparison(intervention, comparator, active, control, {**first, **second}, words)
    return Pair(made, flipped, ())


def _dose(first: Arm, second: Arm, words: Vocabulary) -> Pair:
    """The same treatments at another dose, source, route or schedule."""
    a, b = keyed_parts(first.components), keyed_parts(second.components)
    keys = sorted(a)
    left, right = (_how(arm, other, words) for arm, other in ((first, second), (second, first)))
    flipped = _dose_rank(right) < _dose_rank(left)
    high, low = (right, left) if flipped else (left, right)
    text = listed(said(a[key], words) for key in keys)
    varied = [key for key in keys if _difference(a[key], b[key], words)] or keys
    ids = tuple(a[key].treatment for key in varied)
    made = Comparison(
        id=f"{_join(varied)}_how_{slug(high)}_vs_{slug(low)}"
        + (f"_on_{_join(rest)}" if (rest := [key for key in keys if key not in varied]) else ""),
        intervention=ids,
        comparator=ids,
        background=tuple(a[key].treatment for key in rest),
        control="dose",
        name=f"{_upper(text)}: {high} against {low}",
        short=f"{text} ({high})",
        against=f"{text} ({low})",
    )
    return Pair(made, flipped, ())


def _dose_rank(text: str) -> tuple[float, str]:
    """Larger first number first, so that the stronger dose is the intervention."""
    number = re.search(r"\d+(?:\.\d+)?", text)
    return (-float(number.group()) if number else 0.0, text)


def _how(arm: Arm, other: Arm, words: Vocabulary) -> str:
    """How an arm was given, as far as that differs from the other arm."""
    mine, theirs = keyed_parts(arm.components), keyed_parts(other.components)
    parts: list[str] = []
    for key, component in mine.items():
        for field in ("dose", "product", "source", "route"):
            value, against = getattr(component, field), getattr(theirs[key], field)
            if value != against:
                label = words.routes[value].name if field == "route" and value else value
                parts.append(label or f"{field} not told")
    for field in ("schedule", "sessions", "interval_weeks", "duration_weeks"):
        value, against = getattr(arm, field), getattr(other, field)
        if value != against:
            unit = {"sessions": "{} sessions", "interval_weeks": "every {:g} weeks", "duration_weeks": "{:g} weeks"}
            parts.append(
                f"{field.replace('_', ' ')} not told"
                if value is None
                else unit.get(field, "{:g}" if isinstance(value, float) else "{}").format(value)
            )
    return ", ".join(parts) or arm.id


def _difference(one: Component, other: Component, words: Vocabulary) -> str | None:
    """How a component that both arms hold differs between them, where both say; None when alike."""
    for field in ("dose", "product", "source", "route"):
        a, b = getattr(one, field), getattr(other, field)
        if a and b and a != b:
            return f"{said(one, words)} was {a} in one arm and {b} in the other"
    return None


def said(component: Component, words: Vocabulary) -> str:
    """A component's name inside a sentence."""
    treatment = words.treatments[component.treatment]
    if component.treatment == UMBRELLA:
        return component.product or component.dose or "another treatment"
    return lower_first(treatment.name)


def lower_first(name: str) -> str:
    """A name inside a sentence: acronyms and people's names keep their capitals."""
    if name[1:2].islower() and not name.startswith(PROPER):
        return name[:1].lower() + name[1:]
    return name


def without_brackets(name: str) -> str:
    """ "PRP (platelet-rich plasma)" as it is said a second time: "PRP"."""
    return re.sub(r" \([^)]*\)", "", name)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def listed(names: Iterable[str]) -> str:
    """ "a, b and c"."""
    *most, last = [*names] or [""]
    return f"{', '.join(most)} and {last}" if most else last


def _join(keys: Iterable[str]) -> str:
    return "-and-".join(slug(key) for key in keys)


def slug(text: str) -> str:
    """Text as part of an id."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
