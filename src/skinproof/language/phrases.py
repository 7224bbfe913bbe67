"""Many phrases as one pattern that need not try them one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_END = ""


def one_of(phrases: Iterable[str], gap: str) -> str:
    """A pattern for any of the phrases, the longest that fits; `gap` is the pattern of a space in them.

    What phrases begin with alike is written once ("t(?:wo|hree)"), and a look at the first letter comes before all:
    the `re` module tries alternatives in turn, and at most places in a text none fits.
    """
    tree: dict[str, Any] = {}
    for phrase in phrases:
        node = tree
        for sign in phrase.lower():
            node = node.setdefault(sign, {})
        node[_END] = {}
    opens = "".join(re.escape(sign) for sign in sorted(tree))
    return f"(?=[{opens}])(?:{_written(tree, gap)})"


def _written(node: Mapping[str, Any], gap: str) -> str:
    if list(node) == [_END]:
        return ""
    # Whoever goes on comes before whoever ends here, so that the longest is tried first.
    ways = [(gap if sign == " " else re.escape(sign)) + _written(rest, gap) for sign, rest in node.items() if sign]
    if _END in node:
        return f"(?:{'|'.join(ways)}|)"
    return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"
