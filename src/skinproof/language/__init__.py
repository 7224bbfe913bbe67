"""How text is read: layout, sentences, words, lexicons, negation, times and sums. Knows no medicine."""

from .dates import When, dates
from .durations import Duration, durations, tells_time
from .laid import Laid, laid_out
from .layout import Block, blocks
from .lexicon import Entry, Lexicon, Match, ways
from .money import Money, money, tells_money
from .numbers import FIGURE, NUMBER_WORDS, SMALL_WORDS, WORDS_FROM_TEN, number_of
from .scope import Scope, clauses, scopes
from .sentences import sentences
from .speech import quotations
from .text import Text, TextError, read
from .turning import Turn, herald, tails, turn
from .words import Tokens, canonical, tokens

__all__ = [
    "FIGURE",
    "NUMBER_WORDS",
    "SMALL_WORDS",
    "WORDS_FROM_TEN",
    "Block",
    "Duration",
    "Entry",
    "Laid",
    "Lexicon",
    "Match",
    "Money",
    "Scope",
    "Text",
    "TextError",
    "Tokens",
    "Turn",
    "When",
    "blocks",
    "canonical",
    "clauses",
    "dates",
    "durations",
    "herald",
    "laid_out",
    "money",
    "number_of",
    "quotations",
    "read",
    "scopes",
    "sentences",
    "tails",
    "tells_money",
    "tells_time",
    "tokens",
    "turn",
    "ways",
]
