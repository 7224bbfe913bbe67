"""The text a person agrees to before one treatment starts: put together from data, the same for the same data.

What is not known is said to be unknown. The text is plain lines with where each was read, for a page and a paper to
show. Its fingerprint tells what was agreed to from what the library says later.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from pydantic import Field, TypeAdapter

from skinproof.evidence import Finding, Harm, findings
from skinproof.vocabulary import Form, Kept, Source, unknown, vocabulary

from . import events, plain
from .concerns import NO_TREATMENT, concern_care, in_play
from .rules import STRENGTH, Rule, rules
from .shown import by_concept, got_only, untreated
from .sourced import Applies, Line, check_names, rules_named, sources_of, versions_in
from .terms import DATA

FILE = DATA / "consents.yaml"
MOST_FINDINGS, MOST_HARMS, MOST_OTHERS = 4, 8, 8
SUCCESS = "treatment-success"  # a concept: clear or clearly better
LEVELS = {"high": "high", "moderate": "moderate", "low": "low", "very-low": "very low"}


class _Family(Kept):
    applies: Applies
    rules: tuple[str, ...]


class Version(Kept):
    version: str
    needs: Applies
    title: str
    purpose: tuple[Line, ...]
    licence: Mapping[str, Line]
    nothing: Line
    rights: tuple[Line, ...]
    agree: str
    families: tuple[_Family, ...] = Field(default=())


@dataclass(frozen=True)
class Cite:
    """Where a line was read: a page by owner and address, or a record of ours by kind ("finding", "study", "rule")."""

    words: str
    kind: str
    ref: str


@dataclass(frozen=True)
class Told:
    text: str
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True)
class Part:
    """A titled part of the text; never without a line."""

    id: str
    title: str
    lines: tuple[Told, ...]


@dataclass(frozen=True)
class ConsentText:
    version: str
    form: str
    concern: str
    title: str
    parts: tuple[Part, ...]
    agree: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> ConsentText:
        """The text as `to_json` gave it.

        Raises:
            pydantic.ValidationError: it is not such a text.
        """
        return TypeAdapter(ConsentText).validate_python(dict(kept))

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the text as canonical JSON, in 64 hexadecimal digits."""
        return fingerprint(self.to_json())


def fingerprint(kept: Mapping[str, Any]) -> str:
    """SHA-256 over JSON with sorted keys, no white space, in UTF-8."""
    text = json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def versions() -> Mapping[str, Version]:
    """Every version by its id, oldest first.

    Raises:
        KnowledgeError: the file is at fault.
    """
    found = versions_in(FILE, Version)
    for row in found.values():
        lines = [*row.purpose, *row.licence.values(), row.nothing, *row.rights]
        named = [*rules_named(lines), *(rule for family in row.families for rule in family.rules)]
        forms = [*row.needs.forms, *(form for family in row.families for form in family.applies.forms)]
        check_names(FILE, f"version {row.version}", rule_ids=named, form_ids=forms)
    return found


def current() -> Version:
    return list(versions().values())[-1]


def needs_consent(form: str) -> bool:
    """Whether this form asks for consent of its own before it starts; never no treatment.

    Raises:
        KeyError: no such form.
    """
    return form != NO_TREATMENT and current().needs.to(vocabulary().form(form))


def consent_text(form: str, concern: str, *, for_person: Iterable[str] = ()) -> ConsentText:
    """The text for one treatment and one concern, in the version that counts now.

    Args:
        for_person: ids of rules that fired for this person on this form; told among the risks.

    Raises:
        KeyError: no such form, or a rule that does not exist.
        FactError: no such concern.
    """
    noun, now = vocabulary().form(form), current()
    concern_care(concern)
    parts = (
        Part("purpose", "What this is for", tuple(_line(line) for line in now.purpose)),
        Part("what", "What it is", (Told(noun.sentence, _abouts(noun)),)),
        Part("licence", "What the law says of it", _licence(noun, now)),
        Part("known", "What is known, and how sure one can be", _known(form, concern)),
        Part("risks", "What could go wrong", _risks(noun, concern, now, list(for_person))),
        Part("others", "What else there is", _others(form, concern, now)),
        Part("rights", "Your rights", tuple(_line(line) for line in now.rights)),
    )
    return ConsentText(now.version, form, concern, now.title.format(name=noun.name), parts, now.agree)


def _line(line: Line) -> Told:
    pages = tuple(_page(source) for source in sources_of(line))
    return Told(line.text, tuple(Cite("safety rule", "rule", rule) for rule in line.rules) or pages)


def _page(source: Source) -> Cite:
    return Cite(source.organisation, "page", source.url)


def _abouts(noun: Form) -> tuple[Cite, ...]:
    found = []
    for place in vocabulary().about_sources(noun):
        if place.record:
            found.append(Cite("a study in our library", "study", place.record))
        elif place.url:
            found.append(Cite(place.organisation or place.url, "page", place.url))
    return tuple(found)


def _licence(noun: Form, now: Version) -> tuple[Told, ...]:
    """By the form's own legal class where it has one, else by that of each treatment in it, each class once."""
    if noun.legal is not None:
        rows: list[tuple[str, str | None, tuple[Source, ...]]] = [(noun.legal, noun.legal_note, noun.sources)]
    else:
        nouns = [vocabulary().treatments[each] for each in noun.treatments]
        rows = [(each.legal, each.legal_note, each.sources) for each in nouns]
    # An unlicensed agent stays unlicensed in a form that the law sees otherwise or not at all: both are said.
    agents = [vocabulary().treatments[each] for each in noun.treatments]
    if noun.legal in ("unknown", None):
        rows += [(each.legal, each.legal_note, each.sources) for each in agents if each.legal == "not-licensed"]
    told: dict[str, Told] = {}
    for legal, note, sources in rows:
        line = now.licence.get(legal) or now.licence["unknown"]
        told.setdefault(line.text, _line(line))
        if note:
            told.setdefault(note, Told(note, tuple(_page(source) for source in sources)))
    return tuple(told.values())


def _known(form: str, concern: str) -> tuple[Told, ...]:
    ids = [found[0] for found in by_concept(form, concern, concern_care(concern).concepts).values() if found]
    told = [_finding(findings().get(each)) for each in ids[:MOST_FINDINGS]]
    name = vocabulary().concerns[concern].name.lower()
    if not told:
        return (Told(f"Whether it helps with {name} is not known: no study in our library compared it for this."),)
    if all(findings().get(each).certainty.level == "very-low" for each in ids):
        told.append(Told(f"So it is not known whether it helps with {name}."))
    return tuple(told)


def _finding(finding: Finding) -> Told:
    people = f" {'; '.join(plain.effect(finding) or ())}." if finding.absolute is not None else ""
    words = f"{finding.sentence}{people} How sure one can be: {LEVELS[finding.certainty.level]}."
    return Told(words, (Cite("the studies", "finding", finding.id),))


def _risks(noun: Form, concern: str, now: Version, fired: list[str]) -> tuple[Told, ...]:
    told = _harms_told(_harms(noun, concern))
    if not told:
        told = [
            Told("How often it harms is not known: no study in our library counted it. That is no proof of safety.")
        ]
    always = [rule.id for rule in rules().for_form(noun.id) if not list(rule.condition.leaves())]
    family = [rule for row in now.families if row.applies.to(noun) for rule in row.rules]
    known = {rule.id: rule for rule in rules().rules}
    for rule_id in fired:
        if rule_id not in known:
            raise KeyError(unknown(rule_id, list(known)))
    for rule_id in dict.fromkeys([*(r for r in fired if _weighs(known[r])), *always, *family]):
        told.append(_rule(known[rule_id], for_you=rule_id in fired and rule_id not in always))
    told.append(Told("Other harms may come that nobody has counted yet."))
    return tuple(told)


def _weighs(rule: Rule) -> bool:
    return rule.strength >= STRENGTH["caution"] and not rule.for_person


def _rule(rule: Rule, *, for_you: bool) -> Told:
    """The reason alone: what a rule advises is written for clinicians."""
    return Told(("For you: " if for_you else "") + rule.reason, (Cite("safety rule", "rule", rule.id),))


def _harms(noun: Form, concern: str) -> list[Harm]:
    """What studies counted in people who got this and nothing else: the serious first, then of this concern, and what
    was counted before what was only told of."""
    all_of_them = [harm for harm in findings().harms(noun.id) if got_only(noun, harm.treatments)]
    ordered = sorted(
        all_of_them, key=lambda harm: (not harm.serious, harm.concern != concern, events.counted(harm) is None)
    )
    return ordered[:MOST_HARMS]


def _harms_told(harms: Iterable[Harm]) -> list[Told]:
    """A line for each that was counted; one for all that studies only tell of."""
    told, uncounted = [], []
    for harm in harms:
        if (of := events.counted(harm)) is None:
            uncounted.append(harm)
        else:
            told.append(Told(f"{_capital(events.plain(harm.event))}: {of}.", (_study(harm),)))
    if uncounted:
        names = dict.fromkeys(events.plain(harm.event) for harm in uncounted)
        told.append(
            Told(f"Told of, but not counted: {'; '.join(names)}.", tuple(dict.fromkeys(map(_study, uncounted))))
        )
    return told


def _study(harm: Harm) -> Cite:
    return Cite("the study", "study", harm.study_id)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _without(concern: str) -> list[Told]:
    """How many were well again without a treatment; only of the outcome that can be said so."""
    for row in untreated(concern):
        if row.concept == SUCCESS:
            words = (
                f"In studies on this, {row.without:.0f} of 100 people who got nothing, or a dummy, became clear or "
                "clearly better."
            )
            return [Told(words, (Cite("the studies", "finding", row.finding),))]
    return [Told("How many get better by themselves is not known from the studies in our library.")]


def _others(form: str, concern: str, now: Version) -> tuple[Told, ...]:
    told = [_line(now.nothing)]
    told += _without(concern)
    names = [vocabulary().forms[other].name for other in in_play(concern) if other not in (form, NO_TREATMENT)]
    told.append(
        Told(
            f"Other things that we weigh for {vocabulary().concerns[concern].name.lower()}: "
            + "; ".join(names[:MOST_OTHERS])
            + ("; and more." if len(names) > MOST_OTHERS else ".")
            + " Your options page says which are open to you."
        )
    )
    return tuple(told)
