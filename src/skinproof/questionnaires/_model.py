"""A questionnaire as it is worked with: immutable, its items in order, each knowing its conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from ._issues import Issue
from ._limits import Limits
from ._values import Value

Test: TypeAlias = Callable[[Sequence[Value]], bool]


@dataclass(frozen=True, slots=True)
class Option:
    """One permitted answer. `kind`: its type in FHIR. `score`: its itemWeight or ordinalValue. `exclusive`: not with
    another answer."""

    value: Value
    kind: str
    label: str
    score: Decimal | None = None
    exclusive: bool = False
    initial: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """One enableWhen: true when `test` holds of the answers to the item at `source`."""

    question: str
    operator: str
    expected: Value
    kind: str
    source: int
    test: Test = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Calculation:
    """A score: the sum of the weights of the answers to `link_ids`, once `least` (1 or more) of them have one."""

    link_ids: tuple[str, ...]
    least: int = 1


@dataclass(frozen=True, slots=True)
class Item:
    """One item. `index` is its place in `Questionnaire.items`, `parent` that of the item it stands in (-1: none).

    `any`: one of its conditions is enough. `options` is None where any value of the type will do, or where its value
    set is not in the questionnaire; then `value_set` names that. `open`: other words are allowed beside the options
    (`open-choice`). `calculated`: its answer is worked out, by `calculation` where that is a score. `raw`: the item's
    JSON. `by_value`: the options by what they stand for. `keys`: how its answers are written (`valueCoding`), and as
    which type. `unchecked`: what its answers are not held to here, as kinds of issue with words.
    """

    index: int
    parent: int
    link_id: str
    type: str
    text: str
    required: bool
    repeats: bool
    read_only: bool
    hidden: bool
    calculated: bool
    calculation: Calculation | None
    conditions: tuple[Condition, ...]
    any: bool
    options: tuple[Option, ...] | None
    open: bool
    value_set: str | None
    limits: Limits
    initial: tuple[Value, ...]
    children: tuple[int, ...]
    raw: Mapping[str, Any] = field(repr=False, compare=False)
    by_value: Mapping[Value, Option] = field(repr=False, compare=False)
    keys: Mapping[str, str] = field(repr=False, compare=False)
    unchecked: tuple[tuple[str, str], ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether a person is asked it: a question, shown, and not worked out or fixed by the form."""
        return self.type not in ("group", "display") and not (self.hidden or self.read_only or self.calculated)


class Step(NamedTuple):
    """How to settle whether an item is enabled: its parent, the linkId of that if it is a question, the places of its
    conditions in `Questionnaire.tests`, and the result that decides at once (true with `any`, otherwise false)."""

    item: int
    parent: int
    question: str | None
    tests: tuple[int, ...]
    decides: bool
    calculation: Calculation | None


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A FHIR R4 Questionnaire, read once by `read_questionnaire`.

    `items`: all of them, each before what stands in it. `top`: those that stand in none. `order`: indexes so that what
    a condition or score looks at comes first. `tests`: all conditions, each once. `plan`: how to go through them.
    `shown`: the items not hidden, `asked`: of those what a person answers. `missed`: the places of the items that are
    looked for where a response leaves them out. `calculations`: the scores. `period`: first
    and last day of use, where told. `issues`: what is odd but no error. `json`: as it was given.
    """

    url: str | None
    version: str | None
    status: str
    title: str
    items: tuple[Item, ...]
    top: tuple[int, ...]
    order: tuple[int, ...]
    tests: tuple[Condition, ...]
    plan: tuple[Step, ...]
    shown: tuple[Item, ...]
    asked: tuple[Item, ...]
    missed: frozenset[int]
    calculations: tuple[Item, ...]
    period: tuple[str | None, str | None]
    by_link_id: Mapping[str, Item]
    issues: tuple[Issue, ...]
    json: Mapping[str, Any] = field(repr=False, compare=False)

    @property
    def canonical(self) -> str | None:
        """`url|version`, by which a response names it; without a version the url alone."""
        return self.url if self.version is None else f"{self.url}|{self.version}"

    def __getitem__(self, link_id: str) -> Item:
        return self.by_link_id[link_id]

    def __contains__(self, link_id: object) -> bool:
        return link_id in self.by_link_id

    def __hash__(self) -> int:
        return hash((self.url, self.version))
