"""`skinproof components`: what each part of combined treatments adds, in the terminal."""

from __future__ import annotations

import argparse
from typing import Any

from skinproof.evidence import NO_STUDY, Added, ComponentFinding, document

from ._common import add_command, print_json
from ._questions import add_question, check_question, heading, level, library_of, number, wrap

HELP = "what each part of combined treatments adds"
DESCRIPTION = """\
An additive model of all randomised trials on one outcome and scale: what each component adds to whatever it is given
with, with interval and certainty; whether effects add up; what two do together; and, where a component's own share
cannot be told, why. Held against the pair by itself.

examples:
  skinproof components --concern acne-scars --treatment exosome
  skinproof components --concept hair-density
  skinproof components --treatment tranexamic-acid --format json
"""
EPILOG = """\
JSON: {"components": [...]}, each with id, network_id, concern, concept, event, measure, scale, better, rank, components
(component, name, studies, backgrounds, estimate or why_not, control, shares, size, favours, certainty, sentence,
beside), additivity, knowing, interactions, study_ids, tau2.

exit status: 0 found, 1 no trial, 2 a word is not known or the library cannot be read
"""


def add(commands: Any) -> None:
    """Hang the command into the dispatcher's subparsers."""
    parser = add_command(commands, "components", help=HELP, description=DESCRIPTION, epilog=EPILOG)
    add_question(parser)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    check_question(given)
    found = library_of(given).components.find(given.concern, given.treatment, given.concept)
    if given.format == "json":
        print_json({"components": document(found)})
    else:
        print("\n\n".join(_text(each) for each in found) or NO_STUDY)
    return 0 if found else 1


def _text(found: ComponentFinding) -> str:
    lines = [f"{heading(found.concern, found.concept, found.event, found.scale)}   [{found.id}]"]
    for part in found.components:
        lines += component_text(part)
    lines += wrap(found.additivity.sentence, "  ")
    lines += wrap(found.knowing.sentence, "  ")
    for each in found.interactions:
        lines += wrap(f"{each.sentence} {each.value:.3g} (95 % {each.low:.3g} to {each.high:.3g})", "  Together: ")
    return "\n".join(lines)


def component_text(part: Added) -> list[str]:
    """One component, in lines."""
    if part.estimate is None:
        return wrap(f"{part.name}: cannot be told; {part.why_not}.", "  - ")
    trials = ", ".join(share.study_id for share in part.shares)
    lines = wrap(f"{part.name}: {number(part.estimate)}; {level(part.certainty)}; from {trials}", "  - ")
    lines += wrap(part.sentence or "", "    ")
    for each in part.beside:
        lines += wrap(each.sentence, "    ")
    return lines
