"""`skinproof screen FILE`: the safety rules held against one person."""

from __future__ import annotations

import argparse
import textwrap

from skinproof.care import Screening, Verdict, rules, screen
from skinproof.care.rules import STRENGTH

from ._common import add_format, print_json
from ._person import EXAMPLE, PersonFile

HEADINGS = {
    "ok": "Open",
    "caution": "Open with care",
    "ask-first": "Ask first",
    "not-screened": "No rules yet: a doctor must check",
    "delay": "Not yet",
    "avoid": "Not here",
    "contraindicated": "Not for this person",
    "urgent-referral": "On hold: needs to be seen first",
}


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "screen",
        help="the safety rules held against one person's facts",
        description="Holds the safety rules against one person's facts: what is open, what is not and why, and what to "
        "ask first. No clinician has reviewed the rules yet.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("file", metavar="FILE", help="the person's file, or - for standard input")
    add_format(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    found = PersonFile(given.file).using(screen)
    if given.format == "json":
        print_json(found.to_json())
    else:
        print(as_text(found))
    return 0


def as_text(found: Screening) -> str:
    lines = person_lines(found)
    flags = _red_flag_facts()
    open_flags = list(dict.fromkeys(fact for each in found.treatments.values() for fact in each.ask if fact in flags))
    if open_flags:
        lines += ["", "Ask everybody first, whatever they want (red flags)", *_wrapped(", ".join(open_flags), 4)]
    for word, heading in HEADINGS.items():
        those = [verdict for verdict in found.treatments.values() if verdict.verdict == word]
        if those:
            lines += ["", f"{heading} ({len(those)})"]
            for verdict in those:
                lines += _verdict_lines(verdict, flags)
    if any(verdict.refused for verdict in found.treatments.values()):
        lines += ["", f"Still open: {', '.join(found.still_open) or 'nothing that was asked for'}"]
    lines += ["", *(f"Note: {note}." for note in (note.rstrip(".") for note in found.notes))] if found.notes else []
    return "\n".join(lines)


def person_lines(found: Screening) -> list[str]:
    """The red flags, with what to do now, before anything else."""
    if found.person.flag == "none":
        return ["Red flags: none among what was answered"]
    book = rules()
    lines = []
    for rule_id in found.person.rules:
        rule = book.rule(rule_id)
        urgency = book.urgencies[rule.urgency or ""]
        lines += [f"RED FLAG: {urgency.heading} ({rule.to})", *_wrapped(rule.reason)]
        advice = book.advice.get(rule_id)
        for line in advice.do_now if advice else urgency.do_now:
            lines += _wrapped(f"- {line}")
        lines += _wrapped(f"[{rule_id}]")
    return lines


def _red_flag_facts() -> set[str]:
    return {leaf.fact for rule in rules().person_rules for leaf in rule.condition.leaves()}


def _verdict_lines(verdict: Verdict, flags: set[str]) -> list[str]:
    lines = [f"  {verdict.form}"]
    if verdict.reason and verdict.verdict != "ask-first":
        lines += _wrapped(verdict.reason, 4)
    for label, facts in (
        ("ask", [fact for fact in verdict.ask if fact not in flags and fact not in verdict.needs]),
        ("a clinician or the provider fills in", verdict.needs),
    ):
        if facts:
            lines += _wrapped(f"{label}: {', '.join(facts)}", 4)
    if verdict.until:
        lines += _wrapped(f"until: {verdict.until.words}", 4)
    if verdict.limit:
        lines += _wrapped("limit: " + ", ".join(f"{name} {value}" for name, value in verdict.limit.items()), 4)
    strong = [rule for rule in verdict.rules if rules().rule(rule).strength >= STRENGTH["caution"]]
    if strong:
        lines += _wrapped(f"[{', '.join(strong)}]", 4)
    return lines


def _wrapped(text: str, indent: int = 2) -> list[str]:
    pad = " " * indent
    return textwrap.wrap(text, 100, initial_indent=pad, subsequent_indent=pad, break_on_hyphens=False)
