"""What may be done for this person: facts, safety rules, questions, options, plan checks. Pure functions over data."""

from .accounts import Account, Contradiction, form_alone, told_together
from .concerns import ConcernCare, concern_care, concerns, in_play
from .facts import Facts, read_facts
from .fit import Fit, priorities
from .journey import Flag, Journey, Stop, journey
from .market import Row, Told
from .options import Asked, Because, Option, Options, options, usual_form
from .patients import Patient, read_patient
from .plans import Course, Override, Problem, check_plan, expected_course
from .questionnaires import Form, families, family_of, for_concern, published
from .questions import UNSURE, Answer, Question, calm_answer, consultation
from .questions import Option as Choice
from .reading import Found, Reading, read_words
from .rules import Rule, RuleBook, Urgency, in_force, rules
from .screening import PersonFlag, Screening, Verdict, screen, screen_account, screen_facts
from .shown import Untreated, findings_of, untreated
from .terms import FactError, FactSpec, clinic_facts, terms
from .texts import CONFIRMED, Confirmed, Key, Quoted, Text, told
from .texts import key as key_of
from .texts import quoted as quoted_in
from .texts import write as write_text

__all__ = [
    "CONFIRMED",
    "UNSURE",
    "Account",
    "Answer",
    "Asked",
    "Because",
    "Choice",
    "ConcernCare",
    "Confirmed",
    "Contradiction",
    "Course",
    "FactError",
    "FactSpec",
    "Facts",
    "Fit",
    "Flag",
    "Form",
    "Found",
    "Journey",
    "Key",
    "Option",
    "Options",
    "Override",
    "Patient",
    "PersonFlag",
    "Problem",
    "Question",
    "Quoted",
    "Reading",
    "Row",
    "Rule",
    "RuleBook",
    "Screening",
    "Stop",
    "Text",
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
    "form_alone",
    "in_force",
    "in_play",
    "journey",
    "key_of",
    "options",
    "priorities",
    "published",
    "quoted_in",
    "read_facts",
    "read_patient",
    "read_words",
    "rules",
    "screen",
    "screen_account",
    "screen_facts",
    "terms",
    "told",
    "told_together",
    "untreated",
    "usual_form",
    "write_text",
]
