"""What the commands on findings share: which library, concern, outcome and treatment is asked about."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterable
from pathlib import Path

from skinproof.evidence import Certainty, Estimate, Findings, Library, findings
from skinproof.vocabulary import unknown, vocabulary

from ._common import UserError, add_format


def add_library(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--library", metavar="FOLDER", help="a folder of study records (default: the library that comes with Skinproof)"
    )


def add_question(parser: argparse.ArgumentParser) -> None:
    """Options that choose findings, the library, and the format."""
    parser.add_argument("--concern", metavar="C", help="what a person worries about: melasma, acne-scars, hair-loss, …")
    parser.add_argument("--treatment", metavar="T", help="a treatment or a form of one: exosome, peel-medium, …")
    parser.add_argument("--concept", metavar="X", help="what was measured: masi, scar-severity, hair-density, …")
    add_library(parser)
    add_format(parser)


def library_of(given: argparse.Namespace) -> Findings:
    """The findings of the library named, or of the product's own."""
    if given.library is None:
        return findings()
    folder = Path(given.library)
    if not folder.is_dir():
        raise UserError(f"--library: {given.library} is not a folder")
    return findings(Library(folder))


def check_question(given: argparse.Namespace, *, some: bool = True) -> None:
    """Raise UserError for a word that is not known, or, where `some` is needed, for no word at all."""
    if some and not (given.concern or given.treatment or given.concept):
        raise UserError("name at least one of --concern, --treatment and --concept; --help shows examples")
    words = vocabulary()
    known("--concern", given.concern, words.concerns)
    known("--concept", given.concept, words.concepts)
    known("--treatment", given.treatment, [*words.treatments, *words.forms])


def known(option: str, word: str | None, ids: Iterable[str]) -> None:
    """Raise UserError, which offers near words, for a word that is not among the ids."""
    every = list(ids)
    if word is not None and word not in every:
        raise UserError(f"{option}: {unknown(word, every)}")


def wrap(text: str, head: str) -> list[str]:
    """Lines of at most 110 characters, `head` before the first."""
    return textwrap.wrap(
        text, width=110, initial_indent=head, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )


def heading(concern: str, concept: str, event: str | None, scale: str | None) -> str:
    """ "Melasma: dark patches score, MASI, lower is better"."""
    words = vocabulary()
    what = words.concepts[concept].name + (f" ({event})" if event else "")
    return f"{words.concerns[concern].name}: {what}" + (f"; {scale}" if scale else "")


def number(made: Estimate) -> str:
    """An estimate with its interval."""
    return f"{made.measure} {made.value:.3g} (95 % {made.low:.3g} to {made.high:.3g})"


def level(certainty: Certainty | None) -> str:
    """How sure one can be, in a few words."""
    return f"certainty {certainty.level.replace('-', ' ')}" if certainty else "certainty not rated"


def why(certainty: Certainty) -> str:
    """The reasons that took something off."""
    return " ".join(f"{reason.sentence} [{-reason.down}]" for reason in certainty.reasons if reason.down)
