"""Who tells: a speaker and a verb of speech or thought ("the salesman assured us", "its inventor thinks that …").

The words are data (`data/cues.yaml`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .lexicon import Entry, Match

STOPS = frozenset((".", "!", '"', ")"))
_SPEAKER = 6  # words from a comma to "said"
_AFTER_SPEAKER = 6  # words from there to the end
_NAMED = 12  # words from "said" to the end of "Dr Khan of St Mark's Hospital"
_SAID = 3  # words of what is said, at least
_TO_VERB = 10  # words from a speaker to the verb
_SUBJECT = 4  # words from whose thought it is to the verb
_TITLES = frozenset(("dr", "prof", "professor", "mr", "mrs", "ms", "miss", "sir", "dame"))
_BE = frozenset(("to", "is", "are", "was", "were", "be", "been", "being"))
_PARTED = (",", ":", ";", "(")
_SPOKEN = Entry("cue", "report", ("says",), "fixed", "right")


@dataclass(frozen=True, slots=True)
class Tellers:
    """Who may speak, the verbs of it, verbs of thought (with "that" alone), verbs such as "started to", and subjects
    whose thoughts are the page's own ("we", "studies")."""

    speakers: frozenset[str]
    speaks: frozenset[str]
    thinks: frozenset[str]
    begins: frozenset[str]
    own: frozenset[str]

    def verbs(self, words: list[str], others: Sequence[Match]) -> Iterator[Match]:
        """The verbs with which someone else says or thinks what follows, outside the matches `others`."""
        if self.speaks.isdisjoint(words) and self.thinks.isdisjoint(words):
            return
        taken = {at for match in others for at in range(match.first, match.last)}
        for at, word in enumerate(words):
            if not at or at in taken:
                continue
            if (word in self.speaks and self._spoken(words, at)) or (
                (word in self.thinks or word in self.speaks) and self._thought(words, at)
            ):
                yield Match(_SPOKEN, at, at + 1)

    def _spoken(self, words: list[str], at: int) -> bool:
        """ "Are thought to" names nobody, and what signals "tell cells to" do is no speech."""
        before = words[at - 1]
        if before in _BE and not words[at].endswith("ing") and not (before == "to" and words[at - 2] in self.begins):
            return False
        return not self.speakers.isdisjoint(self._subject(words, at))

    def _thought(self, words: list[str], at: int) -> bool:
        """ "… thinks that": whoever does, if not the page itself or a study."""
        if words[at + 1 : at + 2] != ["that"] or words[at - 1] in _BE:
            return False
        subject = self._subject(words, at)[-_SUBJECT:]
        return bool(subject) and self.own.isdisjoint(subject)

    def _subject(self, words: list[str], at: int) -> list[str]:
        """The words before a verb up to the last sign; over what stands between commas ("Zoe, who sells it, says")."""
        opens = max(0, at - _TO_VERB)
        end = at
        if words[at - 1] in (",", ")") and at > 1:
            signs = [i for i in range(max(0, at - 2 * _TO_VERB), at - 1) if words[i] in (",", "(")]
            if signs:
                end = signs[-1]
                opens = max(0, end - _TO_VERB)
        before = words[opens:end]
        sign = max((i for i, word in enumerate(before) if word in _PARTED), default=-1)
        return before[sign + 1 :]


def told_before(words: list[str], parts: Sequence[tuple[int, int]], cue: Match, opened: int) -> tuple[int, int]:
    """ "It fades scars, or so the clinics say": the verb ends what it speaks of."""
    if len(words) - cue.last > 2:
        return opened, opened
    if "so" in words[opened : cue.first] or words[opened] in (",", "as"):
        return 0, cue.first
    return opened, opened


def speaker_last(words: list[str], cue: Match, breaks: frozenset[str]) -> bool:
    """ "It fades scars, the clinic announced today.": who says so stands at the end, behind a comma."""
    named = _NAMED if _TITLES.intersection(words[cue.last : cue.last + 1]) else _SPEAKER
    if len(words) - cue.last > _AFTER_SPEAKER:  # "…, said Dr Khan, and …"
        return words[cue.first - 1] == "," and cue.first > _SAID and "," in words[cue.last + 1 : cue.last + named]
    comma = next(
        (at for at in range(cue.first - 1, max(cue.first - _SPEAKER, _SAID) - 1, -1) if words[at] == ","), None
    )
    return (
        comma is not None and words[comma + 1] not in breaks and words[comma + 1] not in ("and", "or", "which", "who")
    )
