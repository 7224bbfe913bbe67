"""How text is read: layout, sentences, words, lexicons, negation, times and sums. Knows no medicine."""

from .dates import When, dates
from .durations import Duration, durations, tells_time
from .layout import Block, blocks
from .lexicon import Entry, Lexicon, Match
from .money import Money, money, tells_money
from .scope import Scope, clauses, scopes
from .sentences import sentences
from .text import Text, TextError, read
from .words import Tokens, canonical, tokens

__all__ = [
    "Block",
    "Duration",
    "Entry",
    "Lexicon",
    "Match",
    "Money",
    "Scope",
    "Text",
    "TextError",
    "Tokens",
    "When",
    "blocks",
    "canonical",
    "clauses",
    "dates",
    "durations",
    "money",
    "read",
    "scopes",
    "sentences",
    "tells_money",
    "tells_time",
    "tokens",
]
