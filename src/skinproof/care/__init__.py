"""What may be done for this person: facts, safety rules, questions, options, plan checks. Pure functions over data."""

from .concerns import ConcernCare, concern_care, concerns, in_play
from .facts import FactError, Facts, FactSpec, read_facts, terms
from .journey import Flag, Journey, Stop, calm_answer, journey
from .questions import UNSURE, Answer, Option, Question, consultation
from .rules import Rule, RuleBook, Urgency, rules
from .screening import PersonFlag, Screening, Verdict, screen, screen_facts

__all__ = [
    "UNSURE",
    "Answer",
    "ConcernCare",
    "FactError",
    "FactSpec",
    "Facts",
    "Flag",
    "Journey",
    "Option",
    "PersonFlag",
    "Question",
    "Rule",
    "RuleBook",
    "Screening",
    "Stop",
    "Urgency",
    "Verdict",
    "calm_answer",
    "concern_care",
    "concerns",
    "consultation",
    "in_play",
    "journey",
    "read_facts",
    "rules",
    "screen",
    "screen_facts",
    "terms",
]
