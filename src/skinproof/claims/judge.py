"""Hold a promise against the findings: verdict, reason, studies, and what the same evidence would let a page say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from skinproof.evidence import NO_STUDY, Finding, Findings
from skinproof.vocabulary import Vocabulary, vocabulary

from .flags import flags_of
from .model import Claim, Found, Verdict

_SURE = {"high": 3, "moderate": 2, "low": 1, "very-low": 0}
_CONTROLLED = ("controlled", "review-only")
_NOTHING = ("placebo-like", "none", "placebo-or-none")
# Words so wide that any outcome a person can see may speak for them.
_WIDE = ("global-improvement", "treatment-success")


@dataclass(frozen=True, slots=True)
class Judgement:
    verdict: Verdict
    reason: str
    certainty: str | None = None
    studies: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    honest: str | None = None


class Judge:
    """Holds promises against one set of findings; the same promise is worked out once."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.words: Vocabulary = vocabulary()
        self._known: dict[Found, Judgement] = {}
        self._of: dict[str, tuple[Finding, ...]] = {}

    def claim(self, found: Found) -> Claim:
        """The promise with its verdict."""
        key = replace(found, span="", at=0, strength=(), stance="asserted")
        if key not in self._known:
            if len(self._known) > 20_000:
                self._known.clear()
            self._known[key] = self._judged(key)
        made = self._known[key]
        reason = made.reason
        if found.stance == "denied":
            reason = f"The text itself doubts this. {reason}"
        elif found.stance == "reported":
            reason = f"The text reports this as what others say. {reason}"
        return Claim(
            found, made.verdict, made.certainty, reason, made.studies, flags_of(found), made.honest, made.findings
        )

    def _judged(self, found: Found) -> Judgement:
        if found.treatment is None or found.treatment not in self.words.treatments:
            return Judgement("not-checkable", "The text does not say which treatment this is about.")
        if found.kind == "cost":
            return self._cost(found)
        if found.kind == "regulatory":
            return self._standing(found)
        if found.direction == "none":
            return self._evidence(found)
        if found.direction in ("safe", "harms") and found.concept not in ("downtime", "pain"):
            return self._safety(found)
        return self._effect(found)

    # --- does it work

    def _effect(self, found: Found) -> Judgement:
        assert_treatment = found.treatment or ""
        if found.concept is None:
            return Judgement(
                "not-checkable", "Our library has no measure for this, so it cannot be held against studies."
            )
        if found.concept in _WIDE and found.concern is None:
            return Judgement(
                "not-checkable", "This is too wide to check: it does not say what gets better, or for which problem."
            )
        all_of = self._findings_of(assert_treatment)
        here = [f for f in all_of if found.concern in (None, f.concern) and self._same_outcome(found, f)]
        compared = [f for f in here if f.kind in _CONTROLLED and self._same_question(found, f)]
        if compared:
            return self._compared(found, compared)
        if any(f.kind in _CONTROLLED for f in here) and found.versus:
            return self._none(found, "No study in our library compared the two.", here)
        looser = [f for f in here if f.kind in _CONTROLLED]
        if looser:
            return self._compared(found, looser)
        before = [f for f in here if f.kind == "before-after"]
        if before:
            best = self._best(before)
            reason = "Studies looked at people before and after, with nobody compared who did not have it."
            return Judgement("uncertain", reason, "very-low", best.study_ids, (best.id,), best.sentence)
        laboratory = [f for f in here if f.kind == "laboratory"]
        if laboratory:
            best = self._best(laboratory)
            seen, ids = "This was seen only in cells or animals.", (best.id,)
            return Judgement("laboratory-only", seen, None, best.study_ids, ids, self._untested(found))
        return self._none(found, NO_STUDY, [f for f in all_of if found.concern in (None, f.concern)])

    def _compared(self, found: Found, candidates: Sequence[Finding]) -> Judgement:
        best = self._best(candidates, found)
        level = best.certainty.level
        note = self._combination(found, best) + self._time(found, best)
        ids = {"certainty": level, "studies": best.study_ids, "findings": (best.id,), "honest": best.sentence}
        if level == "very-low":
            return self._made("uncertain", "The studies leave us very unsure" + self._why(best) + note, ids)
        if best.favours == "unknown":
            return self._made("uncertain", "The studies do not agree." + note, ids)
        if best.favours in ("neither", "comparator") or best.size == "trivial":
            said = (
                "made little or no difference"
                if best.favours != "comparator"
                else "did worse than what it was compared with"
            )
            return self._made("contradicted", f"In the studies it {said}." + note, ids)
        return self._supported(found, best, note, ids)

    def _supported(self, found: Found, best: Finding, note: str, ids: dict[str, Any]) -> Judgement:
        level = best.certainty.level
        if note:
            return self._made(
                "weaker-than-said", f"The studies point this way ({self._level(level)} certainty)." + note, ids
            )
        if level == "low":
            if found.hedged:
                return self._made(
                    "well-supported", "The text is careful, and so is the evidence: low certainty, “may”.", ids
                )
            return self._made(
                "weaker-than-said", "The text says it as a fact. The evidence allows “may”: low certainty.", ids
            )
        if best.size == "small" and not found.hedged:
            return self._made(
                "weaker-than-said", f"It helps, but a little: {self._level(level)} certainty, small effect.", ids
            )
        return self._made("well-supported", f"The studies point this way: {self._level(level)} certainty.", ids)

    def _why(self, finding: Finding) -> str:
        worst = max(finding.certainty.reasons, key=lambda reason: reason.down, default=None)
        return f": {worst.sentence}" if worst and worst.down else "."

    def _combination(self, found: Found, finding: Finding) -> str:
        background = [name for name in finding.comparison.background if name not in found.with_]
        extra = [name for name in finding.comparison.intervention if not self._covers(found.treatment or "", name)]
        if background and not found.with_:
            return f" It was tested only when added to {self._names(background)}."
        if extra and not set(extra) <= set(found.with_):
            return f" It was tested only together with {self._names(extra)}."
        return ""

    def _time(self, found: Found, finding: Finding) -> str:
        if found.weeks is None or finding.weeks is None:
            return ""
        low, high = found.weeks
        first, last = finding.weeks
        if high is not None and high < first:
            return f" Nobody measured it that early: the first measurement was at week {first:g}."
        if low > last:
            return f" Nobody followed people that long: the last measurement was at week {last:g}."
        return ""

    def _none(self, found: Found, why: str, near: Iterable[Finding]) -> Judgement:
        other = sorted({self.words.concepts[f.concept].name.lower() for f in near if f.kind in _CONTROLLED})
        built = self.findings.library.about.built
        searched = f" We looked among {len(self.findings.library.studies)} studies on {built:%d %B %Y}.".replace(
            " 0", " "
        )
        nearest = f" What was studied: {', '.join(other[:4])}." if other else ""
        return Judgement("no-study-found", why + searched + nearest, honest=self._untested(found))

    def _untested(self, found: Found) -> str:
        name = self.words.treatments[found.treatment or ""].name
        what = self.words.concepts[found.concept].name.lower() if found.concept else "this"
        where = f" in {self.words.concerns[found.concern].name.lower()}" if found.concern else ""
        return f"We found no study in people that tested {name} for {what}{where}."

    # --- is it safe

    def _safety(self, found: Found) -> Judgement:
        name = found.treatment or ""
        notices = self.findings.library.notices(name)
        harms = [harm for harm in self.findings.harms(name) if harm.events is None or harm.events > 0]
        studies = tuple(dict.fromkeys([*(n.id for n in notices), *(harm.study_id for harm in harms)]))
        told = ", ".join(dict.fromkeys(harm.event.lower() for harm in harms[:4]))
        if found.direction == "harms":
            if studies:
                return Judgement(
                    "well-supported",
                    f"Studies or regulators tell of unwanted effects: {told or 'see the notices'}.",
                    None,
                    studies,
                )
            return Judgement("no-study-found", "No study in our library tells of this.")
        if notices:
            return Judgement("contradicted", "Regulators or doctors have reported harm from it.", None, studies,
                             honest=self._harms_said(told))  # fmt: skip
        if studies:
            return Judgement(
                "weaker-than-said",
                f"Studies tell of unwanted effects: {told}.",
                None,
                studies,
                honest=self._harms_said(told),
            )
        return Judgement("uncertain", "Our studies do not count unwanted effects. No mention is not proof of safety.",
                         honest="How often unwanted effects happen is not known.")  # fmt: skip

    def _harms_said(self, told: str) -> str:
        return f"Unwanted effects have been reported, such as {told}." if told else "Harm has been reported."

    # --- what it costs, how it stands, what is known

    def _cost(self, found: Found) -> Judgement:
        ranges = [
            r
            for r in self.findings.library.price_range(found.treatment or "")
            if r.low is not None and r.high is not None
        ]
        if found.money is None or not ranges:
            return Judgement("not-checkable", "There is no figure to hold against prices, or no price that we know of.")
        low = min(r.low for r in ranges if r.low is not None)
        high = max(r.high for r in ranges if r.high is not None)
        said_low, said_high = found.money
        within = (said_low is None or said_low >= low) and (said_high is None or said_high <= high)
        sources = tuple(dict.fromkeys(i for r in ranges for i in r.ids))
        reason = f"Pages that we read ask £{low:,.0f} to £{high:,.0f}."
        return Judgement("well-supported" if within else "weaker-than-said", reason, None, sources)

    def _standing(self, found: Found) -> Judgement:
        treatment = self.words.treatments[found.treatment or ""]
        if treatment.legal in (None, "unknown") or not treatment.sources:
            return Judgement("not-checkable", "We have read no page on how this stands with regulators.")
        said = treatment.legal_note or f"In the UK: {treatment.legal}."
        if (
            found.regulatory in ("fda-approved", "fda-cleared", "mhra-approved", "licensed")
            and treatment.legal == "not-licensed"
        ):
            return Judgement("contradicted", said)
        if found.regulatory == "human-derived" and treatment.id == "exosome":
            return Judgement("contradicted", said)
        return Judgement("not-checkable", f"Which product and which use is not said. {said}")

    def _evidence(self, found: Found) -> Judgement:
        levels = [f.certainty.level for f in self._findings_of(found.treatment or "")]
        if not levels:
            return Judgement("no-study-found", NO_STUDY)
        best = max(levels, key=_SURE.__getitem__)
        reason = f"The best that our library has on it is {self._level(best)} certainty, in {len(levels)} findings."
        return Judgement("well-supported" if _SURE[best] < 2 else "weaker-than-said", reason, best)

    # --- which findings

    def _findings_of(self, treatment: str) -> tuple[Finding, ...]:
        if treatment not in self._of:
            covered = self._kinds(treatment)
            self._of[treatment] = tuple(f for f in self.findings.all if covered & set(f.comparison.intervention))
        return self._of[treatment]

    def _kinds(self, treatment: str) -> frozenset[str]:
        return _narrower(treatment)

    def _covers(self, treatment: str, name: str) -> bool:
        return name in self._kinds(treatment)

    def _same_outcome(self, found: Found, finding: Finding) -> bool:
        if found.concept == finding.concept:
            return True
        if found.concept in _WIDE:
            return self.words.concepts[finding.concept].matters == "person"
        return {found.concept, finding.concept} == {"masi", "pigmentation"}

    def _same_question(self, found: Found, finding: Finding) -> bool:
        comparison = finding.comparison
        if found.versus:
            return bool(set(comparison.comparator) & set(found.versus))
        return comparison.control in _NOTHING and set(found.with_) <= {*comparison.background, *comparison.intervention}

    def _best(self, candidates: Sequence[Finding], found: Found | None = None) -> Finding:
        def rank(finding: Finding) -> tuple[bool, bool, int, int]:
            exact = found is not None and finding.concept == found.concept
            alone = found is not None and not self._combination(found, finding)
            return (exact, alone, _SURE[finding.certainty.level], finding.people or 0)

        return max(candidates, key=rank)

    def _names(self, ids: Iterable[str]) -> str:
        return " and ".join(self.words.treatments[name].name for name in ids)

    def _level(self, level: str) -> str:
        return level.replace("-", " ")

    def _made(self, verdict: Verdict, reason: str, ids: dict[str, Any]) -> Judgement:
        return Judgement(verdict, reason, **ids)


@cache
def _narrower(treatment: str) -> frozenset[str]:
    known = vocabulary().treatments
    wanted = {treatment}
    while more := {t.id for t in known.values() if t.kind_of in wanted} - wanted:
        wanted |= more
    return frozenset(wanted)
