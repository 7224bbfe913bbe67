"""FHIR R4 questionnaires: what is asked, when, and whether a response answers it. Knows no medicine and no web.

questionnaire = read_questionnaire(json_text)
item = next_item(questionnaire, {"smoker": [True]})
"""

from ._enable import Answers, enabled, enabled_items, next_item, open_items, shown_items
from ._issues import Issue, QuestionnaireError
from ._model import Condition, Item, Option, Questionnaire
from ._read import read_questionnaire
from ._values import Attachment, Coding, Quantity, Reference, Value

__all__ = [
    "Answers",
    "Attachment",
    "Coding",
    "Condition",
    "Issue",
    "Item",
    "Option",
    "Quantity",
    "Questionnaire",
    "QuestionnaireError",
    "Reference",
    "Value",
    "enabled",
    "enabled_items",
    "next_item",
    "open_items",
    "read_questionnaire",
    "shown_items",
]
