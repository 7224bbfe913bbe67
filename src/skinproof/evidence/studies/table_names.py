"""The names of columns that tables are recognised by, and what each layout of a table needs."""

from __future__ import annotations

import re
from typing import Literal

Layout = Literal["arms", "arm-pairs", "groups", "contrasts", "effects"]

# What each column may be called, besides its own name.
NAMES: dict[str, tuple[str, ...]] = {
    "study": ("studlab", "slab", "studyid", "trial", "trialid", "author", "id"),
    "year": (),
    "treatment": ("treat", "trt", "arm", "intervention", "group", "t"),
    "n": ("total", "samplesize", "participants", "people"),
    "events": ("event", "responders", "cases", "r"),
    "mean": ("y", "m"),
    "sd": ("stddev", "standarddeviation"),
    "se": ("seTE", "sei", "stderr", "standarderror"),
    "time": ("persontime", "personyears", "exposure"),
    "weeks": ("week",),
    "TE": ("yi", "effect", "estimate"),
    "vi": ("variance", "var"),
    **{f"treat{i}": (f"treatment{i}", f"trt{i}", f"t{i}") for i in range(1, 7)},
    **{f"event{i}": (f"events{i}", f"r{i}") for i in range(1, 7)},
    **{f"n{i}": (f"total{i}",) for i in range(1, 7)},
    **{f"mean{i}": (f"y{i}",) for i in range(1, 7)},
    **{f"sd{i}": () for i in range(1, 7)},
    **{f"time{i}": () for i in range(1, 7)},
    "ai": ("event.e",),
    "bi": (),
    "ci": ("event.c",),
    "di": (),
    "n1i": ("n.e",),
    "n2i": ("n.c",),
    "m1i": ("mean.e",),
    "sd1i": ("sd.e",),
    "m2i": ("mean.c",),
    "sd2i": ("sd.c",),
    "x1i": (),
    "t1i": ("time.e",),
    "x2i": (),
    "t2i": ("time.c",),
    "xi": (),
    "ni": (),
    "ri": (),
}
GROUP_COLUMNS = (
    "ai", "bi", "ci", "di", "n1i", "n2i", "m1i", "sd1i", "m2i", "sd2i", "x1i", "t1i", "x2i", "t2i", "xi", "ni", "ri",
)  # fmt: skip
COUNTS = frozenset(
    {"n", "events", "ai", "bi", "ci", "di", "n1i", "n2i", "x1i", "x2i", "xi", "ni"}
    | {f"{what}{i}" for what in ("n", "event") for i in range(1, 7)}
)
# Each layout's columns, as alternatives of which one whole set is needed; `a|b` is either.
NEEDED: dict[Layout, tuple[tuple[str, ...], ...]] = {
    "arms": (
        ("study", "treatment", "n", "events"),
        ("study", "treatment", "n", "mean", "sd|se"),
        ("study", "treatment", "events", "time"),
        ("study", "treatment", "mean", "se"),
    ),
    "arm-pairs": (
        ("study", "treat1", "treat2", "event1", "n1", "event2", "n2"),
        ("study", "treat1", "treat2", "mean1", "sd1", "n1", "mean2", "sd2", "n2"),
        ("study", "treat1", "treat2", "event1", "time1", "event2", "time2"),
    ),
    "groups": (
        ("ai", "n1i|bi", "ci", "n2i|di"),
        ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"),
        ("m1i", "sd1i", "m2i", "sd2i", "ni", "ri"),
        ("x1i|ai", "t1i", "x2i|ci", "t2i"),
        ("xi", "ni"),
        ("ri", "ni"),
    ),
    "contrasts": (("study", "treat1", "treat2", "TE", "se|vi"),),
    "effects": (("TE", "se|vi"),),
}


def plain(name: str) -> str:
    """A column's name without capitals, spaces and punctuation."""
    return re.sub(r"[\W_]", "", name).casefold()


CANONICAL = {plain(alias): name for name, aliases in NAMES.items() for alias in (name, *aliases)}
