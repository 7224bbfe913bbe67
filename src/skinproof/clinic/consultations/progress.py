"""Where a person stands in their questionnaire, and what they answered in words."""

from __future__ import annotations

from dataclasses import dataclass

from skinproof import care
from skinproof.care.journey import leading_to


@dataclass(frozen=True)
class Row:
    """A question and its answer in words, for a person to read through."""

    id: str
    section: str
    text: str
    answer: str


@dataclass(frozen=True)
class Progress:
    """A consultation's answers, walked through its questionnaire."""

    journey: care.Journey

    @property
    def flag_rules(self) -> tuple[str, ...]:
        """The red flags that stand, read or not."""
        return tuple(flag.rule.id for flag in self.journey.flags)

    @property
    def next(self) -> care.Question | None:
        return self.journey.next if isinstance(self.journey.next, care.Question) else None

    @property
    def stop(self) -> care.Stop | None:
        """A red flag to show before anything else: one that holds every treatment, or that was not read yet."""
        return self.journey.next if isinstance(self.journey.next, care.Stop) else None

    @property
    def holds(self) -> bool:
        return self.stop is not None and self.stop.holds

    @property
    def complete(self) -> bool:
        return self.journey.done

    @property
    def answered(self) -> tuple[str, ...]:
        return tuple(answer.question.id for answer in self.journey.asked)

    @property
    def steps(self) -> int:
        return len(self.journey.asked) + self.journey.left

    def step(self, question_id: str) -> int:
        return self.answered.index(question_id) + 1 if question_id in self.answered else len(self.answered) + 1

    def question(self, question_id: str) -> care.Question | None:
        """The question, if it is asked of this person: answered already, or next."""
        for answer in self.journey.asked:
            if answer.question.id == question_id:
                return answer.question
        return self.next if self.next is not None and self.next.id == question_id else None

    @property
    def to_confirm(self) -> tuple[care.Quoted, ...]:
        """What the person's words say and no answer does: asked one by one before the answers are checked."""
        return self.journey.to_confirm if self.complete else ()

    def before(self, question_id: str) -> str | None:
        step = self.step(question_id)
        return self.answered[step - 2] if step > 1 else None

    def rows(self) -> list[Row]:
        return [
            Row(answer.question.id, answer.question.section, answer.question.text, in_words(answer))
            for answer in self.journey.asked
        ]

    def rows_behind(self, stop: care.Stop) -> list[Row]:
        """The answers that a red flag's rules turn on."""
        atoms = {atom for flag in stop.flags for leaf in flag.rule.condition.leaves() for atom in leaf.atoms()}
        behind = {
            answer.question.id
            for answer in self.journey.asked
            if any(atom in leading_to(frozenset(atoms), {}) for atom in answer.atoms)
        }
        return [row for row in self.rows() if row.id in behind]


def in_words(answer: care.Answer) -> str:
    """An answer as the person gave it."""
    question = answer.question
    if question.kind == "text":
        return answer.text or "Nothing written"
    if answer.number is not None:
        return f"{answer.number:g}{f' {question.unit}' if question.unit else ''}"
    chosen = [option.text for option in question.options if option.id in answer.chosen]
    if answer.unsure:
        chosen.append("I’m not sure" if question.kind != "any-of" else "I’m not sure about some of these")
    return "\n".join(chosen) or question.none or "None of these"
