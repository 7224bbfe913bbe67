"""How fast a questionnaire is read, walked and answered, beside fhir.resources reading the same response.

    .venv/bin/python benchmarks/questionnaires.py [--format json]

60 items in 6 groups, a third of the questions behind conditions, a response with 20 answers; the median of warm runs in
this process. fhir.resources (R4B, pydantic) only reads the response into its classes; `check_response` holds it to its
questionnaire.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

from cases import Clock
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

from skinproof.questionnaires import Coding, check_response, next_item, read_questionnaire, respond

SYSTEM = "https://example.org/codes"
GROUPS, QUESTIONS, ANSWERS = 6, 9, 20


def question(group: int, number: int) -> dict[str, Any]:
    options = [{"valueCoding": {"system": SYSTEM, "code": code, "display": code.title()}} for code in "abcd"]
    raw: dict[str, Any] = {"linkId": f"q{group}-{number}", "type": "choice", "text": "?", "answerOption": options}
    if number > 5:
        wanted = {"system": SYSTEM, "code": "b"}
        raw["enableWhen"] = [{"question": f"q{group}-0", "operator": "=", "answerCoding": wanted}]
    return raw | {"required": number == 0}


def measure(seconds: float) -> dict[str, float]:
    groups = [
        {"linkId": f"g{g}", "type": "group", "item": [question(g, n) for n in range(QUESTIONS)]} for g in range(GROUPS)
    ]
    whole = {"resourceType": "Questionnaire", "url": "https://example.org/q", "version": "1", "status": "active"}
    raw = whole | {"item": groups}
    form = read_questionnaire(raw)
    asked = [item.link_id for item in form.items if item.type == "choice" and not item.conditions]
    first = sorted(asked, key=lambda link_id: link_id.rpartition("-")[2])[:ANSWERS]
    answers = {link_id: [Coding(SYSTEM, "a")] for link_id in first}
    response = respond(form, answers)
    text = json.dumps(response)
    assert not check_response(form, text)
    clock = Clock(seconds)
    return {
        "read a questionnaire of 60 items": clock(lambda: read_questionnaire(raw)),
        "the next item after 20 answers": clock(lambda: next_item(form, answers)),
        "write a response of 20 answers": clock(lambda: respond(form, answers)),
        "check it, from JSON text": clock(lambda: check_response(form, text)),
        "check it, read already": clock(lambda: check_response(form, response)),
        "fhir.resources: read it, from JSON text": clock(lambda: QuestionnaireResponse.model_validate_json(text)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--format", choices=["text", "json"], default="text")
    parser.add_argument("--seconds", type=float, default=0.5, help="for each line")
    asked = parser.parse_args()
    found = measure(asked.seconds)
    ratio = found["fhir.resources: read it, from JSON text"] / found["check it, from JSON text"]
    if asked.format == "json":
        print(json.dumps({"ms": found, "ratio": ratio}))
        return
    for name, ms in found.items():
        print(f"{name:42} {ms:8.3f} ms")
    print(f"a whole check takes 1/{ratio:.1f} of the time in which fhir.resources reads the response")


if __name__ == "__main__":
    main()
