"""A text as the other steps read it: the same length and offsets as what was given, with one way to write each sign."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST = 1_000_000  # characters

# One sign for one sign, so that an offset here is an offset in the text as given.
_SIGNS = {
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "`": "'", "´": "'", "ʼ": "'",
    "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "″": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "﹣": "-", "－": "-",
    "\u00a0": " ", "\u2007": " ", "\u2009": " ", "\u200a": " ", "\u202f": " ", "\u3000": " ", "\t": " ",
    "\u00ad": " ", "\u200b": " ", "\u200c": " ", "\u200d": " ", "\ufeff": " ", "\u2060": " ",
    "\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n",
}  # fmt: skip


class TextError(ValueError):
    """A text that cannot be read; the message says why, for the person who gave it."""


@dataclass(frozen=True, slots=True)
class Text:
    """`given` is what came in; `plain` has the same length with quotation marks, dashes and spaces written one way."""

    given: str
    plain: str

    def quote(self, start: int, end: int) -> str:
        return self.given[start:end]


def read(given: str, longest: int = LONGEST) -> Text:
    """`given`, ready to be laid out.

    Raises:
        TextError: longer than `longest` characters, or not text (it holds NUL characters).
    """
    if len(given) > longest:
        raise TextError(f"The text has {len(given):,} characters. At most {longest:,} can be read at a time.")
    if "\x00" in given:
        raise TextError(f"This is not text: character {given.index(chr(0)) + 1:,} is a NUL.")
    plain = given
    for sign, written in _SIGNS.items():
        if sign in given:  # a text has few of them: so it is much faster than a look at every character
            plain = plain.replace(sign, written)
    return Text(given, plain)
