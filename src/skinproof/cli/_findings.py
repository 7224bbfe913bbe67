"""`skinproof findings`: what the library's studies show, in the terminal."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Sequence
from typing import Any

from skinproof.evidence import (
    NO_STUDY,
    Comparison,
    Estimate,
    Finding,
    Findings,
    Library,
    StudyLine,
    WithoutPooling,
    findings,
)
from skinproof.vocabulary import vocabulary

from ._common import UserError, add_command, add_format, check_word, print_json

HELP = "what studies show for a concern, a treatment or an outcome"
DESCRIPTION = """\
What the library's studies show: for each comparison and outcome the plain sentence, the numbers, how sure one can be
and why, and every study behind it with its DOI. Certainty is worked out by rule; a reviewer's override is shown beside
the rule's own judgement.

examples:
  skinproof findings --concern acne-scars
  skinproof findings --concern melasma --treatment tranexamic-acid-oral
  skinproof findings --treatment exosome-injected --format json
  skinproof findings --concern hair-loss --concept hair-density --kind controlled
"""
EPILOG = """\
A treatment may be named by agent (exosome, tca-peel) or by form (exosome-injected, peel-medium).

JSON: an object with "library" (date, studies), "lost_overrides" (a sentence for each reviewer's judgement that no
longer applies) and "findings", a list of objects with
  id, concern, concept, event, sentence, people, people_unknown (studies that do not say), weeks [from, to],
    routes, sources, notes
  kind          controlled, review-only, dose, before-after or laboratory
  comparison    {id, name, intervention, comparator, background, control}; control is placebo-like, none,
                placebo-or-none, active, dose, before or untold
  directions    {better, worse, no_difference, unclear}: studies for the intervention, against it, neither, not told
  without_pooling  where there is no estimate and two or more trials tell a direction, else null: {favouring, against,
                untold, proportion, low, high (Wilson, 95 %), sign_p (null with fewer than `needed` studies), needed,
                combined_p [least, most] for benefit or null, combined_p_harm, study_ids, sentence}
  estimate      {measure (RR, OR, HR, MD, SMD), value, low, high (95 %), k, people, basis (pooled, single, review),
                better, scale, method, tau2, i2, q, q_p, prediction [low, high], study_ids, notes} or null
  without_doubtful  the estimate without records whose numbers are hard to believe, or null
  absolute      {with, without, with_low, with_high (people out of 100), basis, weeks, study_ids} or null
  icons_allowed false where certainty is too low for a picture of 100 people
  size          large, moderate, small, trivial or unknown
  favours       intervention, comparator, neither or unknown
  certainty     {level (high, moderate, low, very-low), rule_level (without overrides), status, reasons [{domain,
                judgement (no concerns, some concerns, major concerns, cannot tell), down (levels the rule takes off),
                sentence, study_ids (where it rests on some of them), override: {judgement, was, reviewer, role,
                date, reason} or null}]}
  studies       [{id, citation, link, role, row, rows, weeks, people, direction, measure, value, low, high, p, values,
                instrument, doubt, citation_doubt, note}]; role is estimate, apart, p-value, direction, review,
                overlaps or no-data

exit status: 0 found, 1 no study looked at this, 2 a word is not known
"""


def add(commands: Any) -> None:
    """Hang the command into the dispatcher's subparsers."""
    parser = add_command(commands, "findings", help=HELP, description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("--concern", metavar="C", help="what a person worries about: melasma, acne-scars, hair-loss, …")
    parser.add_argument("--treatment", metavar="T", help="a treatment or a form of one: exosome, peel-medium, …")
    parser.add_argument("--concept", metavar="X", help="what was measured: masi, scar-severity, hair-density, …")
    parser.add_argument(
        "--kind",
        choices=("controlled", "review-only", "dose", "before-after", "laboratory"),
        help="only findings of one kind (default: all)",
    )
    add_format(parser)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    if not (given.concern or given.treatment or given.concept):
        raise UserError("name at least one of --concern, --treatment and --concept; --help shows examples")
    words = vocabulary()
    check_word("--concern", given.concern, words.concerns)
    check_word("--concept", given.concept, words.concepts)
    check_word("--treatment", given.treatment, [*words.treatments, *words.forms])
    everything = findings()
    found = everything.find(given.concern, given.treatment, given.concept, given.kind)
    if given.format == "json":
        print_json(_document(everything, found))
    else:
        print(_text(everything, found))
    return 0 if found else 1


def _text(everything: Findings, found: Sequence[Finding]) -> str:
    if not found:
        return NO_STUDY
    blocks = [_block(finding, everything.library) for finding in found]
    end = (
        f"{len(found)} findings from {len(everything.library.studies)} studies; "
        f"library built {everything.library.date}. Certainty is worked out by rule, not yet checked by a reviewer."
        if not everything.overrides
        else f"library built {everything.library.date}. Certainty is worked out by rule, where no reviewer is named."
    )
    lost = [each.sentence for each in everything.lost_overrides]
    return "\n\n".join([*blocks, *lost, end])


def _block(finding: Finding, lib: Library) -> str:
    words = vocabulary()
    concept = words.concepts[finding.concept].name + (f" ({finding.event})" if finding.event else "")
    lines = [
        f"{finding.comparison.name}",
        f"  {words.concerns[finding.concern].name}: {concept}   [{finding.id}]",
        *_wrap(finding.sentence, "  "),
    ]
    if finding.estimate:
        lines += _wrap(estimate_text(finding.estimate), "  Numbers: ")
    if finding.absolute:
        a = finding.absolute
        lines += _wrap(
            f"{a.with_:.0f} out of 100 ({a.with_low:.0f} to {a.with_high:.0f}) with, "
            f"{a.without:.0f} out of 100 without (from {a.basis})",
            "  People: ",
        )
    lines += _wrap(_counts(finding), "  Studies: ")
    level = finding.certainty.level.replace("-", " ")
    lines += _wrap(
        f"{level}. " + " ".join(_reason(r.sentence, r.down) for r in finding.certainty.reasons), "  Certainty: "
    )
    for override in finding.certainty.overrides:
        lines += _wrap(f"in place of {override.was} for {override.domain}, {override.sentence}", "  Override: ")
    if finding.certainty.overrides:
        lines += _wrap(finding.certainty.status, "  ")
    lines += [part for line in finding.studies for part in _study(line, lib)]
    for note in (*finding.notes, *(finding.estimate.notes if finding.estimate else ())):
        lines += _wrap(note, "  Note: ")
    return "\n".join(lines)


def _reason(sentence: str, down: int) -> str:
    return f"{sentence} [{-down}]" if down else sentence


def estimate_text(made: Estimate) -> str:
    """An estimate in one line: value, interval, scale, studies, heterogeneity."""
    people = f", {made.people} people" if made.people else ""
    studies = "number of studies not told" if made.k is None else f"{made.k} {'study' if made.k == 1 else 'studies'}"
    text = f"{made.measure} {made.value:.3g} (95 % {made.low:.3g} to {made.high:.3g}; {made.scale}), {studies}{people}"
    if made.basis == "pooled" and made.i2 is not None and made.tau2 is not None:
        text += f"; I² {made.i2:.0f} %, tau² {made.tau2:.3g}"
    if made.prediction:
        text += f"; prediction {made.prediction[0]:.3g} to {made.prediction[1]:.3g}"
    return f"{text}; {made.method}"


def _counts(finding: Finding) -> str:
    told = finding.directions
    parts = [
        f"{count} {label}"
        for count, label in (
            (told.better, "for the intervention"),
            (told.worse, "against it"),
            (told.no_difference, "no difference"),
            (told.unclear, "not clear"),
        )
        if count
    ]
    people = f"{finding.people} people" if finding.people else "people not told"
    if finding.people and finding.people_unknown:
        unsaid = finding.people_unknown
        people += f", and those of {unsaid} {'study that does' if unsaid == 1 else 'studies that do'} not say"
    weeks = ""
    if finding.weeks:
        low, high = finding.weeks
        weeks = f"; at {low:g} weeks" if low == high else f"; at {low:g} to {high:g} weeks"
    return f"{', '.join(parts) or 'reviews only'}; {people}{weeks}"


def _study(line: StudyLine, lib: Library) -> list[str]:
    study = lib.studies[line.study_id]
    link = lib.reader_link(study)
    parts = [f"{study.citation_text} ({line.role})"]
    if line.values:
        parts.append(line.values)
    elif line.effect:
        parts.append(f"{line.effect.measure} {line.effect.value:.3g} ({line.effect.low:.3g} to {line.effect.high:.3g})")
    elif line.note:
        parts.append(line.note.rstrip("."))
    if line.p:
        parts.append(f"p {line.p}")
    if line.direction != "unknown":
        parts.append("no difference" if line.direction == "neither" else f"favours {line.direction}")
    if line.weeks is not None:
        parts.append(f"{line.weeks:g} weeks")
    parts.append(link.href or link.words.rstrip("."))
    parts += [f"doubt: {doubt}" for doubt in (line.doubt, lib.citation_doubt(line.study_id)) if doubt]
    return _wrap("; ".join(parts), "  - ")


def _wrap(text: str, head: str) -> list[str]:
    return textwrap.wrap(
        text, width=110, initial_indent=head, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )


def _document(everything: Findings, found: Sequence[Finding]) -> dict[str, Any]:
    lib = everything.library
    return {
        "library": {"date": lib.date.isoformat(), "studies": len(lib.studies)},
        "lost_overrides": [each.sentence for each in everything.lost_overrides],
        "findings": [_record(finding, lib) for finding in found],
    }


def _record(finding: Finding, lib: Library) -> dict[str, Any]:
    a = finding.absolute
    return {
        "id": finding.id,
        "concern": finding.concern,
        "concept": finding.concept,
        "event": finding.event,
        "kind": finding.kind,
        "comparison": _comparison(finding.comparison),
        "sentence": finding.sentence,
        "size": finding.size,
        "favours": finding.favours,
        "people": finding.people,
        "people_unknown": finding.people_unknown,
        "weeks": finding.weeks,
        "routes": finding.routes,
        "sources": finding.sources,
        "directions": _fields(finding.directions, "better worse no_difference unclear"),
        "estimate": _estimate(finding.estimate),
        "without_doubtful": _estimate(finding.without_doubtful),
        "without_pooling": _without_pooling(finding.without_pooling),
        "absolute": None
        if a is None
        else {
            "with": a.with_,
            "without": a.without,
            "with_low": a.with_low,
            "with_high": a.with_high,
            "basis": a.basis,
            "weeks": a.weeks,
            "study_ids": a.study_ids,
        },
        "icons_allowed": finding.icons_allowed,
        "certainty": finding.certainty.document(),
        "studies": [_line(line, lib) for line in finding.studies],
        "notes": finding.notes,
    }


def _comparison(comparison: Comparison) -> dict[str, Any]:
    return _fields(comparison, "id name intervention comparator background control")


def _without_pooling(made: WithoutPooling | None) -> dict[str, Any] | None:
    if made is None:
        return None
    told, tests = made.directions, made.p_values
    return {
        **_fields(told, "favouring against untold proportion low high needed"),
        "sign_p": told.pval if told.can_tell else None,
        "combined_p": tests.benefit if tests else None,
        "combined_p_harm": tests.harm if tests else None,
        "study_ids": made.study_ids,
        "sentence": made.sentence,
    }


def _estimate(made: Estimate | None) -> dict[str, Any] | None:
    names = "measure value low high k people basis better scale method tau2 i2 q q_p prediction study_ids notes"
    return _fields(made, names) if made else None


def _line(line: StudyLine, lib: Library) -> dict[str, Any]:
    effect = line.effect
    return {
        "id": line.study_id,
        "citation": lib.studies[line.study_id].citation_text,
        "link": lib.reader_link(line.study_id).href,
        **_fields(line, "role row rows weeks people direction p values instrument doubt note"),
        "measure": effect.measure if effect else None,
        "value": effect.value if effect else None,
        "low": effect.low if effect else None,
        "high": effect.high if effect else None,
        "citation_doubt": lib.citation_doubt(line.study_id),
    }


def _fields(thing: object, names: str) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names.split()}
