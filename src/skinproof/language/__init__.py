"""How text is read: layout, sentences, words, lexicons, negation, times and sums. Knows no medicine."""

from .durations import Duration, durations, tells_time
from .layout import Block, blocks
from .lexicon import Entry, Lexicon, Match
from .money import Money, money, tells_money
from .scope import Scope, clauses, scopes
from .sentences import sentences
from .speech import quotations
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
    "blocks",
    "canonical",
    "clauses",
    "durations",
    "money",
    "quotations",
    "read",
    "scopes",
    "sentences",
    "tells_money",
    "tells_time",
    "tokens",
]
