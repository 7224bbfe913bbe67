"""The safety rules: what may stop, delay or limit a treatment, as data with the pages they were read in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, PrivateAttr, model_validator

from skinproof.vocabulary import Kept, KnowledgeError, read_yaml, unknown, validate

from .conditions import Condition, parse
from .terms import DATA, Terms, condition_fault, terms

RULES_FILE = DATA / "rules.yaml"
URGENCY_FILE = DATA / "red-flag-advice.yaml"

Action = Literal["urgent-referral", "contraindicated", "avoid", "delay", "caution", "dose-limit", "advise"]
Support = Literal["direct", "partial", "inferred", "none"]
# Weakest first. `dose-limit` and `advise` leave a treatment open.
STRENGTH: Mapping[str, int] = MappingProxyType(
    {
        "ok": 0,
        "advise": 1,
        "dose-limit": 2,
        "caution": 3,
        "delay": 4,
        "avoid": 5,
        "contraindicated": 6,
        "urgent-referral": 7,
    }
)


class _Kept(Kept):
    model_config = ConfigDict(arbitrary_types_allowed=True)


class RuleSource(_Kept):
    url: str
    organisation: str
    tier: str


class Until(_Kept):
    """What ends a delay: time that has to pass, a condition in words, or both."""

    weeks: int | float | None = None
    months: int | float | None = None
    condition: str | None = None

    @property
    def words(self) -> str:
        """'4 weeks: no tan left'"""
        spans = [f"{n:g} {unit}" for n, unit in ((self.weeks, "weeks"), (self.months, "months")) if n is not None]
        return ": ".join([*([" and ".join(spans)] if spans else []), *([self.condition] if self.condition else [])])


class Rule(_Kept):
    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    treatments: tuple[str, ...] = Field(min_length=1)  # forms, or "all" alone
    when: Annotated[Any, BeforeValidator(lambda data: parse(data))]
    action: Action
    urgency: str | None = None
    to: str | None = None
    until: Until | None = None
    limit: Mapping[str, bool | int | float | str] | None = None
    advise: str | None = None
    reason: str = Field(min_length=10)
    source: tuple[RuleSource, ...]
    read: Literal["read", "unsourced"]
    support: Support
    jurisdiction: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Rule:
        needs = {
            "delay": ("until",),
            "dose-limit": ("limit",),
            "advise": ("advise",),
            "urgent-referral": ("urgency", "to"),
        }
        for name in needs.get(self.action, ()):
            if getattr(self, name) is None:
                raise ValueError(f"{self.action} needs {name}")
        if (self.read == "read") != bool(self.source) or (self.read == "unsourced") != (self.support == "none"):
            raise ValueError(
                "read, source and support disagree: a page that was read is named, and only then is there support"
            )
        if "all" in self.treatments and len(self.treatments) > 1:
            raise ValueError("all stands alone in treatments")
        return self

    @property
    def condition(self) -> Condition:
        return self.when  # type: ignore[no-any-return]

    @property
    def strength(self) -> int:
        return STRENGTH[self.action]

    @property
    def for_person(self) -> bool:
        """A red flag that belongs to the person, whatever they ask for."""
        return self.action == "urgent-referral" and self.treatments == ("all",)


class Urgency(_Kept):
    """How fast somebody must be seen, and what to do until then."""

    id: str
    name: str  # in two or three words, for those who sort cases by it
    holds: bool  # hold every treatment until it has been dealt with
    heading: str
    do_now: tuple[str, ...] = Field(min_length=1, alias="do-now")
    sources: tuple[Mapping[str, str], ...] = Field(min_length=1)


class Advice(_Kept):
    """What to do now about one red flag, in place of what its urgency says."""

    do_now: tuple[str, ...] = Field(min_length=1, alias="do-now")
    sources: tuple[Mapping[str, str], ...] = Field(min_length=1)


class _RedFlagFile(_Kept):
    urgencies: tuple[Urgency, ...]
    rules: Mapping[str, Advice] = {}


class RuleBook(_Kept):
    rules: tuple[Rule, ...]
    urgencies: Mapping[str, Urgency]  # most urgent first
    advice: Mapping[str, Advice]  # by rule
    version: str = ""  # a fingerprint of what it holds

    def rule(self, rule_id: str) -> Rule:
        """
        Raises:
            KeyError: no such rule; offers near ones.
        """
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(unknown(rule_id, [rule.id for rule in self.rules]))

    def for_form(self, form: str) -> tuple[Rule, ...]:
        """The rules that speak of a form, those on everything included, in file order."""
        if form not in self._by_form:
            self._by_form[form] = tuple(
                rule for rule in self.rules if form in rule.treatments or "all" in rule.treatments
            )
        return self._by_form[form]

    @property
    def person_rules(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.for_form("") if rule.for_person)

    _by_form: dict[str, tuple[Rule, ...]] = PrivateAttr(default_factory=dict)


_IN_FORCE: ContextVar[Callable[[], RuleBook] | None] = ContextVar("rule book in force", default=None)


def rules() -> RuleBook:
    """The rule book in force: the product's own, or the one that `in_force` puts in its place.

    Raises:
        KnowledgeError: a rule is at fault; names the rule, the field and the fault.
    """
    given = _IN_FORCE.get()
    return own_rules() if given is None else given()


@contextmanager
def in_force(given: Callable[[], RuleBook]) -> Iterator[None]:
    """Within this block, and in this thread or task alone, rules are held by the book that `given` gives when asked.

    A clinic that has amended or suspended rules runs each request in one; everything else goes by the data files.
    """
    token = _IN_FORCE.set(given)
    try:
        yield
    finally:
        _IN_FORCE.reset(token)


@cache
def own_rules() -> RuleBook:
    """The product's rules as they stand in its data files, read once; see `rules`."""
    book = make_rules(read_yaml(RULES_FILE), read_yaml(URGENCY_FILE), terms())
    digest = hashlib.sha256(RULES_FILE.read_bytes() + URGENCY_FILE.read_bytes())
    return book.model_copy(update={"version": digest.hexdigest()[:16]})


def make_rules(rows: Any, urgencies: Any, words: Terms) -> RuleBook:
    """Rules from the plain content of their files, held against the closed lists; see `rules`."""
    flags = validate(urgencies, _RedFlagFile, URGENCY_FILE)
    speeds = {row.id: row for row in flags.urgencies}
    if not isinstance(rows, list):
        raise KnowledgeError(RULES_FILE, "", "needs a list of rules")
    found: dict[str, Rule] = {}
    for index, row in enumerate(rows):
        name = str(row.get("id", f"number {index + 1}")) if isinstance(row, Mapping) else f"number {index + 1}"
        try:
            rule = validate(row, Rule, RULES_FILE)
        except KnowledgeError as error:
            raise KnowledgeError(
                RULES_FILE, ", ".join(filter(None, (f"rule {name}", error.where))), error.fault
            ) from None
        if rule.id in found:
            raise KnowledgeError(RULES_FILE, f"rule {name}", "id used twice")
        where, fault = _fault(rule, words, speeds)
        if fault:
            raise KnowledgeError(RULES_FILE, f"rule {name}, field {where}", fault)
        found[rule.id] = rule
    for name in flags.rules:
        if name not in found:
            raise KnowledgeError(URGENCY_FILE, f"rules, {name}", unknown(name, list(found)))
    return RuleBook(rules=tuple(found.values()), urgencies=MappingProxyType(speeds), advice=flags.rules)


def _fault(rule: Rule, words: Terms, speeds: Mapping[str, Urgency]) -> tuple[str, str | None]:
    forms = (*words.forms, *words.partly)
    for form in rule.treatments:
        if form != "all" and form not in forms:
            return "treatments", unknown(form, list(forms))
    if rule.urgency is not None and rule.urgency not in speeds:
        return "urgency", unknown(rule.urgency, list(speeds))
    for source in rule.source:
        if source.tier not in words.tiers:
            return "source", unknown(source.tier, list(words.tiers))
    return "when", condition_fault(rule.condition, words.facts)
