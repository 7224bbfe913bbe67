"""What cannot be done from afar: why somebody has to see the person, and what to ask whoever does it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from skinproof.vocabulary import Kept, load, vocabulary

from .rules import Rule, rules
from .sourced import Applies, Line, check_names, rules_named
from .terms import DATA

FILE = DATA / "in-person.yaml"
EXAMINED = "in-person-examined"  # the fact that rules on being seen in person turn on


class _Ask(Line):
    applies: Applies = Applies()


class _Section(Kept):
    id: str
    title: str
    asks: tuple[_Ask, ...]


class _File(Kept):
    kinds: tuple[str, ...]
    otherwise: Line
    sections: tuple[_Section, ...]
    avoid: tuple[Line, ...]


@dataclass(frozen=True)
class Section:
    """A group of questions under a title; never empty."""

    id: str
    title: str
    asks: tuple[Line, ...]


@dataclass(frozen=True)
class InPerson:
    """What a person needs who is sent to be seen: reasons, questions for the provider, what to keep away from."""

    form: str
    reasons: tuple[Line, ...]
    sections: tuple[Section, ...]
    avoid: tuple[Line, ...]


@cache
def _file() -> _File:
    found = load(FILE, _File)
    asks = [ask for section in found.sections for ask in section.asks]
    check_names(
        FILE,
        rule_ids=rules_named([found.otherwise, *found.avoid, *asks]),
        form_ids=(form for ask in asks for form in ask.applies.forms),
    )
    return found


def needs_to_be_seen(form: str) -> bool:
    """Whether a form is done with hands, needles, heat, light or peels, so that nobody can give it from afar.

    Raises:
        KeyError: no such form.
    """
    return vocabulary().form(form).kind in _file().kinds


def seen_in_person(form: str) -> InPerson | None:
    """Why somebody must see the person, and what to ask; None for what can be decided from afar.

    Raises:
        KeyError: no such form; offers near ones.
        KnowledgeError: the file is at fault.
    """
    noun = vocabulary().form(form)
    if noun.kind not in _file().kinds:
        return None
    reasons = [rule for rule in rules().for_form(form) if _on_being_seen(rule)]
    return InPerson(
        form=form,
        reasons=tuple(Line(text=rule.reason, rules=(rule.id,)) for rule in reasons) or (_file().otherwise,),
        sections=tuple(
            Section(section.id, section.title, asks)
            for section in _file().sections
            if (asks := tuple(ask for ask in section.asks if ask.applies.to(noun)))
        ),
        avoid=_file().avoid,
    )


def _on_being_seen(rule: Rule) -> bool:
    return any(leaf.fact == EXAMINED for leaf in rule.condition.leaves())
