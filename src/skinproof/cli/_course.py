"""`skinproof course`: how soon and how long, in the terminal."""

from __future__ import annotations

import argparse
import re
from typing import Any

from skinproof.evidence import NO_STUDY, TimeCourseFinding, document

from ._common import UserError, add_command, print_json
from ._questions import add_question, check_question, heading, library_of, wrap

HELP = "how soon a treatment works and how long, or why nobody can tell"
DESCRIPTION = """\
For each comparison and outcome: at which weeks trials looked and what they saw, and, where some looked more than once,
a fitted course: by when an effect is shown, when half and nearly all of it is there. A trial that looked once says
where it was, not how it got there: then the answer is "cannot tell", with the reason.

examples:
  skinproof course --treatment exosome --period 1-2 --period 4-6 --period 12+
  skinproof course --concern acne --concept quality-of-life --format json
"""
EPILOG = """\
JSON: {"courses": [...]}, each with id, concern, concept, event, comparisons, measure, scale, seen (study_id, row,
weeks, direction, value with its interval), without_weeks, modelled, cannot_tell, points, onset, half, ninety (told,
weeks, low, high, sentence), notes, and with --period also periods (period, seen, point, sentence).

exit status: 0 found, 1 no trial, 2 a word is not known or the library cannot be read
"""


def add(commands: Any) -> None:
    """Hang the command into the dispatcher's subparsers."""
    parser = add_command(commands, "course", help=HELP, description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument(
        "--period", metavar="WEEKS", action="append", default=[],
        help="a period that somebody claims, to hold against what was seen: 4-6, or 12+ for from week 12 on (repeat)",
    )  # fmt: skip
    add_question(parser)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    check_question(given)
    periods = [period(each) for each in given.period]
    found = library_of(given).time_courses.find(given.concern, given.treatment, given.concept)
    if given.format == "json":
        told = [document(each) | ({"periods": document(each.against(periods))} if periods else {}) for each in found]
        print_json({"courses": told})
    else:
        print("\n\n".join(_text(each, periods) for each in found) or NO_STUDY)
    return 0 if found else 1


def period(text: str) -> tuple[str, float, float | None]:
    """A period as it is typed: "4-6", "4–6" or "12+"."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(?:[-–](\d+(?:\.\d+)?)|(\+))", text.strip())
    if match is None:
        raise UserError(f"--period: {text!r} is not a period of weeks such as 4-6 or 12+")
    start, end = float(match[1]), float(match[2]) if match[2] else None
    if end is not None and end < start:
        raise UserError(f"--period: {text!r} ends before it begins")
    return (f"weeks {start:g} to {end:g}" if end is not None else f"from week {start:g}", start, end)


def _text(found: TimeCourseFinding, periods: list[tuple[str, float, float | None]]) -> str:
    lines = [f"{heading(found.concern, found.concept, found.event, found.scale)}   [{found.id}]"]
    for pair in found.comparisons:
        lines += wrap(pair.name, "  ")
    if found.cannot_tell:
        lines += wrap(f"Cannot tell how soon: {found.cannot_tell}.", "  ")
    else:
        lines += wrap(f"{found.onset.sentence} Half: {found.half.sentence} Nearly all: {found.ninety.sentence}", "  ")
        for point in found.points:
            lines.append(f"    week {point.weeks:g}: {point.value:.3g} (95 % {point.low:.3g} to {point.high:.3g})")
    for each in found.seen:
        value = f", {each.value[0]:.3g} ({each.value[1]:.3g} to {each.value[2]:.3g})" if each.value else ""
        side = {"neither": "no difference", "unknown": "not clear which way"}.get(
            each.direction, f"favours {each.direction}"
        )
        lines += wrap(f"week {each.weeks:g}: {each.study_id}, row {each.row}: {side}{value}", "  - ")
    if found.without_weeks:
        lines += wrap(f"Not told when: {', '.join(found.without_weeks)}.", "  ")
    for told in found.against(periods):
        lines += wrap(told.sentence, "  Claimed: ")
    for note in found.notes:
        lines += wrap(note, "  Note: ")
    return "\n".join(lines)
