"""In whose voice a sentence makes a promise: its own, another's, or denied."""

from __future__ import annotations

from skinproof.language import Match

from .marks import Sentence
from .model import Stance

_NOT_SAID = 7  # words between "not" and the "promise" that it denies
_ANEW = frozenset((",", "and", "or", "that"))  # behind these another statement begins


def stance_of(sentence: Sentence, *at: int, beside: Match | None = None) -> Stance:
    """Doubt outweighs a report, for a page that reports a doubt does not make the promise either."""
    if not sentence.scopes:
        return "asserted"
    if sentence.under("doubt", *at, beside=beside):
        return "denied"
    told = [scope for scope in sentence.scopes if scope.kind == "report" and any(map(scope.covers, at))]
    if told:
        # "We cannot promise that …": what is denied is the report itself.
        return "denied" if any(_not_said(sentence, scope.cue) for scope in told) else "reported"
    if beside and any(s.kind == "negation" and beside.first <= s.cue.first < beside.last for s in sentence.scopes):
        return "asserted"  # "no needles, no downtime": its "not" is its own
    if sentence.under("negation", *at, beside=beside):
        return "denied"
    return "reported" if sentence.under("someone", *at) else "asserted"


def _not_said(sentence: Sentence, cue: Match) -> bool:
    return any(
        scope.kind == "negation"
        and scope.covers(cue.first)
        and cue.first - scope.cue.last < _NOT_SAID
        and _ANEW.isdisjoint(sentence.gap(scope.cue.last, cue.first))
        for scope in sentence.scopes
    )
