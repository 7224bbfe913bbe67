"""By when, and for how long: a promised time against the weeks at which studies measured."""

from __future__ import annotations

from collections.abc import Sequence

from skinproof.claims.model import Found
from skinproof.evidence import NO_STUDY, Finding

from .evidence import Evidence
from .judgement import CONTROLLED, SURE, Asked, Judgement, level_words, on_finding


def too_soon_or_late(found: Found, findings: Sequence[Finding]) -> str | None:
    """What is wrong with the promised time, in a sentence; None where nothing is, or no time was promised."""
    if found.weeks is None:
        return None
    low, high = found.weeks
    seen = sorted(
        (line.weeks, line.direction) for f in findings for line in f.studies if line.weeks and line.role != "review"
    )
    if not seen:
        return "The records do not tell when it was measured."
    first, last = seen[0][0], seen[-1][0]
    if high is not None and high < first:
        return f"Nobody measured it that early: the first time was after {weeks(first)}."
    if low > last:
        return f"Nobody was followed that long: the last time was after {weeks(last)}."
    by_then = [direction for week, direction in seen if high is None or week <= high]
    later = [week for week, direction in seen if high is not None and week > high and direction == "intervention"]
    if by_then and "intervention" not in by_then and later:
        return f"It was not seen by then. It was seen after {weeks(later[0])}."
    return None


def lasting(asked: Asked, evidence: Evidence) -> Judgement:
    """How long it lasts: no longer than anyone was followed."""
    found = asked.found
    seen = [
        f
        for f in evidence.of(found.treatment or "")
        if f.kind in CONTROLLED
        and found.concern in (None, f.concern)
        and f.favours == "intervention"
        and f.size != "trivial"
        and f.weeks is not None
        and evidence.words.concepts[f.concept].matters != "harm"
        and evidence.kinds(found.treatment or "") & set(f.comparison.intervention)
    ]
    if not seen:
        name = evidence.name(found.treatment or "")
        return Judgement("no-study-found", f"{NO_STUDY} {evidence.searched}",
                         honest=f"We found no study of how long it lasts with {name}.")  # fmt: skip
    longest = max(seen, key=lambda f: (f.weeks or (0, 0))[1])
    last = (longest.weeks or (0, 0))[1]
    followed = f"The longest that people were followed is {weeks(last)}."
    wanted = found.weeks[0] if found.weeks else None
    if "forever" in asked or wanted is None or wanted > last:
        later = " Nobody can say what happens later." if "forever" in asked or wanted else ""
        sure = SURE[longest.certainty.level] > 0 and not (wanted and wanted > last)
        return on_finding("weaker-than-said" if sure else "uncertain", followed + later, longest)
    enough = [f for f in seen if (f.weeks or (0, 0))[1] >= wanted]
    best = max(enough, key=lambda f: SURE[f.certainty.level])
    level = best.certainty.level
    if level == "very-low":
        return on_finding("uncertain", f"{followed} The studies leave us very unsure.", best)
    if level == "low" and not found.hedged:
        return on_finding("weaker-than-said", f"{followed} The evidence allows “may”: it has low certainty.", best)
    return on_finding("well-supported", f"{followed} The effect was still seen ({level_words(level)}).", best)


def weeks(number: float) -> str:
    if number < 1:
        days = round(number * 7)
        return f"{days} day{'s' * (days != 1)}"
    return f"{number:.3g} week{'s' * (number != 1)}"
