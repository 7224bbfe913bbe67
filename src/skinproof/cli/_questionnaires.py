"""`skinproof questionnaires`: the consultations as FHIR R4 Questionnaires, listed, exported, and published anew."""

from __future__ import annotations

import argparse
from typing import Any

from skinproof.care import questionnaires

from ._common import UserError, add_format, check_word, print_json


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "questionnaires",
        help="the consultations as FHIR R4 Questionnaires",
        description="List the published questionnaires; with a family, write its newest (or another) version as JSON.",
        epilog="Example: skinproof questionnaires acne > acne.json",
    )
    command.add_argument("family", nargs="?", help="acne, pigment, hair-loss, …")
    command.add_argument("--version", metavar="V", help="a published version (default: the newest)")
    command.add_argument(
        "--publish",
        action="store_true",
        help="write a new version of each family whose questions or rules changed what is asked",
    )
    add_format(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    check_word("family", given.family, questionnaires.families())
    if given.publish:
        if given.family or given.version:
            raise UserError("--publish looks at all families; it takes no family and no version")
        written = questionnaires.publish()
        if given.format == "json":
            print_json(written)
        else:
            print("\n".join(written) or "nothing has changed")
        return 0
    if given.family:
        version = given.version or questionnaires.versions(given.family)[-1]
        check_word("--version", version, questionnaires.versions(given.family))
        print_json(questionnaires.load(given.family, version))
        return 0
    if given.version:
        raise UserError("--version needs a family")
    return _list(given)


def _list(given: argparse.Namespace) -> int:
    if given.format == "json":
        print_json([_row(name) for name in questionnaires.families()])
        return 0
    for name, family in questionnaires.families().items():
        row = _row(name)
        note = "; questions or rules have changed since: run --publish" if row["changed"] else ""
        print(f"{name:<11} {', '.join(row['versions'])}  {family.title} ({', '.join(family.concerns)}){note}")
    return 0


def _row(name: str) -> dict[str, Any]:
    family = questionnaires.families()[name]
    return {
        "family": name,
        "title": family.title,
        "url": questionnaires.newest(name).questionnaire.url,
        "concerns": list(family.concerns),
        "versions": questionnaires.versions(name),
        "changed": questionnaires.changed(name),
    }
