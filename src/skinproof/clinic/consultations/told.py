"""What a person wrote in a consultation, read, and what they said when they were shown it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from skinproof import care
from skinproof.care.journey import red_flags

from .models import Consultation, Message

NOTE = "note"  # what the note before sending is called among a person's texts
TEXT_WORDS = {NOTE: "your note", "message": "a message", "reply": "your answer to the doctor"}


@dataclass(frozen=True)
class Written:
    """A text that a person wrote beside their answers."""

    where: str
    text: str
    at: dt.datetime


def of_message(message: Message) -> Written:
    return Written(f"message:{message.public_id}", message.text, message.at)


def of_reply(ask_id: str, text: str, at: dt.datetime) -> Written:
    return Written(f"reply:{ask_id}", text, at)


def place(where: str) -> str:
    """Which text it is, in words for the person."""
    return TEXT_WORDS.get(where.partition(":")[0], "your story")


def day(moment: dt.datetime | None) -> dt.date:
    """The day from which dates in a text are counted: that of its writing, while it is still written the day it is."""
    return timezone.localdate(moment) if moment else timezone.localdate()


def by_key(rows: Iterable[Any]) -> dict[care.Key, care.Confirmed]:
    return {(fact, word, words): answer for fact, word, words, answer in rows}


def texts(
    consultation: Consultation,
    journey: care.Journey,
    later: Iterable[Written] = (),
    recorded: Mapping[str, dt.datetime] | None = None,
) -> tuple[care.Text, ...]:
    """Everything the person wrote, read: in answers, in the note, and `later`.

    Args:
        recorded: when a doctor recorded a fact; what was written before then says nothing of it any more.
    """
    settled = recorded or {}
    return (
        *(replace(each, settled=_since(settled, consultation.submitted_at)) for each in journey.texts),
        *read(consultation, journey, written(consultation, later), settled),
    )


def written(consultation: Consultation, later: Iterable[Written] = ()) -> tuple[Written, ...]:
    """What they wrote beside their answers: the note, if there is one, and `later`."""
    note = Written(NOTE, consultation.note, consultation.sent_at or timezone.now())
    return (note, *later) if note.text else tuple(later)


def read(
    consultation: Consultation,
    journey: care.Journey,
    several: Iterable[Written],
    recorded: Mapping[str, dt.datetime] | None = None,
) -> tuple[care.Text, ...]:
    """Texts, read, with what the person said of them; `recorded` as in `texts`."""
    return tuple(
        care.write_text(
            each.where,
            each.text,
            day(each.at),
            journey.said,
            by_key(consultation.confirmed.get(each.where, ())),
            _since(recorded or {}, each.at),
        )
        for each in several
        if each.text
    )


def _since(recorded: Mapping[str, dt.datetime], moment: dt.datetime | None) -> frozenset[str]:
    return frozenset(fact for fact, at in recorded.items() if moment is None or at > moment)


def raised_by(journey: care.Journey, texts: Iterable[care.Text]) -> tuple[care.Flag, ...]:
    """The red flags that these texts' own words raise, whatever the answers say, the most urgent first."""
    several = tuple(texts)
    return tuple(
        flag
        for flag in red_flags(
            care.told(journey.said, several), journey.forms, several, quote_all=True, unsure=journey.unsure
        )
        if flag.quotes
    )


def meaning(quote: care.Quoted) -> str:
    """What words were taken for, in words for the person: the option that says just that, else what the fact means."""
    said = {quote.atom: quote.value}
    for question in care.consultation().questions:
        for option in question.options:
            if question.kind == "any-of" and dict(option.atoms) == said:
                return option.text
    no = "Not: " if quote.value is False else ""
    if isinstance(quote.atom, tuple):
        word = quote.atom[1].replace("-", " ")
        return f"{no}{word[:1].upper()}{word[1:]}"
    text = care.terms().facts[quote.fact].meaning.partition(";")[0]
    text = no + text[:1].upper() + text[1:]
    if isinstance(quote.value, bool):
        return text
    return f"{text}: {quote.value:g}" if isinstance(quote.value, int | float) else f"{text}: {quote.value}"


@dataclass(frozen=True)
class Against:
    """Words that an answer contradicts."""

    words: str
    questions: tuple[care.Question, ...]  # whose answers say otherwise
    story: str  # the question whose answer holds the words


def against(journey: care.Journey) -> tuple[Against, ...]:
    """Where the person's answers and their words contradict each other: both are kept, and the doctor sees it."""
    found: dict[str, Against] = {}
    for each in journey.account.contradictions:
        where = next((text.where for text in journey.texts for f in text.found if f.words == each.words), "")
        asking = tuple(
            answer.question
            for answer in journey.asked
            if any((atom if isinstance(atom, str) else atom[0]) == each.fact for atom in answer.question.atoms)
        )
        found.setdefault(each.words, Against(each.words, asking, where))
    return tuple(found.values())
