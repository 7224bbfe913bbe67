"""`skinproof adds TREATMENT`: what a treatment adds, over every concern and outcome, in the terminal."""

from __future__ import annotations

import argparse
from typing import Any

from skinproof.evidence import NO_STUDY, OnOutcome, document
from skinproof.vocabulary import vocabulary

from ._common import add_command, add_format, print_json
from ._components import component_text
from ._questions import add_library, heading, known, level, library_of, number, why, wrap

HELP = "what a treatment adds to whatever it is given with"
DESCRIPTION = """\
What a treatment adds, over every concern and outcome: the pair on each background, the model of components, how sure
one can be, how soon, which trials, and what nobody knows yet.

examples:
  skinproof adds exosome
  skinproof adds prp --concern hair-loss
  skinproof adds tranexamic-acid --format json
"""
EPILOG = """\
JSON: treatment, name, covers, study_ids, missing, and outcomes, each with concern, concept, event, added (pairs against
nothing or a dummy, surest first), with_others, instead, reviews, uncontrolled, components, networks, courses,
certainty, study_ids, missing.

exit status: 0 a trial shows what it adds, 1 none does, 2 a word is not known or the library cannot be read
"""


def add(commands: Any) -> None:
    """Hang the command into the dispatcher's subparsers."""
    parser = add_command(commands, "adds", help=HELP, description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("treatment", metavar="TREATMENT", help="a treatment or a form of one: exosome, prp, …")
    parser.add_argument("--concern", metavar="C", help="only this concern")
    parser.add_argument("--concept", metavar="X", help="only what was measured")
    add_library(parser)
    add_format(parser)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    words = vocabulary()
    known("TREATMENT", given.treatment, [*words.treatments, *words.forms])
    known("--concern", given.concern, words.concerns)
    known("--concept", given.concept, words.concepts)
    made = library_of(given).what_it_adds(given.treatment)
    found = made.of(given.concern, given.concept)
    if given.format == "json":
        print_json(document(made) | {"outcomes": document(found)})
    elif not found:
        print(NO_STUDY)
    else:
        print("\n\n".join([f"{made.name}: what it adds", *map(_text, found), "\n".join(made.missing)]))
    return 0 if any(each.compared for each in found) else 1


def _text(each: OnOutcome) -> str:
    lines = [heading(each.concern, each.concept, each.event, None)]
    for finding in each.added:
        lines += wrap(finding.sentence, "  - ")
        numbers = f"{number(finding.estimate)}; " if finding.estimate else "no numbers to work with; "
        studies = ", ".join(dict.fromkeys(finding.study_ids))
        lines += wrap(f"{numbers}{level(finding.certainty)}. {why(finding.certainty)} Studies: {studies}.", "    ")
    for one in each.components:
        if one.added.estimate is not None:
            lines += wrap(f"Model of components ({one.scale}):", "  ")
            lines += component_text(one.added)
    others = (
        ("with something else", len(each.with_others)), ("against another treatment", len(each.instead)),
        ("from reviews only", len(each.reviews)), ("before against after", len(each.uncontrolled)),
    )  # fmt: skip
    if told := ", ".join(f"{count} {words}" for words, count in others if count):
        lines += wrap(f"Other findings: {told}.", "  ")
    for text in each.missing:
        lines += wrap(text, "  Missing: ")
    return "\n".join(lines)
