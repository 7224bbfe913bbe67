"""`skinproof networks`: all randomised trials on one outcome together, in the terminal."""

from __future__ import annotations

import argparse
from typing import Any

from skinproof.evidence import NO_STUDY, NetworkFinding, NetworkPart, document

from ._common import add_command, print_json
from ._questions import add_question, check_question, heading, level, library_of, number, wrap

HELP = "treatments compared through a network of trials"
DESCRIPTION = """\
All randomised trials on one outcome and scale together, whatever they compare: which treatments join, every comparison
with its certainty, directly or through others, and whether ways through the network agree. Networks that fall into
parts are told part by part; treatments of different parts cannot be compared. Pairs alone are in `skinproof findings`.

examples:
  skinproof networks --concern hair-loss --concept hair-density
  skinproof networks --treatment tranexamic-acid --pairs
  skinproof networks --concern acne --format json
"""
EPILOG = """\
JSON: {"networks": [...]}, each with id, concern, concept, event, measure, scale, better, rank (1: the scale most trials
share), nodes, edges (each with the rows that it rests on: study_id, row, arms, value, low, high, conversions), parts
(league with estimate, direct, indirect, shares of studies, certainty, sentence; ranking by P-score; incoherence; tau2),
unused rows with reasons, and notes.

exit status: 0 found, 1 no network, 2 a word is not known or the library cannot be read
"""


def add(commands: Any) -> None:
    """Hang the command into the dispatcher's subparsers."""
    parser = add_command(commands, "networks", help=HELP, description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument(
        "--pairs", action="store_true", help="also those in which no part joins more than two treatments"
    )
    add_question(parser)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    check_question(given)
    found = library_of(given).networks.find(given.concern, given.treatment, given.concept)
    shown = [each for each in found if given.pairs or each.is_network]
    if given.format == "json":
        print_json({"networks": document(shown)})
    elif shown:
        print("\n\n".join(_text(each) for each in shown))
    else:
        pairs = f" {len(found)} are of two treatments only: --pairs shows them." if found else ""
        print(f"No network of more than two treatments.{pairs}" if found else NO_STUDY)
    return 0 if shown else 1


def _text(network: NetworkFinding) -> str:
    people = f", {network.people} people" if network.people else ""
    lines = [
        f"{heading(network.concern, network.concept, network.event, network.scale)}   [{network.id}]",
        f"  {len(network.study_ids)} trials{people}, {len(network.nodes)} treatments and controls"
        + ("" if network.connected else f", in {len(network.parts)} parts that no trial joins"),
    ]
    for number_, part in enumerate(network.parts, start=1):
        lines += _part(network, part, f"Part {number_}: " if len(network.parts) > 1 else "")
    for row in network.unused:
        lines += wrap(f"{row.study_id}, row {row.row}: {row.reason}.", "  Not used: ")
    for note in network.notes:
        lines += wrap(note, "  Note: ")
    return "\n".join(lines)


def _part(network: NetworkFinding, part: NetworkPart, name: str) -> list[str]:
    names = ", ".join(network.node(each).name for each in part.nodes)
    lines = wrap(f"{name}{names}. Trials: {', '.join(part.studies)}.", "  ")
    for entry in part.league:
        kind = "direct" if entry.direct_share > 0.999 else "indirect" if entry.direct_share < 0.001 else "both"
        pair = f"{network.node(entry.first).name} against {network.node(entry.second).name}"
        lines += wrap(f"{pair}: {number(entry.estimate)}; {kind}; {level(entry.certainty)}", "    ")
    if part.ranking:
        ranked = ", ".join(f"{network.node(each).name} {score:.2f}" for each, score in part.ranking)
        lines += wrap(f"{ranked} (P-score; says nothing of how sure it is)", "    Ranking: ")
    tau = f" tau² {part.tau2:.3g}." if part.tau2 is not None else " Between-trial variance cannot be told."
    return lines + wrap(part.incoherence.sentence + tau, "    ")
