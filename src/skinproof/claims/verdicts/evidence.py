"""Which findings speak for a promise, and what must be said when they do: combination, route, kind, concern."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from skinproof.claims.model import Found
from skinproof.evidence import Finding, Findings
from skinproof.evidence.synthesis.wording import outcome_phrase
from skinproof.vocabulary import Vocabulary, vocabulary

from .judgement import CONTROLLED, SURE
from .rules import Rules

Side = Literal["for", "against", "neither", "unknown"]
_NOTHING = ("placebo-like", "none", "placebo-or-none")
_GIVEN = frozenset(("topical", "injection", "oral"))  # ways that cannot stand for one another


@dataclass(frozen=True, slots=True)
class Speaking:
    """A finding that speaks for a promise."""

    finding: Finding
    turned: bool  # the promised treatment is the one compared with
    outcome: int  # 0: the outcome as promised; the higher, the further off
    limits: tuple[str, ...]  # what makes it say less than was promised, each a sentence
    asides: tuple[str, ...]  # what has to be said beside it

    @property
    def side(self) -> Side:
        """Whom it favours, seen from the promised treatment."""
        finding = self.finding
        if finding.favours == "unknown":
            return "unknown"
        if finding.favours == "neither" or finding.size == "trivial":
            return "neither"
        return "for" if (finding.favours == "intervention") != self.turned else "against"

    @property
    def rank(self) -> tuple[int, int, int, int]:
        return (-self.outcome, -len(self.limits), SURE[self.finding.certainty.level], self.finding.people or 0)


class Evidence:
    """The findings of a library, by what they can be asked."""

    def __init__(self, findings: Findings, rules: Rules) -> None:
        self.findings, self.rules = findings, rules
        self.words: Vocabulary = vocabulary()
        self._of: dict[str, tuple[Finding, ...]] = {}
        self._kinds: dict[str, frozenset[str]] = {}

    # --- names

    def kinds(self, treatment: str) -> frozenset[str]:
        """The treatment and every narrower kind of it."""
        if treatment not in self._kinds:
            self._kinds[treatment] = frozenset(self.words.kinds_of(treatment))
        return self._kinds[treatment]

    def name(self, treatment: str) -> str:
        """A name inside a sentence."""
        return _small(self.words.treatments[treatment].name)

    def names(self, treatments: Iterable[str]) -> str:
        return " and ".join(self.name(each) for each in treatments)

    def concern(self, concern: str) -> str:
        return _small(self.words.concerns[concern].name)

    def outcome(self, concept: str) -> str:
        return outcome_phrase(self.words.concepts[concept])

    def rivals(self, found: Found) -> list[str]:
        """What the promise holds it against, if that is another treatment and no dummy."""
        return [each for each in found.versus if each != found.treatment and not self.words.treatments[each].inert]

    @cached_property
    def searched(self) -> str:
        """What was looked through, and as of when."""
        library = self.findings.library
        day = f"{library.date.day} {library.date:%B %Y}"
        return f"We looked through {len(library.studies)} records, as they stood on {day}."

    # --- findings

    def of(self, treatment: str) -> tuple[Finding, ...]:
        """Findings in which the treatment, or a kind of it, is on one side."""
        if treatment not in self._of:
            kinds = self.kinds(treatment)
            self._of[treatment] = tuple(
                f for f in self.findings.all if kinds & {*f.comparison.intervention, *f.comparison.comparator}
            )
        return self._of[treatment]

    def speaking(self, found: Found, kinds: tuple[str, ...] = CONTROLLED, loosely: bool = False) -> list[Speaking]:
        """Findings that answer the promise's question, best first.

        `loosely`: the treatment on the tested side, whatever it was held against.
        """
        # "Needling works better with PRP" asks what PRP adds to needling.
        added = found.with_ if found.kind == "comparison" and not self.rivals(found) else ()
        asked = {f.id: f for name in (found.treatment or "", *added) for f in self.of(name)}
        made = [
            speaking
            for finding in asked.values()
            if finding.kind in kinds
            for turned in (False, True)
            if self._same_question(found, finding, turned, loosely)
            and (speaking := self._speaking(found, finding, turned))
        ]
        return sorted(made, key=lambda each: (each.rank, each.finding.id), reverse=True)

    def _speaking(self, found: Found, finding: Finding, turned: bool) -> Speaking | None:
        outcome = self._outcome(found, finding)
        if outcome is None:
            return None
        limits = [*self._combined(found, finding, turned), *self._otherwise_given(found, finding)]
        asides = [*self._kind(found, finding, turned), *self._source(finding)]
        if found.concern is not None and finding.concern != found.concern:
            if finding.concern not in self.rules.tested_in(found.concern):
                return None
            limits.append(f"It was tested for {self.concern(finding.concern)}, not for this.")
        elif found.concern is None:
            asides.append(f"It was tested for {self.concern(finding.concern)}.")
        return Speaking(finding, turned, outcome, tuple(limits), tuple(asides))

    def _same_question(self, found: Found, finding: Finding, turned: bool, loosely: bool) -> bool:
        comparison = finding.comparison
        sides = (comparison.intervention, comparison.comparator)
        mine, other = sides[::-1] if turned else sides
        rivals = self.rivals(found)
        if not self.kinds(found.treatment or "") & set(mine):
            return not rivals and not turned and self._adds(found, finding)
        if loosely:
            return not turned
        if rivals:
            return any(self.kinds(rival) & set(other) for rival in rivals)
        return not turned and comparison.control in _NOTHING

    def _adds(self, found: Found, finding: Finding) -> bool:
        comparison = finding.comparison
        return (
            found.kind == "comparison"
            and comparison.control in _NOTHING
            and bool(self.kinds(found.treatment or "") & set(comparison.background))
            and any(self.kinds(each) & set(comparison.intervention) for each in found.with_)
        )

    def _outcome(self, found: Found, finding: Finding) -> int | None:
        """How far the finding's outcome is from the promise's; None where it does not answer it."""
        if found.concept == finding.concept:
            return 0
        if found.concept is None:
            return None
        if finding.concept in self.rules.same_outcome(found.concept):
            return 1
        if found.concept not in self.rules.wide:
            return None
        if finding.concept in self.rules.speaks_for_wide:
            return 2 + self.rules.speaks_for_wide.index(finding.concept)
        return 20 if self.words.concepts[finding.concept].matters == "person" else None

    # --- what has to be said

    def _combined(self, found: Found, finding: Finding, turned: bool) -> Iterator[str]:
        comparison = finding.comparison
        mine = comparison.comparator if turned else comparison.intervention
        said = {found.treatment or "", *found.with_}
        covered = frozenset().union(*(self.kinds(each) for each in said))
        background = [
            each for each in comparison.background if each not in covered and not self._route_says(found, each)
        ]
        extra = [each for each in mine if each not in covered]
        if background:
            yield f"It was tested only on top of {self.names(background)}."
        if extra:
            yield f"It was tested only together with {self.names(extra)}."
        given = {*mine, *comparison.background}
        absent = [each for each in found.with_ if not self.kinds(each) & given]
        if absent and not background and not extra:
            yield f"It was tested without {self.names(absent)}."

    def _route_says(self, found: Found, background: str) -> bool:
        """Whether "with microneedling" was said by the way it is given."""
        forms = self.words.forms_of(background)
        return any(form.route in found.route for form in forms if form.route not in (None, *_GIVEN))

    def _otherwise_given(self, found: Found, finding: Finding) -> Iterator[str]:
        said, tested = _GIVEN & set(found.route), _GIVEN & set(finding.routes)
        if said and tested and not said & tested:
            ways = " or ".join(self.words.routes[each].name for each in sorted(tested))
            yield f"It was tested {ways}."

    def _kind(self, found: Found, finding: Finding, turned: bool) -> Iterator[str]:
        mine = finding.comparison.comparator if turned else finding.comparison.intervention
        narrower = [each for each in mine if each in self.kinds(found.treatment or "")]
        if narrower and found.treatment not in narrower:
            yield f"It was tested as {self.names(narrower)}."

    def _source(self, finding: Finding) -> Iterator[str]:
        if "exosome" in finding.comparison.intervention and finding.sources:
            yield f"What was tested came from {', '.join(finding.sources[:2])}."


def _small(name: str) -> str:
    """A name inside a sentence: "exosomes", but "PRP" and "IPL" as they are."""
    return name if name[:2].isupper() or name[1:2].isdigit() else name[:1].lower() + name[1:]
