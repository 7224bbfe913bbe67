"""Runs the `questionnaire` module of github.com/FHIR/fhir-test-cases and prints the score.

    python tests/questionnaires/fhir_cases.py DIR [--all]

DIR is a checkout of it, or what `git archive HEAD validator` extracts. Of its cases those for FHIR R4 are run. Two
validators have recorded there what they say: HL7's own (`java`) and forms-lab.com's (`brianpos`), the one whose issue
kinds ours are named after. The two differ now and then, so agreement is told with each. A case counts as right when we
find it valid (no error) or not valid as forms-lab does, or as HL7 does where only that is recorded; and as right to the
kind when the issue kinds (forms-lab), or the issue codes of errors (HL7), are the same too.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

from skinproof.questionnaires import (
    Issue,
    QuestionnaireError,
    check_questionnaire,
    check_response,
    read_questionnaire,
)

MANY = frozenset({
    "item", "answer", "answerOption", "enableWhen", "extension", "modifierExtension", "contained", "coding", "code_",
    "initial", "include", "concept", "contains", "designation", "subjectType", "identifier_", "useContext", "profile",
    "basedOn", "partOf", "derivedFrom", "contact", "telecom", "jurisdiction", "parameter", "filter", "tag", "security",
})  # fmt: skip
FLAGS = frozenset({"required", "repeats", "readOnly", "experimental", "initialSelected", "userSelected", "abstract"})
NUMBERS = frozenset({"maxLength", "value", "size", "total"})


class Reference(NamedTuple):
    """What another validator has recorded: whether it finds errors, and what it calls what it finds."""

    errors: bool
    names: frozenset[str]


class Case(NamedTuple):
    name: str
    ours: tuple[Issue, ...]
    java: Reference | None
    forms_lab: Reference | None
    terminology: bool
    category: str

    @property
    def errors(self) -> bool:
        return any(issue.severity == "error" for issue in self.ours)

    @property
    def right(self) -> bool | None:
        wanted = self.forms_lab or self.java
        return None if wanted is None else wanted.errors is self.errors

    @property
    def right_to_the_kind(self) -> bool | None:
        if self.forms_lab is not None:
            return self.right and self.forms_lab.names == {i.kind for i in self.ours}
        if self.java is not None:
            return self.right and self.java.names == {i.code for i in self.ours if i.severity == "error"}
        return None


def of_xml(element: ElementTree.Element, name: str = "") -> Any:
    """FHIR's XML as the JSON that it stands for, as far as these cases need."""
    tag = element.tag.rpartition("}")[2]
    raw: dict[str, Any] = {} if name else {"resourceType": tag}
    for key in ("id", "url"):
        if key in element.attrib:
            raw[key] = element.attrib[key]
    if "value" in element.attrib:  # a primitive; what extends it is no matter here
        text = element.attrib["value"]
        if name in FLAGS or name.endswith("Boolean"):
            return text == "true"
        if name in NUMBERS or name.endswith(("Integer", "Decimal")):
            try:
                return int(text) if "." not in text else Decimal(text)
            except (ValueError, ArithmeticError):
                return text
        return text
    for child in element:
        key = child.tag.rpartition("}")[2]
        if key == "div":
            continue
        found = of_xml(child[0]) if key in ("contained", "resource") else of_xml(child, key)
        if key in MANY or (key == "code" and tag == "item") or (key == "code" and not name):
            raw.setdefault(key, []).append(found)
        else:
            raw[key] = found
    return raw


def read(path: Path) -> Any:
    if path.suffix == ".xml":
        return of_xml(ElementTree.parse(path).getroot())  # noqa: S314 -- files that the caller has chosen
    return json.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)


def reference(folder: Path, recorded: Any) -> Reference | None:
    if isinstance(recorded, dict):
        outcome = recorded.get("outcome")
    elif isinstance(recorded, str):
        path = folder / "outcomes" / recorded
        if not path.exists():
            path = path.with_name(path.name.replace("-outcome.json", "-base.json"))
        outcome = read(path) if path.exists() else None
    else:
        return None
    if outcome is None:
        return None
    issues = [i for i in outcome.get("issue", []) if i["severity"] != "information" or "details" in i]
    kinds = []
    errors = False
    for issue in issues:
        wrong = issue["severity"] in ("error", "fatal")
        errors = errors or wrong
        coded = [c.get("code") for c in issue.get("details", {}).get("coding", [])]
        if coded:
            kinds.append(coded[0])
        elif wrong:
            kinds.append(issue["code"])
    return Reference(errors, frozenset(kinds))


def run(folder: Path, entry: dict[str, Any]) -> Case:
    whole = read(folder / entry["file"])
    others = [read(folder / name) for name in entry.get("supporting", [])]
    others += whole.get("contained", [])
    value_sets = [other for other in others if other.get("resourceType") == "ValueSet"]
    asked = [other for other in others if other.get("resourceType") == "Questionnaire"]
    if whole["resourceType"] == "Questionnaire":
        ours = check_questionnaire(whole)
    else:
        try:
            found = read_questionnaire(asked[0], lenient=True, value_sets=value_sets) if asked else None
            ours = check_response(found, whole)
        except QuestionnaireError as error:
            ours = error.issues
    java, forms_lab = entry.get("java"), entry.get("brianpos", entry.get("dotnet-brianpos"))
    if forms_lab is not None and java == forms_lab:
        java = None
    unknown = any(i.kind == "valueSetUnknown" for i in ours)
    told = reference(folder, forms_lab)
    category = "questionnaires" if whole["resourceType"] == "Questionnaire" else "responses, forms-lab's"
    if told is None and category != "questionnaires":
        category = "responses, HL7's"
    return Case(entry["name"], ours, reference(folder, java), told, unknown, category)


def share(cases: list[bool | None]) -> str:
    told = [case for case in cases if case is not None]
    return f"{sum(told)} of {len(told)}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true", help="tell of the cases that are right, too")
    asked = parser.parse_args()
    folder = asked.folder / "validator" if (asked.folder / "validator").is_dir() else asked.folder
    manifest = read(folder / "manifest.json")
    entries = [
        e for e in manifest["test-cases"] if e.get("module") == "questionnaire" and e.get("version", "5.0") == "4.0"
    ]
    cases = [run(folder, entry) for entry in entries]
    for case in cases:
        if asked.all or not case.right or not case.right_to_the_kind:
            state = {True: "right", False: "WRONG", None: "no record"}[case.right]
            if case.right and not case.right_to_the_kind:
                state = "right, other kinds"
            print(f"{case.name}: {state}{', needs a value set that is not there' if case.terminology else ''}")
            print(f"    ours: {sorted({(i.severity, i.kind) for i in case.ours})}")
            for name, told in (("forms-lab", case.forms_lab), ("HL7", case.java)):
                if told is not None:
                    print(f"    {name}: {'errors' if told.errors else 'no errors'} {sorted(told.names)}")
    agree = Counter(
        {
            "forms-lab": sum(c.forms_lab is not None and c.forms_lab.errors is c.errors for c in cases),
            "HL7": sum(c.java is not None and c.java.errors is c.errors for c in cases),
        }
    )
    both = [c for c in cases if c.java and c.forms_lab]
    print(f"\n{len(cases)} cases for R4")
    for category in sorted({c.category for c in cases}):
        of = [c for c in cases if c.category == category]
        exact = share([c.right_to_the_kind for c in of])
        print(f"{category + ':':34} {share([c.right for c in of])}, and the same kinds {exact}")
    print(f"valid or not, as recorded:         {share([c.right for c in cases])}")
    print(f"and the same kinds of issue:       {share([c.right_to_the_kind for c in cases])}")
    print(f"valid or not, as forms-lab says:   {agree['forms-lab']} of {sum(c.forms_lab is not None for c in cases)}")
    print(f"valid or not, as HL7's says:       {agree['HL7']} of {sum(c.java is not None for c in cases)}")
    print(f"the two agree with one another on: {sum(c.java.errors is c.forms_lab.errors for c in both)} of {len(both)}")
    missed = [c for c in cases if c.right is False]
    print(f"wrong: {len(missed)}, of which for want of value sets {sum(c.terminology for c in missed)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
