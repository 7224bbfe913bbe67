"""`skinproof screen FILE`: the safety rules held against one person."""

from __future__ import annotations

import argparse
import textwrap
from typing import Any

from skinproof.care import FactError, Screening, Verdict, rules, screen
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
        "ask first. A complaint in the person's own words is read too; a list of people, or one JSON object per line, "
        "gives a list of answers. No clinician has reviewed the rules yet.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("file", metavar="FILE", help="the person's file, or - for standard input")
    add_format(command)
    command.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    file = PersonFile(given.file)
    if isinstance(file.data, list) and file.data:
        several = file.using(lambda people: [_numbered(at, person) for at, person in enumerate(people, start=1)])
        if given.format == "json":
            print_json([found.to_json() for found in several])
        else:
            print("\n\n".join(f"Person {at}\n{as_text(found)}" for at, found in enumerate(several, start=1)))
        return 0
    found = file.using(screen)
    if given.format == "json":
        print_json(found.to_json())
    else:
        print(as_text(found))
    return 0


def _numbered(at: int, person: Any) -> Screening:
    try:
        return screen(person)
    except FactError as error:
        raise FactError(error.fact, f"{error.fault} (person {at})") from None


def as_text(found: Screening) -> str:
    lines = person_lines(found)
    if found.ask_everybody:
        lines += [
            "",
            "Ask everybody first, whatever they want (red flags)",
            *wrapped(", ".join(found.ask_everybody), 4),
        ]
    for word, heading in HEADINGS.items():
        those = [verdict for verdict in found.treatments.values() if verdict.verdict == word]
        if those:
            lines += ["", f"{heading} ({len(those)})"]
            for verdict in those:
                lines += _verdict_lines(verdict)
    if any(verdict.refused for verdict in found.treatments.values()):
        lines += ["", f"Still open: {', '.join(found.still_open) or 'nothing that was asked for'}"]
    lines += read_lines(found)
    lines += ["", *(f"Note: {note}." for note in (note.rstrip(".") for note in found.notes))] if found.notes else []
    return "\n".join(lines)


def read_lines(found: Screening) -> list[str]:
    """What was read in the person's own words, each with the words."""
    if not found.account.readings:
        return []
    shown = [each for each in found.account.found if each.use != "note"]
    lines = (
        ["", f"Read in their own words ({len(shown)})"] if shown else ["", "Read in their own words: nothing to act on"]
    )
    for each in shown:
        answer = "yes" if each.value is True else "no" if each.value is False else each.value or "?"
        told = "" if each.how == "said" else f" ({each.how})"
        lines += wrapped(f'{each.fact}: {answer}{told}, "{each.words}"', 4)
    for dispute in found.account.contradictions:
        lines += wrapped(f'CONTRADICTION: {dispute.fact} is {dispute.form} on the form, "{dispute.words}" in words', 2)
    return lines


def person_lines(found: Screening) -> list[str]:
    """The red flags, with what to do now, before anything else; then those that the words tell half of."""
    if found.person.flag == "none":
        return ["Red flags: none among what was answered", *_half_told_lines(found)]
    book = rules()
    lines = []
    for rule_id in found.person.rules:
        rule = book.rule(rule_id)
        urgency = book.urgencies[rule.urgency or ""]
        lines += [f"RED FLAG: {urgency.heading} ({rule.to})", *wrapped(rule.reason)]
        advice = book.advice.get(rule_id)
        for line in advice.do_now if advice else urgency.do_now:
            lines += wrapped(f"- {line}")
        lines += wrapped(f"[{rule_id}]")
    return lines + _half_told_lines(found)


def _half_told_lines(found: Screening) -> list[str]:
    """What to do if it is happening now, and what decides it."""
    lines: list[str] = []
    for told in found.to_json().get("if_now", ()):
        lines += [f"IF THIS IS HAPPENING NOW: {', '.join(told['told'])}", *wrapped(told["reason"])]
        for line in told["do_now"]:
            lines += wrapped(f"- {line}")
        lines += wrapped(f"ask at once: {', '.join(told['ask'])} [{told['rule']}]")
    return lines


def _verdict_lines(verdict: Verdict) -> list[str]:
    lines = [f"  {verdict.form}"]
    if verdict.reason and verdict.verdict != "ask-first":
        lines += wrapped(verdict.reason, 4)
    for label, facts in (
        ("ask", [fact for fact in verdict.own if fact not in verdict.needs]),
        ("a clinician or the provider fills in", verdict.needs),
    ):
        if facts:
            lines += wrapped(f"{label}: {', '.join(facts)}", 4)
    if verdict.until:
        lines += wrapped(f"until: {verdict.until.words}", 4)
    if verdict.limit:
        lines += wrapped("limit: " + ", ".join(f"{name} {value}" for name, value in verdict.limit.items()), 4)
    strong = [rule for rule in verdict.rules if rules().rule(rule).strength >= STRENGTH["caution"]]
    if strong:
        lines += wrapped(f"[{', '.join(strong)}]", 4)
    return lines


def wrapped(text: str, indent: int = 2) -> list[str]:
    pad = " " * indent
    return textwrap.wrap(text, 100, initial_indent=pad, subsequent_indent=pad, break_on_hyphens=False)
