"""One FHIR R4 Questionnaire for a family of concerns, made from the questions and the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from skinproof.care.concerns import concern_care
from skinproof.care.questions import Question, consultation, not_so
from skinproof.care.terms import terms
from skinproof.questionnaires import score_expression
from skinproof.vocabulary import vocabulary

from . import names
from .enabling import Clause, When, clauses
from .families import families
from .names import Json
from .pages import Choice, Page, in_order, pages_of, play, weight

CONCERN = "concern"  # the first question of a family of several concerns
UNSURE_OF_ONE, UNSURE_OF_SOME = "I’m not sure", "I’m not sure about some of these"
DESCRIPTION = (
    "Asked, most consequential first: who the person is, what they want, their own words; then sections and pages by "
    "the strongest action that an answer can lead to, red flags by their urgency, then by the number of verdicts that "
    "can change; last what no safety rule uses. A page is enabled while a fact on it can still change a verdict."
)


def compile_family(family: str, version: str) -> Json:
    """The Questionnaire of a family, under a version."""
    made = families()[family]
    rows = _merged(made.concerns)
    given = [
        {"url": names.GIVEN, "extension": [{"url": "concern", "valueCode": concern}, *_given(concern)]}
        for concern in made.concerns
    ]
    several = len(made.concerns) > 1
    items = [_concern_item(made.concerns)] if several else []
    items += [_group(row) for row in rows]
    items += _scales(made.severity)
    return {
        "resourceType": "Questionnaire",
        "id": family,
        "extension": given,
        "url": names.address(family),
        "version": version,
        "name": "".join(part.title() for part in family.split("-")),
        "title": made.title,
        "status": "active",
        "subjectType": ["Patient"],
        "publisher": "Skinproof",
        "description": DESCRIPTION,
        "item": items,
    }


def _given(concern: str) -> list[Json]:
    return [names.saying(atom, value) for atom, value in concern_care(concern).atoms.items()]


# --- the concerns of a family side by side
@dataclass(frozen=True)
class Row:
    """A page with what must hold for it to be enabled, under the linkId that it has in the questionnaire."""

    page: Page
    clauses: tuple[Clause, ...]


def _merged(concerns: Sequence[str]) -> list[Row]:
    """The pages of all concerns of a family in one order. What two concerns ask alike is one page; where they differ,
    each has its own, the later one under `…-<concern>`."""
    pages = {concern: {page.id: page for page in pages_of(concern)} for concern in concerns}
    written = dict.fromkeys(name for concern in concerns for name in pages[concern])
    anyone = {name: next(pages[c][name] for c in concerns if name in pages[c]) for name in _as_written(written)}
    weights = {name: min(weight(c, pages[c][name]) for c in concerns if name in pages[c]) for name in anyone}
    order = in_order(anyone, weights)
    rules = {c: clauses(play(c), [pages[c][name] for name in order if name in pages[c]]) for c in concerns}
    shared: dict[str, bool] = {}
    plain: dict[str, tuple[str, ...]] = {}  # the concerns for which a page keeps its id
    rows = []
    for name in order:
        having = [concern for concern in concerns if name in pages[concern]]
        first = having[0]
        leads_to = {when.page for concern in having for clause in rules[concern][name] for when in clause}
        shared[name] = (
            all(pages[c][name] == pages[first][name] and rules[c][name] == rules[first][name] for c in having)
            and (len(having) == len(concerns) or len(having) == 1)
            and (len(having) == 1 or all(shared[other] for other in leads_to))
        )
        plain[name] = tuple(having if shared[name] else having[:1])
        for concern in having[:1] if shared[name] else having:
            own = () if len(having) == len(concerns) and shared[name] else ((_for(concern),),)
            rows.append(
                Row(
                    replace(pages[concern][name], id=_link(name, concern, plain)),
                    (
                        *own,
                        *(
                            tuple(replace(when, page=_link(when.page, concern, plain)) for when in clause)
                            for clause in rules[concern][name]
                        ),
                    ),
                )
            )
    return rows


def _as_written(found: Mapping[str, None]) -> list[str]:
    places = {question.id: index for index, question in enumerate(consultation().questions)}
    return sorted(found, key=lambda name: (places[name.removesuffix("-more")], name))


def _link(name: str, concern: str, plain: Mapping[str, Sequence[str]]) -> str:
    return name if concern in plain[name] else f"{name}-{concern}"


def _for(concern: str) -> When:
    return When(CONCERN, "=", (CONCERN, concern))


# --- items
def _concern_item(concerns: Sequence[str]) -> Json:
    words = consultation().concern
    options = [
        {
            "valueCoding": names.coding(CONCERN, concern, vocabulary().concerns[concern].name),
        }
        for concern in concerns
    ]
    return {
        "linkId": f"page-{CONCERN}",
        "type": "group",
        "text": words.section,
        "extension": [names.control("page")],
        "item": [
            {
                "linkId": CONCERN,
                "text": words.text,
                "type": "choice",
                "required": True,
                "extension": [names.control("radio-button"), {"url": names.ALWAYS, "valueBoolean": True}],
                "answerOption": options,
                "item": [_help(CONCERN, words.why)],
            }
        ],
    }


def _group(row: Row) -> Json:
    """A page's group, in as many groups as it has clauses that are not of one condition."""
    single = tuple(clause[0] for clause in row.clauses if len(clause) == 1)
    wide = [clause for clause in row.clauses if len(clause) > 1]
    levels: list[tuple[str, tuple[When, ...]]] = [("all", single)] if single or not wide else []
    levels += [("any", clause) for clause in wide]
    inner: Json = _item(row.page)
    for depth, (behaviour, conditions) in reversed(list(enumerate(levels))):
        link = f"page-{row.page.id}" if depth == 0 else f"page-{row.page.id}-{depth}"
        group: Json = {"linkId": link, "type": "group"}
        if depth == 0:
            group |= {"text": row.page.question.section, "extension": [names.control("page")]}
        if conditions:
            group["enableWhen"] = [_when(condition) for condition in conditions]
        if len(conditions) > 1:
            group["enableBehavior"] = behaviour
        inner = {**group, "item": [inner]}
    return inner


def _when(condition: When) -> Json:
    row: Json = {"question": condition.page, "operator": condition.operator}
    answer = condition.answer
    if isinstance(answer, tuple):
        return {**row, "answerCoding": names.coding(*answer)}
    if isinstance(answer, bool):
        return {**row, "answerBoolean": answer}
    return {**row, "answerDecimal": answer}


def _item(page: Page) -> Json:
    question = page.question
    item: Json = {"linkId": page.id, "code": [names.coding("question", question.id)], "text": question.text}
    item |= _ITEMS[question.kind](page)
    item["required"] = not question.optional
    if question.always:
        item.setdefault("extension", []).append({"url": names.ALWAYS, "valueBoolean": True})
    item["item"] = [_help(page.id, question.why)]
    return item


def _help(link: str, text: str) -> Json:
    return {"linkId": f"why-{link}", "text": text, "type": "display", "extension": [names.control("help")]}


def _one_of(page: Page) -> Json:
    options = [_option(page.question, choice) for choice in page.choices]
    if not page.question.always:  # everybody is asked who they are, and knows
        options.append({"valueCoding": names.coding(*names.UNSURE_CODE, UNSURE_OF_ONE)})
    return {"type": "choice", "extension": [names.control("radio-button")], "answerOption": options}


def _any_of(page: Page) -> Json:
    options = [_option(page.question, choice) for choice in page.choices]
    if not page.question.always:
        options.append({"valueCoding": names.coding(*names.UNSURE_CODE, UNSURE_OF_SOME)})
    none = {
        "extension": [{"url": names.EXCLUSIVE, "valueBoolean": True}],
        "valueCoding": names.coding(*names.NONE_CODE, page.question.none),
    }
    return {
        "type": "choice",
        "repeats": True,
        "extension": [names.control("check-box")],
        "answerOption": [*options, none],
    }


def _option(question: Question, choice: Choice) -> Json:
    option = choice.option
    several = question.kind == "any-of"
    more = [names.saying(a, value, *([not_so(a)] if several else [])) for a, value in option.atoms.items()]
    more += [{"url": names.ADDS, "valueCode": word} for word in option.adds]
    if question.calm == option.id:
        more.append({"url": names.CALM, "valueBoolean": True})
    row: Json = {"extension": more} if more else {}
    return {**row, "valueCoding": names.coding(choice.question, option.id, option.text)}


def _number(page: Page) -> Json:
    spec = terms().fact(page.question.fact or "")
    more: list[Json] = [{"url": names.NUMBER, "valueCode": spec.id}]
    for url, limit in ((names.MIN, spec.low), (names.MAX, spec.high)):
        if limit is not None:
            more.append({"url": url, "valueDecimal": limit})
    if page.question.calm:
        more.append({"url": names.CALM, "valueDecimal": float(page.question.calm)})
    if page.question.unit:
        more.append({"url": names.UNIT, "valueCoding": {"display": page.question.unit}})
    return {"type": "decimal", "extension": more}


def _text(page: Page) -> Json:
    return {"type": "text", "maxLength": page.question.limit}


_ITEMS: Mapping[str, Any] = {"one-of": _one_of, "any-of": _any_of, "number": _number, "text": _text}


# --- how bad it is: for the doctor, not for the rules
def _scales(severity: str) -> list[Json]:
    words = consultation().scales
    rows = [(scale, severity if scale.text is None else scale.text) for scale in words.questions]
    items = []
    for scale, text in rows:
        calm = [{"url": names.CALM, "valueBoolean": True}]
        options: list[Json] = [
            {
                **({"extension": calm} if answer.id == scale.calm else {}),
                "valueCoding": {
                    **names.coding(scale.id, answer.id, answer.text),
                    "extension": [
                        {"url": names.ORDINAL, "valueDecimal": answer.score},
                        {"url": names.WEIGHT, "valueDecimal": answer.score},
                    ],
                },
            }
            for answer in scale.answers
        ]
        options.append({"valueCoding": names.coding(*names.UNSURE_CODE, UNSURE_OF_ONE)})
        items.append(
            {
                "linkId": f"page-{scale.id}",
                "type": "group",
                "text": words.section,
                "extension": [names.control("page")],
                "item": [
                    {
                        "linkId": scale.id,
                        "code": [names.coding("question", scale.id)],
                        "text": text,
                        "type": "choice",
                        "extension": [names.control("radio-button"), {"url": names.NOT_SAFETY, "valueBoolean": True}],
                        "required": True,
                        "answerOption": options,
                        "item": [_help(scale.id, scale.why)],
                    }
                ],
            }
        )
    total = score_expression([scale.id for scale, _ in rows])
    score: Json = {
        "linkId": words.score.id,
        "text": words.score.text,
        "type": "decimal",
        "readOnly": True,
        "extension": [
            {"url": names.HIDDEN, "valueBoolean": True},
            {"url": names.NOT_SAFETY, "valueBoolean": True},
            {"url": names.CALCULATED, "valueExpression": {"language": "text/fhirpath", "expression": total}},
        ],
    }
    return [*items, score]
