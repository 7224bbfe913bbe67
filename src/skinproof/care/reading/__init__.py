"""Free text read for facts and red flags: `read_words` gives what a person's own words say, with the words."""

from .model import Found, How, Reading, Use
from .reader import day_here, read_words

__all__ = ["Found", "How", "Reading", "Use", "day_here", "read_words"]
