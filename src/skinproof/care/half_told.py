"""A red flag half told: words that alarm by themselves, and a rule that turns on something else as well.

"My skin is blistering" is an emergency after a new medicine. Until that is known the flag is not raised, but it must
not wait its turn either: what decides is asked next, and what to do if it is happening now is said at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .accounts import Account
from .conditions import Atom, Known, fact_of
from .facts import complete
from .rules import Rule, rules


@dataclass(frozen=True, slots=True)
class HalfTold:
    """A rule that cannot be decided yet. `atoms` are what the words say of it, `decides` what is not known."""

    rule: Rule
    atoms: frozenset[Atom]
    decides: frozenset[Atom]

    @property
    def ask(self) -> tuple[str, ...]:
        """The facts that decide it, in the order of the rule."""
        facts = {fact_of(atom) for atom in self.decides}
        return tuple(dict.fromkeys(leaf.fact for leaf in self.rule.condition.leaves() if leaf.fact in facts))

    def to_json(self) -> dict[str, Any]:
        """What to do if it is happening now, in the rule's own words, and what decides it."""
        book, rule = rules(), self.rule
        advice = book.advice.get(rule.id)
        return {
            "rule": rule.id,
            "urgency": rule.urgency,
            "to": rule.to,
            "reason": rule.reason,
            "do_now": list(advice.do_now if advice else book.urgencies[rule.urgency or ""].do_now),
            "told": sorted(fact_of(atom) for atom in self.atoms),
            "ask": list(self.ask),
        }


def half_told(account: Account, several: Iterable[Rule]) -> tuple[HalfTold, ...]:
    """The rules that words alarm for and that nobody can decide yet, in the order given."""
    alarming = {found.atom for found in account.found if found.use == "stop-now"} & account.used.keys()
    if not alarming:
        return ()
    known = complete({**account.form.said, **account.used}, assume=False).known
    return tuple(
        HalfTold(rule, atoms, rule.condition.open_atoms(known))
        for rule in several
        if (atoms := _told(rule, alarming, known)) and rule.condition.truth(known) is None
    )


def _told(rule: Rule, alarming: set[Atom], known: Known) -> frozenset[Atom]:
    """What the words say that this rule counts."""
    return frozenset(
        atom
        for leaf in rule.condition.leaves()
        if leaf.truth(known) is True
        for atom in leaf.atoms()
        if atom in alarming
    )
