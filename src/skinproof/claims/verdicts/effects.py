"""Does it do that? Promises of an effect, alone or against another treatment, held against what studies saw."""

from __future__ import annotations

from collections.abc import Sequence

from skinproof.claims.model import Found
from skinproof.evidence import NO_STUDY
from skinproof.evidence.studies.records import LABORATORY

from .evidence import Evidence, Speaking
from .judgement import CONTROLLED, SURE, Asked, Judgement, level_words, on_finding
from .times import too_soon_or_late

_OTHER = ("other", "mixed-treatments", "usual-treatment")


def effect(asked: Asked, evidence: Evidence) -> Judgement:
    """The verdict on a promise that something gets better."""
    found = asked.found
    if unfit := _not_checkable(found, evidence):
        return unfit
    speaking = evidence.speaking(found)
    if speaking:
        return _compared(asked, speaking, evidence)
    if found.kind == "comparison" and evidence.rivals(found):
        return none(found, "No study in our library held the two against each other for this.", evidence)
    active = evidence.speaking(found, loosely=True)
    if active:
        best = active[0].finding
        reason = (
            f"Studies only held it against {best.comparison.against}. That does not show how it does against nothing."
        )
        return on_finding("uncertain", reason, best)
    before = evidence.speaking(found, ("before-after",), loosely=True)
    if before:
        reason = "People were looked at before and after, and nobody who went without was looked at beside them."
        return on_finding("uncertain", reason, before[0].finding)
    return _in_laboratory(found, evidence) or none(found, NO_STUDY, evidence)


def equal_or_worse(asked: Asked, evidence: Evidence) -> Judgement:
    """ "As good as" and "weaker than": who is ahead, seen from the other side."""
    found = asked.found
    if unfit := _not_checkable(found, evidence):
        return unfit
    speaking = evidence.speaking(found)
    if not speaking or not evidence.rivals(found):
        return none(found, "No study in our library held the two against each other for this.", evidence)
    best = speaking[0]
    level = best.finding.certainty.level
    if level == "very-low" or best.side == "unknown":
        return on_finding("uncertain", _unsure(best), best.finding)
    wanted = ("against",) if found.says == "worse" else ("neither", "for")
    if best.side not in wanted:
        return on_finding("contradicted", f"Held against each other, they came out otherwise ({level_words(level)}).",
                          best.finding)  # fmt: skip
    return _as_sure(asked, best, f"Held against each other, they came out like this ({level_words(level)}).")


def none(found: Found, why: str, evidence: Evidence) -> Judgement:
    """No study: what was searched, when, and what was studied instead."""
    near = [f for f in evidence.of(found.treatment or "") if f.kind in CONTROLLED]
    here = [f for f in near if found.concern in (None, f.concern)]
    elsewhere = [f for f in near if f.concept == found.concept]
    parts = [why, evidence.searched]
    if found.concern and elsewhere:
        concerns = sorted({evidence.concern(f.concern) for f in elsewhere})
        parts.append(f"This was measured for something else: {', '.join(concerns[:3])}.")
    elif here:
        outcomes = sorted({evidence.outcome(f.concept) for f in here})
        parts.append(f"What was measured: {', '.join(outcomes[:4])}.")
    return Judgement("no-study-found", " ".join(parts), honest=untested(found, evidence))


def untested(found: Found, evidence: Evidence) -> str:
    """What a page may say where there is no study."""
    name = evidence.name(found.treatment or "")
    what = evidence.outcome(found.concept) if found.concept else "this"
    where = f" ({evidence.concern(found.concern)})" if found.concern else ""
    rivals = evidence.rivals(found)
    if rivals:
        return f"We found no study that held {name} against {evidence.names(rivals)} for {what}{where}."
    return f"We found no study in people that tested {name} for {what}{where}."


def _not_checkable(found: Found, evidence: Evidence) -> Judgement | None:
    if found.concept is None:
        why = (
            "This tells how it is meant to work. Our library holds what happened to people."
            if found.kind == "mechanism"
            else "Our library has no measure for this, so it cannot be held against studies."
        )
        return Judgement("not-checkable", why)
    if found.kind == "comparison":
        rivals = evidence.rivals(found)
        if found.treatment in found.versus and not rivals and not found.with_:
            return Judgement("not-checkable", "It compares ways of giving one treatment. Our library does not.")
        if not rivals and not found.with_:
            return Judgement("not-checkable", "It does not say what it is held against.")
        if rivals and all(each in _OTHER for each in rivals):
            return Judgement("not-checkable", "It does not say which other treatment is meant.")
    elif found.concept in evidence.rules.wide and found.concern is None and found.weeks is None:
        return Judgement("not-checkable", "Too wide to check: it does not say what gets better, or for which problem.")
    return None


def _compared(asked: Asked, speaking: Sequence[Speaking], evidence: Evidence) -> Judgement:
    best = speaking[0]
    peers = [s for s in speaking if s.rank[:3] == best.rank[:3]]
    if best.finding.certainty.level == "very-low":
        wider = [s for s in speaking if s.outcome == best.outcome and s.side == "for"]
        surer = max(wider, key=lambda s: SURE[s.finding.certainty.level], default=best)
        if surer.finding.certainty.level == "very-low":
            return on_finding("uncertain", _unsure(best), best.finding)
        best, peers = surer, [surer]  # only in a combination, but there with more to go by
    sides = {peer.side for peer in peers}
    if "for" in sides and sides & {"against", "neither"}:
        backing = next(peer for peer in peers if peer.side == "for")
        other = next(peer for peer in peers if peer.side in ("against", "neither"))
        why = (
            f"It did better than {backing.finding.comparison.against}, but not than {other.finding.comparison.against}."
            if backing.finding.comparison.against != other.finding.comparison.against
            else "Some studies point this way, others do not."
        )
        return on_finding("weaker-than-said", why + _beside(backing), backing.finding)
    if "for" in sides:
        best = next(peer for peer in peers if peer.side == "for")
    level = best.finding.certainty.level
    if best.side == "unknown":
        return on_finding("uncertain", "The studies do not agree with each other." + _beside(best), best.finding)
    if best.side != "for":
        rival = best.finding.comparison.intervention if best.turned else ()
        against = evidence.names(rival) if rival else best.finding.comparison.against
        said = "did worse than" if best.side == "against" else "did no better, or hardly better, than"
        reason = f"In the studies it {said} {against} ({level_words(level)})."
        return on_finding("contradicted", reason + _beside(best), best.finding)
    late = too_soon_or_late(asked.found, [s.finding for s in speaking if s.side == "for" and s.outcome == best.outcome])
    if best.limits or late:
        reason = f"The studies point this way ({level_words(level)}). {late or ''}".rstrip()
        return on_finding("weaker-than-said", reason + _beside(best), best.finding)
    return _as_sure(asked, best, f"The studies point this way ({level_words(level)}).")


def _as_sure(asked: Asked, best: Speaking, reason: str) -> Judgement:
    """Whether the promise is as sure and as great as the evidence that points its way."""
    finding = best.finding
    level, beside = finding.certainty.level, _beside(best)
    if "large" in asked and finding.size != "large":
        return on_finding("weaker-than-said", f"{reason} A large effect was not shown.{beside}", finding)
    if level == "low" and ("sure" in asked or not asked.found.hedged):
        why = "The page says it as a fact. The evidence allows “may”: it has low certainty."
        return on_finding("weaker-than-said", why + beside, finding)
    if finding.size == "small" and not asked.found.hedged:
        return on_finding("weaker-than-said", f"{reason} It helps, but only a little.{beside}", finding)
    if level == "low":
        return on_finding(
            "well-supported", f"The page says “may” and so does the evidence: low certainty.{beside}", finding
        )
    return on_finding("well-supported", reason + beside, finding)


def _in_laboratory(found: Found, evidence: Evidence) -> Judgement | None:
    studies = [
        study.id
        for study in evidence.findings.library.studies.values()
        if study.design in LABORATORY
        and evidence.kinds(found.treatment or "") & set(study.treatments)
        and any(outcome.concept == found.concept for outcome in study.outcomes)
    ]
    if not studies:
        return None
    reason = "This was seen only in cells or animals. What happens in people was not studied."
    return Judgement("laboratory-only", reason, studies=tuple(studies), honest=untested(found, evidence))


def _unsure(best: Speaking) -> str:
    worst = max(best.finding.certainty.reasons, key=lambda reason: reason.down, default=None)
    why = f" The main reason: {worst.sentence}" if worst and worst.down else ""
    return f"The studies leave us very unsure.{why}{_beside(best)}"


def _beside(best: Speaking) -> str:
    said = (*best.limits, *best.asides)
    return f" {' '.join(said)}" if said else ""
