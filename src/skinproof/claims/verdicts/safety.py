"""Is it safe? Promises and warnings held against what studies counted and regulators reported.

That nobody recorded a harm never counts as safe.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from skinproof.claims.model import Verdict
from skinproof.evidence import Harm

from .evidence import Evidence
from .judgement import SURE, Asked, Judgement, level_words, on_finding
from .rules import plain

_UNKNOWN = "How often unwanted effects happen is not known."


@dataclass(frozen=True, slots=True)
class Harms:
    """Unwanted effects told of one treatment, nothing that was looked for and not found."""

    serious: tuple[Harm, ...]
    lasting: tuple[Harm, ...]
    passing: tuple[Harm, ...]

    @property
    def all(self) -> tuple[Harm, ...]:
        return self.serious + self.lasting + self.passing

    def told(self, most: int = 4) -> str:
        return ", ".join(list(dict.fromkeys(_small(harm.event) for harm in self.all))[:most])

    @property
    def studies(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(harm.study_id for harm in self.all))


def harms_of(treatment: str, with_: tuple[str, ...], evidence: Evidence) -> Harms:
    """Harms in people who had the treatment, or it with what the promise names, and nothing else that acts."""
    words, rules = evidence.words, evidence.rules
    own = {*evidence.kinds(treatment), *with_}
    kept: dict[str, list[Harm]] = {"serious": [], "lasting": [], "passing": []}
    for harm in evidence.findings.harms():
        given = set(harm.treatments)
        if not evidence.kinds(treatment) & given or any(
            each not in own and not words.treatments[each].inert for each in given
        ):
            continue
        if harm.events == 0 or (harm.events is None and rules.harms["none_told"].within(plain(harm.note or ""))):
            continue
        if rules.harms["of_condition"].within(plain(harm.event)) or rules.harms["no_harm"].within(plain(harm.event)):
            continue
        if harm.serious and not rules.harms["any_serious"].within(plain(harm.event)):
            kept["serious"].append(harm)
        elif rules.harms["passing"].within(plain(harm.event)):
            kept["passing"].append(harm)
        else:
            kept["lasting"].append(harm)
    return Harms(tuple(kept["serious"]), tuple(kept["lasting"]), tuple(kept["passing"]))


def safe(asked: Asked, evidence: Evidence) -> Judgement:
    """A promise that it does no harm."""
    found = asked.found
    if evidence.rules.harms["of_make"].within(asked.said):
        return Judgement(
            "not-checkable", "This is said of what it is made of. Our library holds what happened to people."
        )
    harms = harms_of(asked.treatment, found.with_, evidence)
    if found.concept in ("pain", "downtime"):
        return _spared(asked, harms, evidence)
    if harms.serious:
        # “Usually safe” leaves room for a rare harm; “safe” and “no side effects” do not.
        careful = (found.hedged or "mild" in asked) and "absolute" not in asked
        return _told("weaker-than-said" if careful else "contradicted", "Serious harm has been reported", harms)
    if harms.all and "absolute" in asked:
        return _told("contradicted", "Studies tell of unwanted effects", harms)
    counted = _counted(asked, evidence)
    if counted is not None:
        return counted
    if harms.lasting or (harms.passing and not (found.hedged or "mild" in asked)):
        return _told("weaker-than-said", "Studies tell of unwanted effects", harms)
    if harms.passing:
        made = _told("uncertain", "Studies tell of effects that soon passed", harms)
        return replace(made, reason=f"{made.reason} Whether rarer harm happens is not known.")
    name = evidence.name(asked.treatment)
    reason = f"Our records do not count unwanted effects of {name}. That is no proof that it is safe."
    return Judgement("uncertain", reason,
                     honest=_UNKNOWN)  # fmt: skip


def harmful(asked: Asked, evidence: Evidence) -> Judgement:
    """A warning: whether our library tells of the same."""
    found = asked.found
    concept = evidence.words.concepts.get(found.concept or "")
    if concept is not None and concept.id != "adverse-events":
        speaking = evidence.speaking(found)
        if speaking:
            best = speaking[0]
            level = best.finding.certainty.level
            if level == "very-low" or best.side == "unknown":
                return on_finding("uncertain", "The studies leave us very unsure about this.", best.finding)
            if best.side == "against":
                return on_finding("well-supported", f"The studies point this way ({level_words(level)}).", best.finding)
            if best.side == "for":
                return on_finding(
                    "contradicted", f"The studies point the other way ({level_words(level)}).", best.finding
                )
    harms = harms_of(asked.treatment, found.with_, evidence)
    if found.says == "unsafe" and harms.serious:
        return _told("well-supported", "Serious harm has been reported", harms)
    same = tuple(harm for harm in harms.all if _share_a_word(asked.said, harm.event, evidence.rules.empty_words))
    if same:
        return _told("well-supported", "Studies or regulators tell of it", Harms((), same, ()))
    if harms.all:
        reason = f"Our library does not tell of this one. It tells of {harms.told()}. {evidence.searched}"
        return Judgement("no-study-found", reason, studies=harms.studies, honest=_reported(harms))
    return Judgement("no-study-found", f"No record in our library tells of this. {evidence.searched}", honest=_UNKNOWN)


def unknown_safety(asked: Asked, evidence: Evidence) -> Judgement:
    """A page that says that safety is not known well: mostly right."""
    levels = [f for f in evidence.of(asked.treatment) if f.concept == "adverse-events" and SURE[f.certainty.level] > 1]
    if levels:
        return on_finding("weaker-than-said", "Unwanted effects have been compared in trials.", levels[0])
    reason = "Our library holds no sure count of unwanted effects."
    return Judgement("well-supported", f"{reason} {evidence.searched}", honest=_UNKNOWN)


def _spared(asked: Asked, harms: Harms, evidence: Evidence) -> Judgement:
    """ "Painless", "no downtime": whether anyone told of pain, or of days of redness and swelling."""
    concept = asked.found.concept or ""
    phrases = evidence.rules.harms[concept]
    felt = tuple(harm for harm in harms.all if phrases.within(plain(harm.event)))
    measured = [f for f in evidence.of(asked.treatment) if f.concept == concept]
    if felt:
        verdict: Verdict = "contradicted" if "absolute" in asked and not asked.found.hedged else "weaker-than-said"
        return _told(verdict, "Studies tell of it", Harms((), (), felt))
    what = evidence.outcome(concept)
    if measured:
        best = max(measured, key=lambda f: SURE[f.certainty.level])
        return on_finding(
            "uncertain", f"Studies compared {what} between treatments. How much there is was not told.", best
        )
    return Judgement("no-study-found", f"No record in our library tells of {what} with it. {evidence.searched}",
                     honest=f"How much {what} to expect is not known.")  # fmt: skip


def _counted(asked: Asked, evidence: Evidence) -> Judgement | None:
    """Trials that compared how many people had unwanted effects."""
    speaking = [s for s in evidence.speaking(asked.found) if s.finding.concept == "adverse-events" and not s.limits]
    if not speaking:
        return None
    best = speaking[0]
    level = best.finding.certainty.level
    if level == "very-low" or best.side == "unknown":
        return None
    if best.side == "against":
        reason = f"In trials more people had unwanted effects with it ({level_words(level)})."
        return on_finding("contradicted" if "absolute" in asked else "weaker-than-said", reason, best.finding)
    reason = f"In trials no more people had unwanted effects with it ({level_words(level)})."
    careful = asked.found.hedged or "mild" in asked
    return on_finding("well-supported" if careful or SURE[level] > 1 else "weaker-than-said", reason, best.finding)


def _told(verdict: Verdict, opening: str, harms: Harms) -> Judgement:
    return Judgement(verdict, f"{opening}: {harms.told()}.", None, harms.studies, honest=_reported(harms))


def _reported(harms: Harms) -> str:
    return f"Unwanted effects have been reported, such as {harms.told(3)}. {_UNKNOWN}"


def _share_a_word(said: str, event: str, empty: frozenset[str]) -> bool:
    return bool((_stems(event) & _stems(said)) - {word[:5] for word in empty})


def _stems(words: str) -> set[str]:
    return {word[:5] for word in words.lower().replace("/", " ").split() if len(word) > 3}


def _small(event: str) -> str:
    return event[:1].lower() + event[1:]
