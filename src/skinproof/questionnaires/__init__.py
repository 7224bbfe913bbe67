"""FHIR R4 questionnaires: what is asked, when, and whether a response answers it. Knows no medicine and no web.

questionnaire = read_questionnaire(json_text)
item = next_item(questionnaire, {"smoker": [True]})
"""

from ._check import check_response
from ._enable import Answers, calculated, enabled, enabled_items, next_item, open_items, score, shown_items
from ._issues import Issue, QuestionnaireError
from ._limits import Limits
from ._model import Calculation, Condition, Item, Option, Questionnaire
from ._read import check_questionnaire, read_questionnaire
from ._respond import answers_in, respond
from ._scores import Score, score_expression
from ._values import Attachment, Coding, Quantity, Reference, Value

__all__ = [
    "Answers",
    "Attachment",
    "Calculation",
    "Coding",
    "Condition",
    "Issue",
    "Item",
    "Limits",
    "Option",
    "Quantity",
    "Questionnaire",
    "QuestionnaireError",
    "Reference",
    "Score",
    "Value",
    "answers_in",
    "calculated",
    "check_questionnaire",
    "check_response",
    "enabled",
    "enabled_items",
    "next_item",
    "open_items",
    "read_questionnaire",
    "respond",
    "score",
    "score_expression",
    "shown_items",
]
