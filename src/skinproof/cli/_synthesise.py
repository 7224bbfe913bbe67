"""`skinproof synthesise`: a meta-analysis of a CSV file, in the terminal."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from skinproof.evidence import Synthesis, TableError, read_table, synthesise

from ._common import UserError, add_command, as_csv, shown

HELP = "a meta-analysis of a CSV file: pairwise, network, components or time course"
DESCRIPTION = """\
Fits one model to a table of results and prints it. Columns are recognised by name, as metafor, meta, netmeta and gemtc
have them; capitals, dots, underscores and spaces do not matter:

  arms       study, treatment (treat, trt, arm), n (total, sampleSize) with events (event, r, responders), or with mean
             and sd (std.dev; or se); or events and time (exposure); weeks for a time course
  arm pairs  studlab, treat1, treat2 with event1, n1, event2, n2, or mean1, sd1, n1, ..., or event1, time1, ...;
             treat3, event3, n3 for a third arm
  groups     ai, n1i (or bi), ci, n2i (or di); m1i, sd1i, n1i, m2i, sd2i, n2i; event.e, n.e, event.c, n.c; ...
  contrasts  studlab, treat1, treat2, TE, seTE (or vi): treat1 against treat2; all pairs of a trial of three arms
  effects    yi and vi (or sei), a name of the study (study, studlab, slab, trial; author and year together) beside it

Values are separated by commas, semicolons or tabs (after semicolons and tabs a decimal comma will do), text is UTF-8.

examples:
  skinproof synthesise bcg.csv --measure RR
  skinproof synthesise bcg.csv --measure OR --method DL --test knha --format json
  skinproof synthesise trials.csv --measure SMD --reference placebo
  skinproof synthesise senn.csv --model network --measure MD --reference plac
  skinproof synthesise combinations.csv --model components --measure MD --inactive placebo
  skinproof synthesise visits.csv --model time-course --measure MD --reference placebo
"""
EPILOG = """\
JSON is described in docs/guides/synthesise-json.md; CSV has the main table: for pairwise a row a study, then the pooled
effect and the prediction; for network a row a pair of treatments; for components a row a component; for time-course a
row a treatment and visit. `estimate`, `se`, `lower`, `upper` are on the analysis scale (logarithms of ratios), `value`,
`value_lower`, `value_upper` as people read them.

exit status: 0 done, 1 the data cannot tell (a time course), 2 the table or what is asked of it cannot be used
"""
MODELS = ("pairwise", "network", "components", "time-course")
DRAWN = (".svg", ".png")
SHAPES = ("best", "average", "linear", "exponential", "emax", "log-linear")


def add(commands: Any) -> None:
    """Hang the command into the dispatcher's subparsers."""
    parser = add_command(commands, "synthesise", help=HELP, description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("data", metavar="DATA.csv", help="a CSV file, or - for standard input")
    parser.add_argument("--model", choices=MODELS, default="pairwise", help="default: pairwise")
    parser.add_argument(
        "--measure",
        metavar="M",
        help="RR, OR, RD, MD, SMD, ROM, ...: needed where the table gives results",
    )
    parser.add_argument(
        "--method",
        metavar="T",
        help="estimator of tau²: REML (default), DL, ML, PM, EB, SJ, HS, HE; networks: DL (default), REML, ML",
    )
    parser.add_argument(
        "--test", choices=("z", "t", "knha", "adhoc"), default="z", help="pairwise; z, t time course (default: z)"
    )
    parser.add_argument("--reference", metavar="X", help="the treatment that others are held against")
    parser.add_argument("--inactive", metavar="X", help="for components: the one without effect, a placebo")
    parser.add_argument("--separator", metavar="S", default="+", help="what joins components in a name (default: +)")
    parser.add_argument("--common", action="store_true", help="a common effect, no between-study variance")
    parser.add_argument("--shape", choices=SHAPES, default="best", help="of a time course (default: best, by AICc)")
    parser.add_argument(
        "--correlation",
        metavar="R",
        type=float,
        default=0.5,
        help="of the same people's results at two visits, for a time course (default: 0.5)",
    )
    parser.add_argument("--level", metavar="P", type=float, default=95, help="of intervals, in percent (default: 95)")
    parser.add_argument(
        "--columns",
        metavar="OURS=THEIRS,...",
        action="append",
        default=[],
        help="columns of other names: --columns study=trial,events=resp",
    )
    parser.add_argument("--format", choices=("text", "json", "csv"), default="text", help="default: text")
    parser.add_argument(
        "--plot",
        metavar="FILE",
        help="also draw it: .svg or .png; forest plot, network graph, component effects or time course",
    )
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    if given.plot and Path(given.plot).suffix not in DRAWN:
        raise UserError(f"--plot: {given.plot} ends in neither .svg nor .png")
    try:
        source = sys.stdin.buffer.read() if given.data == "-" else given.data
        table = read_table(source, name=shown(given.data), columns=_mapping(given.columns))
        made = synthesise(
            table,
            given.model,
            given.measure,
            method=given.method,
            test=given.test,
            reference=given.reference,
            inactive=given.inactive,
            common=given.common,
            level=given.level,
            separator=given.separator,
            shape=given.shape,
            correlation=given.correlation,
        )
    except (TableError, ValueError) as fault:
        raise UserError(str(fault)) from None
    if given.plot and made.answered:
        _draw(made, Path(given.plot))
    words = {"text": lambda: made.summary() + "\n", "json": lambda: _json(made), "csv": lambda: as_csv(made.columns())}
    sys.stdout.write(words[given.format]())
    return 0 if made.answered else 1


def _draw(made: Synthesis, file: Path) -> None:
    """The picture, whole or not at all."""
    try:
        picture = made.picture()
        content = picture.svg().encode() if file.suffix == ".svg" else picture._repr_png_()
    except ImportError:
        raise UserError("--plot needs matplotlib: pip install 'skinproof[figures]'") from None
    except ValueError as fault:
        raise UserError(f"--plot: {fault}") from None
    try:
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as part:
            part.write(content)
        Path(part.name).chmod(0o644)
        Path(part.name).replace(file)
    except OSError as error:
        raise UserError(f"--plot: {file} cannot be written ({error.strerror})") from None


def _mapping(given: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in (part for text in given for part in text.split(",")):
        ours, equals, theirs = (word.strip() for word in part.partition("="))
        if not (ours and equals and theirs):
            raise UserError(f"--columns: {part!r} is not OURS=THEIRS, as in study=trial")
        found[ours] = theirs
    return found


def _json(made: Synthesis) -> str:
    return json.dumps(made.document(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
