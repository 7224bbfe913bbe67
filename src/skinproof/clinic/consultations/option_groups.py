"""One person's options in groups by verdict; what several options of a group share is said once for them all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from skinproof.care.options import Option, Status
from skinproof.clinic.library import words

from .option_pages import OptionShown

WHO = {"provider": " (the seller or the clinic has to say)", "clinician": " (the doctor finds out)", "person": ""}
REASONS, QUESTIONS = 2, 3  # said on an option's own row; the rest is folded


@dataclass(frozen=True)
class Said:
    """A sentence about an option, and the rule that says it; empty where none does."""

    text: str
    rule: str = ""


@dataclass(frozen=True)
class Shared:
    """What the same options of a group share. `of`: their names; empty where that is the whole group."""

    of: tuple[str, ...]
    why: tuple[Said, ...]
    ask: tuple[Said, ...]
    change: tuple[Said, ...]


@dataclass(frozen=True)
class Row:
    """One option in its group. `why`, `ask` and `change` are said of it alone; the rest stands in its fold."""

    shown: OptionShown
    plain: bool  # the title of the group says all of its verdict
    why: tuple[Said, ...]
    ask: tuple[Said, ...]
    change: tuple[Said, ...]
    more_why: tuple[Said, ...]
    more_ask: tuple[Said, ...]
    more_change: tuple[Said, ...]


@dataclass(frozen=True)
class Group:
    """Options with one answer, in the order of the page."""

    key: str
    title: str
    icon: str
    lead: str
    rows: tuple[Row, ...]
    shared: tuple[Shared, ...]


@dataclass(frozen=True)
class _Kind:
    key: str
    title: str
    icon: str
    lead: str
    of: frozenset[Status]
    plain: Status | None = None  # the verdict that the title says already
    asks: bool = False  # whether it rests on what is still to be known; elsewhere that is folded


KINDS = (
    _Kind(
        "open", "Open to you", "fine",
        "Nothing in your answers closes these. A doctor still decides what is prescribed.",
        frozenset({"open", "open-with-care", "by-yourself"}), plain="open",
    ),
    _Kind(
        "ask", "A doctor must check first", "ask", "Something must be known before anybody can say yes or no.",
        frozenset({"ask-first", "doctor-must-check"}), asks=True,
    ),
    _Kind(
        "closed", "Not now, or not here", "time", "Time, or somebody who sees you in person, may open these.",
        frozenset({"not-yet", "not-here", "needs-to-be-seen"}),
    ),
    _Kind(
        "not-for-you", "Not for you", "closed", "As things stand, by what you answered.",
        frozenset({"not-for-you"}), plain="not-for-you",
    ),
)  # fmt: skip


def groups(rows: Iterable[OptionShown]) -> tuple[Group, ...]:
    """The groups that have an option, in the order of `KINDS`; in each, the order of `rows`."""
    several = tuple(rows)
    found = ((kind, tuple(row for row in several if row.option.status in kind.of)) for kind in KINDS)
    return tuple(_group(kind, own) for kind, own in found if own)


Part = Callable[[Option], tuple[Said, ...]]


def _group(kind: _Kind, rows: Sequence[OptionShown]) -> Group:
    asked = _ask if kind.asks else _nothing
    why, ask, change = (_shared(rows, part) for part in (_why, asked, _change))
    return Group(
        key=kind.key,
        title=kind.title,
        icon=kind.icon,
        lead=kind.lead,
        rows=tuple(
            _row(
                row,
                row.option.status == kind.plain,
                [each for each in _why(row.option) if each.text not in why][:REASONS],
                [each for each in asked(row.option) if each.text not in ask][:QUESTIONS],
                [each for each in _change(row.option) if each.text not in change],
            )
            for row in rows
        ),
        shared=_clusters(len(rows), why, ask, change),
    )


def _row(row: OptionShown, plain: bool, why: list[Said], ask: list[Said], change: list[Said]) -> Row:
    return Row(
        shown=row,
        plain=plain,
        why=tuple(why),
        ask=tuple(ask),
        change=tuple(change),
        more_why=tuple(each for each in _why(row.option) if each not in why),
        more_ask=tuple(each for each in _ask(row.option) if each not in ask),
        more_change=tuple(each for each in _change(row.option) if each not in change),
    )


def _why(option: Option) -> tuple[Said, ...]:
    return tuple(Said(each.sentence, each.rule) for each in option.why)


def _ask(option: Option) -> tuple[Said, ...]:
    return tuple(Said(f"{words.sentence_case(each.label)}{WHO[each.of]}") for each in option.ask)


def _nothing(option: Option) -> tuple[Said, ...]:
    return ()


def _change(option: Option) -> tuple[Said, ...]:
    """What would open it; where that is an answer, the questions say it already."""
    if option.ask and option.status == "ask-first":
        return ()
    rule = option.why[0].rule if option.why else ""
    return tuple(Said(line, rule) for line in option.would_change)


_Several = dict[str, tuple[Said, tuple[str, ...]]]


def _shared(rows: Sequence[OptionShown], part: Part) -> _Several:
    """What is said of more than one option, by its text, with their names."""
    found: _Several = {}
    for row in rows:
        for said in part(row.option):
            first, names = found.get(said.text, (said, ()))
            found[said.text] = (first, (*names, row.option.name))
    return {text: (said, names) for text, (said, names) in found.items() if len(names) > 1}


def _clusters(size: int, why: _Several, ask: _Several, change: _Several) -> tuple[Shared, ...]:
    """The same sentences, those of the same options together: what holds for all, then for most."""
    by_names: dict[tuple[str, ...], list[list[Said]]] = defaultdict(lambda: [[], [], []])
    for place, part in enumerate((why, ask, change)):
        for said, names in part.values():
            by_names[names][place].append(said)
    most_first = sorted(by_names.items(), key=lambda each: -len(each[0]))
    return tuple(
        Shared(names if len(names) < size else (), *(tuple(each) for each in parts)) for names, parts in most_first
    )
