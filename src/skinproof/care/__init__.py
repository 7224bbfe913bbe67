"""What may be done for this person: facts, safety rules, questions, options, plan checks. Pure functions over data."""

from .concerns import ConcernCare, concern_care, concerns, in_play
from .facts import FactError, Facts, FactSpec, clinic_facts, read_facts, terms
from .fit import Fit, priorities
from .journey import Flag, Journey, Stop, journey
from .market import Row, Told
from .options import Asked, Because, Option, Options, options, usual_form
from .plans import Course, Override, Problem, check_plan, expected_course
from .questionnaires import Form, families, family_of, for_concern, published
from .questions import UNSURE, Answer, Question, calm_answer, consultation
from .questions import Option as Choice
from .rules import Rule, RuleBook, Urgency, rules
from .screening import Patient, PersonFlag, Screening, Verdict, read_patient, screen, screen_facts
from .shown import Untreated, findings_of, untreated

__all__ = [
    "UNSURE",
    "Answer",
    "Asked",
    "Because",
    "Choice",
    "ConcernCare",
    "Course",
    "FactError",
    "FactSpec",
    "Facts",
    "Fit",
    "Flag",
    "Form",
    "Journey",
    "Option",
    "Options",
    "Override",
    "Patient",
    "PersonFlag",
    "Problem",
    "Question",
    "Row",
    "Rule",
    "RuleBook",
    "Screening",
    "Stop",
    "Told",
    "Untreated",
    "Urgency",
    "Verdict",
    "calm_answer",
    "check_plan",
    "clinic_facts",
    "concern_care",
    "concerns",
    "consultation",
    "expected_course",
    "families",
    "family_of",
    "findings_of",
    "for_concern",
    "in_play",
    "journey",
    "options",
    "priorities",
    "published",
    "read_facts",
    "read_patient",
    "rules",
    "screen",
    "screen_facts",
    "terms",
    "untreated",
    "usual_form",
]
