"""`skinproof export`: the library as tables, for a researcher."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from skinproof.evidence import arm_columns, effect_columns, finding_columns, findings
from skinproof.vocabulary import vocabulary

from ._common import as_csv, check_word

HELP = "the library's arms, effects or findings as CSV"
DESCRIPTION = """\
The library as one CSV table on standard output, UTF-8, numbers with a point; empty where a record does not say.

  arms      a row a result of an arm, as the report gives it: citation, outcome, treatments, n, mean, sd, events, ...
  effects   a row a study in a finding: its effect on the analysis scale, the row it was worked out from, conversions
  findings  a row a finding: comparison, estimate, certainty with reasons, sentence, the records behind it

`arms` can be edited and come back as drafts (skinproof import), or be synthesised once one outcome is chosen.

examples:
  skinproof export arms --concern melasma --concept masi > masi.csv
  skinproof export effects --treatment exosome > exosomes.csv
  skinproof export findings > findings.csv
"""


def add(commands: Any) -> None:
    """Hang the command into the dispatcher's subparsers."""
    parser = commands.add_parser(
        "export", help=HELP, description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("arms", "effects", "findings"))
    parser.add_argument("--concern", metavar="C", help="only one concern: melasma, acne-scars, hair-loss, ...")
    parser.add_argument("--treatment", metavar="T", help="only what names a treatment or a form of one")
    parser.add_argument("--concept", metavar="X", help="only one outcome: masi, scar-severity, ...")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    words = vocabulary()
    check_word("--concern", given.concern, words.concerns)
    check_word("--concept", given.concept, words.concepts)
    check_word("--treatment", given.treatment, [*words.treatments, *words.forms])
    everything = findings()
    lib = everything.library
    if given.what == "arms":
        studies = lib.studies_of(given.treatment) if given.treatment else tuple(lib.studies.values())
        columns = arm_columns(
            study.model_copy(update={"outcomes": tuple(o for o in study.outcomes if o.concept == given.concept)})
            if given.concept
            else study
            for study in studies
            if given.concern in (None, study.concern)
        )
    else:
        found = everything.find(given.concern, given.treatment, given.concept)
        columns = (effect_columns if given.what == "effects" else finding_columns)(found, lib)
    sys.stdout.write(as_csv(columns))
    return 0 if next(iter(columns.values())) else 1
