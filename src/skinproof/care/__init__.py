"""What may be done for this person: facts, safety rules, questions, options, plan checks. Pure functions over data."""

from .facts import FactError, Facts, read_facts, terms
from .rules import Rule, RuleBook, rules
from .screening import PersonFlag, Screening, Verdict, screen, screen_facts

__all__ = [
    "FactError",
    "Facts",
    "PersonFlag",
    "Rule",
    "RuleBook",
    "Screening",
    "Verdict",
    "read_facts",
    "rules",
    "screen",
    "screen_facts",
    "terms",
]
