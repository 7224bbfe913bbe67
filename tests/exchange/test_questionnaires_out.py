"""The questionnaires as they go out: FHIR that two libraries read, complete in themselves, under one base."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire as StrictQuestionnaire
from fhirclient.models.questionnaire import Questionnaire as R4Questionnaire
from records import FULL

import skinproof
from skinproof.care import consultation, families
from skinproof.care.questionnaires import load, newest, source, versions
from skinproof.cli import main
from skinproof.exchange import bundle, read_bundle
from skinproof.vocabulary import FHIR_BASE, code_system

SOURCES = Path(skinproof.__file__).parent
VERSIONS = [(family, version) for family in sorted(families()) for version in versions(family)]


def items(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield row
        yield from items(row.get("item", []))


@pytest.mark.parametrize(("family", "version"), VERSIONS)
def test_what_the_command_writes_is_fhir_and_needs_no_terminology_server(family, version, capsys):
    assert main(["questionnaires", family, "--version", version]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == load(family, version) == source(f"{FHIR_BASE}/Questionnaire/{family}|{version}")
    assert R4Questionnaire(found, strict=True).as_json() == found
    StrictQuestionnaire.model_validate(found)
    inside = {f"#{each['id']}" for each in found.get("contained", []) if each.get("expansion")}
    for item in items(found["item"]):
        if item["type"] in ("choice", "open-choice"):
            assert item.get("answerOption") or item.get("answerValueSet") in inside, item["linkId"]


def test_there_are_ten_families():
    assert len({family for family, _ in VERSIONS}) == 10
    assert all(newest(family).canonical.startswith(FHIR_BASE) for family in families())


def test_the_base_is_written_in_one_place():
    host = FHIR_BASE.removeprefix("https://")
    holding = [path for path in SOURCES.rglob("*.py") if host in path.read_text(encoding="utf-8")]
    assert [path.relative_to(SOURCES).as_posix() for path in holding] == ["vocabulary/_fhir.py"]


def test_the_bundle_stands_under_the_same_base_and_means_the_same_codes():
    written = json.dumps(bundle(FULL))
    assert code_system("concern") in written
    ours = set(re.findall(r"https?://skinproof[^\"| ]*", written))
    assert ours
    assert all(each.startswith(f"{FHIR_BASE}/") for each in ours)
    # A question's options have the question's own system: no list of the Bundle's may be called like a question.
    lists = {each.removeprefix(code_system("")) for each in ours if each.startswith(code_system(""))}
    questions = {question.id for question in consultation().questions}
    assert lists >= {"fact", "fact-word", "answer", "form", "rule", "concern"}
    assert not (lists - {"concern", "answer"}) & questions


def test_two_versions_of_one_questionnaire_stay_two():
    assert read_bundle(bundle(FULL)).questionnaires == FULL.questionnaires
