"""`skinproof options FILE`: the options for one person, side by side."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from skinproof.care import FactError, Option, Options, options, priorities, read_patient
from skinproof.care.screening import account_of
from skinproof.evidence import findings

from ._common import add_format, print_json
from ._person import EXAMPLE, PersonFile
from ._screen import person_lines, read_lines, wrapped


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "options",
        help="the options for one person: open, not open and why, what is known of each",
        description="The options for one person and one concern: what is open, what is not and why, what would change "
        "it, what studies show, price and time, each with its source. A complaint in their own words is read too. "
        "No treatment and the usual choice are always there. What matters to the person never changes the order.",
        epilog=f"{EXAMPLE}\n\nIt may also say what matters to the person:\n\n  priorities: [{', '.join(priorities())}]",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("file", metavar="FILE", help="the person's file, or - for standard input")
    command.add_argument(
        "--concern", metavar="C", help="what the worry is, if the file does not say (melasma, acne, ...)"
    )
    add_format(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    def work(content: Any) -> Options:
        patient = read_patient(content)
        concern = given.concern or patient.concern
        if concern is None:
            raise FactError("concern", "is missing: say it in the file, or with --concern")
        account = account_of(patient.model_copy(update={"concern": concern}))
        return options(concern, account, patient.priorities, wanted=patient.asks_for or ())

    found = PersonFile(given.file).using(work)
    notes = found.screening.notes
    if given.format == "json":
        print_json({**as_json(found), "notes": notes})
    else:
        print("\n".join([as_text(found), *(line for note in notes for line in ["", *wrapped(f"Note: {note}", 0)])]))
    return 0


def as_text(found: Options) -> str:
    lines = [found.decision, *person_lines(found.screening), ""]
    if found.ask_everybody:
        labels = "; ".join(asked.label for asked in found.ask_everybody)
        lines += ["ASK EVERYBODY FIRST (red flags)", *wrapped(labels, 2), ""]
    for heading, group in (
        ("OPEN", found.open),
        ("TO BE CLEARED FIRST", found.ask_first),
        ("NOT OPEN", found.closed),
    ):
        if group:
            lines.append(f"{heading} ({len(group)})")
            for option in group:
                lines += _option_lines(option, found.priorities)
    if found.closed:
        possible = [option.name for option in (*found.open, *found.ask_first)]
        lines += ["", *wrapped(f"Still possible: {', '.join(possible)}", 0)]
    lines += [*read_lines(found.screening), "", *wrapped(found.order, 0)]
    return "\n".join(lines)


def _option_lines(option: Option, chosen: Sequence[str]) -> list[str]:
    usual = " - the usual choice" if option.usual_source else " - to compare with" if option.usual else ""
    lines = ["", f"  {option.name} [{option.form}]{usual}: {option.status_words}"]
    if option.usual_source:
        lines += wrapped(f"usual choice: {option.usual_source.organisation}, {option.usual_source.url}", 4)
    if option.usual_note:
        lines += wrapped(option.usual_note, 4)
    for why in option.why:
        lines += wrapped(f"{why.sentence} [{why.rule}; source: {why.support_words}]", 4)
    for label, words in (
        ("we need to know", [asked.label for asked in option.ask]),
        ("before it can start", option.before_start),
        ("what would change it", option.would_change),
        ("limit", [f"{name} {value}" for name, value in option.limits.items()]),
        ("also", [why.advice or "" for why in option.advice]),
    ):
        if words:
            lines += wrapped(f"{label}: {'; '.join(words)}", 4)
    for row in option.rows:
        if row.told:
            pages = ", ".join(dict.fromkeys(told.url for told in row.told))
            lines += wrapped(f"{row.label.lower()}: {row.text} ({pages})", 4)
    for otherwise in dict.fromkeys(row.otherwise for row in option.rows if not row.told and row.otherwise != "none"):
        labels = [row.label.lower() for row in option.rows if not row.told and row.otherwise == otherwise]
        lines += wrapped(f"{otherwise}: {', '.join(labels)}", 4)
    told = [ids[0] for ids in option.findings.values() if ids]
    lines += wrapped(f"studies here with a comparison group: {option.studies}", 4)
    for finding_id in told:
        finding = findings().get(finding_id)
        lines += wrapped(f"- {finding.sentence} [{finding.id}]", 4)
    for priority in chosen:
        fit = option.fit[priority]
        level = "does not fit" if fit.level == "does not" else fit.level
        lines += wrapped(f"{priorities()[priority].lower()}: {level}. {fit.reason}", 4)
    return lines


def as_json(found: Options) -> dict[str, Any]:
    screened = found.screening.to_json()
    read = ("if_now", "facts_from_text", "contradictions", "found", "to_confirm")
    return {
        "concern": found.concern,
        "decision": found.decision,
        "person": screened["person"],
        **{name: screened[name] for name in read if name in screened},
        "ask_everybody": [asked.fact for asked in found.ask_everybody],
        "order": found.order,
        "priorities": list(found.priorities),
        "options": [_option_json(option) for option in found.all],
        "untreated": [
            {"concept": arm.concept, "of_100": round(arm.without, 1), "control": arm.control, "finding": arm.finding}
            for arm in found.untreated
        ],
    }


def _option_json(option: Option) -> dict[str, Any]:
    return {
        "form": option.form,
        "name": option.name,
        "usual": option.usual,
        "status": option.status,
        "why": [
            {
                "rule": why.rule,
                "action": why.action,
                "sentence": why.sentence,
                "support": why.support,
                "sources": [source.url for source in why.sources],
            }
            for why in option.why
        ],
        "ask": [{"fact": asked.fact, "of": asked.of} for asked in option.ask],
        "before_start": list(option.before_start),
        "would_change": list(option.would_change),
        "limits": dict(option.limits),
        "findings": {concept: list(ids) for concept, ids in option.findings.items()},
        "studies": option.studies,
        "rows": {
            row.key: [{"text": told.text, "url": told.url, "prices": list(told.prices)} for told in row.told]
            for row in option.rows
        },
        "fit": {
            priority: {
                "level": fit.level,
                "reason": fit.reason,
                "findings": list(fit.findings),
                "studies": list(fit.studies),
                "prices": list(fit.prices),
                "pages": list(fit.pages),
            }
            for priority, fit in option.fit.items()
        },
    }
