"""How fast a text is read for its promises and each held against the findings, beside a bare pass of the tokenizer.

    .venv/bin/python benchmarks/claims.py [--format json]

Processor time, the best of several runs in this process. First pages of about 1,000 words, then texts of growing
length, ordinary and hostile: time a character must not grow with the length.
"""

from __future__ import annotations

import argparse
import gc
import json
import time
from collections.abc import Callable
from functools import partial

from skinproof.claims import check, find
from skinproof.language import read, tokens

PAGE = """Exosome facial

Our exosome facial is applied after microneedling. Over six to eight weeks fine lines soften and pores look smaller.
Most of our clients come for three visits, four weeks apart, and see the same doctor each time.

Benefits include:
- deeper hydration and a healthy glow
- firmer skin by week 12
- calmer redness

You will be asked about your health before anything is done. Bring a list of what you take, and come without make-up.
We are open from Monday to Saturday, two minutes from the station, and there is parking behind the building.

Is it safe?
It is well tolerated. Mild redness and swelling are common for a day. Some clinics claim that it regrows hair; there
is no evidence that it does. Exosomes are not licensed as a medicine. A session costs £350, which is cheaper than laser.

"""
HOSTILE = {
    "one letter": "a",
    "brackets": "((([[[",
    "digits": "1,234.5 ",
    "nested lists": "  - a\n    - b\n",
    "no stops": "collagen and ",
    "negation": "not no evidence that some say ",
    "treatments": "exosomes with laser, ",
    "times": "in 4 to 6 weeks up to ",
    "table": "| a | b |\n",
    "labels": "wrinkles: ",
    "quotes": "“”‘’",
    "slips": "wrimkles microneedlnig ",
    "taken back": "Retinol fades scars. None of these claims are proven. ",
    "refuted": "- Retinol fades scars. Unproven.\n",
    "quoted": '"It fades scars," says Jane. ',
}
# Where one long thing governs many others: head and what is repeated below it, half of the text each.
GOVERNED = {
    "list under a long line": ("Exosomes for you. ", "see:\n", "- retinol\n"),
    "list under many promises": ("Some clinics claim that it can ", "do this:\n", "- fade scars\n"),
    "rules under a wide row": ("|a", "|\n", "|-|\n"),
    "rows under a wide row": ("|wrinkles", "|\n", "|it fades|scars|\n"),
    "text under a long heading": ("# no evidence ", "\n", "It fades scars.\n\n"),
}
SIZES = (1, 4, 16)


def best(work: Callable[[], object], times: int = 5) -> float:
    """Milliseconds of processor time of the fastest of `times` runs."""
    found = []
    for _ in range(times):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found) * 1000


def page(words: int = 1000) -> str:
    return PAGE * round(words / len(PAGE.split()))


def repeated(sample: str, characters: int) -> str:
    return (sample * (characters // len(sample) + 1))[:characters]


def governed(head: str, end: str, below: str, characters: int) -> str:
    return repeated(head, characters // 2) + end + repeated(below, characters // 2)


def growth(make: Callable[[int], str], characters: int) -> list[float]:
    """Microseconds a thousand characters, at each size."""
    found = []
    for size in SIZES:
        text = make(characters * size)
        found.append(best(lambda text=text: find(text), 3) * 1000 / (len(text) / 1000))  # type: ignore[misc]
    return found


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--format", choices=("text", "json"), default="text")
    given = options.parse_args()
    text = page()
    check(text)  # the lexicon and the findings are in memory from here on
    thousands = len(text.split()) / 1000
    rows = {
        "tokens alone": best(lambda: tokens(read(text).plain).ends, 15) / thousands,
        "find": best(lambda: find(text), 15) / thousands,
        "find and check": best(lambda: check(text), 15) / thousands,
    }
    gc.collect()
    gc.freeze()  # else a text now and then pays for the collector's walk over the whole library: no part of its length
    made = {name: partial(repeated, sample) for name, sample in {"ordinary": PAGE, **HOSTILE}.items()}
    made |= {name: partial(governed, *parts) for name, parts in GOVERNED.items()}
    sizes = {name: growth(make, 4000) for name, make in made.items()}
    if given.format == "json":
        print(json.dumps({"ms_per_1000_words": rows, "us_per_1000_characters": {"sizes": SIZES, **sizes}}, indent=2))
        return 0
    print(f"{'1,000 words':24} {'ms':>8} {'x tokens':>9} {'pages/s':>8}")
    for name, ms in rows.items():
        print(f"{name:24} {ms:8.2f} {ms / rows['tokens alone']:9.1f} {1000 / ms:8.0f}")
    print(f"\n{'us a 1,000 characters':26}" + "".join(f"{f'{4 * size} kB':>9}" for size in SIZES) + "   growth")
    for name, costs in sizes.items():
        print(f"{name:26}" + "".join(f"{cost:9.0f}" for cost in costs) + f"{costs[-1] / costs[0]:8.1f}x")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
