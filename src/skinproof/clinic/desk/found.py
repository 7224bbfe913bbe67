"""What was read in the person's own words, each with the words that say it, and what they said when they were shown it.

It counts among the facts (see `judging`): this is what the doctor reads of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from skinproof import care

from .facts_form import fact_label, in_words, word
from .judging import Judged

# how it was said: what the doctor reads of it
HOW = {
    "said": "",
    "possible": "they think it may be so",
    "question": "they ask about it",
    "past": "in the past",
    "denied": "they say that it is not so",
    "other-person": "of somebody else",
    "hypothetical": "if it came to that",
}
KINDS = {"stop-now": "stop", "confirm": "caution", "note": "quiet"}


@dataclass(frozen=True)
class FoundLine:
    """One thing that was found."""

    words: str  # as the person wrote them
    means: str
    kind: str = "quiet"  # which badge: stop, caution or quiet
    note: str = ""  # how it was said, and how it stands to the answers
    against: bool = False  # the answers, or what was recorded, say otherwise


@dataclass(frozen=True)
class InWords:
    """What was found in the texts of a case; `read` is whether the rules could read them."""

    read: bool
    lines: tuple[FoundLine, ...] = ()

    @property
    def alarms(self) -> tuple[FoundLine, ...]:
        """What must not wait, then what the answers deny."""
        alarming = sorted((line for line in self.lines if _alarms(line)), key=lambda line: line.kind != "stop")
        several: dict[tuple[str, str], FoundLine] = {}
        for line in alarming:  # one line for the same words, whatever they mean besides
            place = (line.words, line.note)
            first = several.get(place)
            several[place] = replace(first, means=f"{first.means}; {line.means}") if first else line
        return tuple(several.values())

    @property
    def rest(self) -> tuple[FoundLine, ...]:
        """What is not among the alarms."""
        return tuple(line for line in self.lines if not _alarms(line))


def _alarms(line: FoundLine) -> bool:
    return line.kind == "stop" or line.against


CONFIRMED = {
    "yes": "asked about it, they said yes",
    "no": "asked about it, they said no",
    "not-sure": "they are not sure",
}


def found(judged: Judged) -> InWords:
    """What the person's story, their note and what they wrote later say of the rules' facts."""
    lines: dict[FoundLine, None] = {}
    for text in judged.texts:
        if text.reading is None and text.text.strip():
            return InWords(read=False)
        lines |= dict.fromkeys(_lines(text, judged))
    order = list(KINDS.values())
    return InWords(True, tuple(sorted(lines, key=lambda line: (not line.against, order.index(line.kind)))))


def alarms(judged: Judged) -> tuple[FoundLine, ...] | None:
    """What stands in the person's words and must be seen first; None without any."""
    return found(judged).alarms or None


def to_weigh(judged: Judged) -> tuple[str, ...] | None:
    """Where answers contradict each other or the words and `alarms` does not say it already; None without any."""
    account = judged.now.account
    said = {line.words for line in alarms(judged) or () if line.against}
    against = (
        f"{fact_label(each.fact)}: the answers say it, the words “{each.words}” deny it"
        if each.form is True
        else f"{fact_label(each.fact)}: the answers and the words “{each.words}” contradict each other"
        for each in account.contradictions
        if each.words not in said
    )
    return tuple(dict.fromkeys((*account.form.notes, *against))) or None


def _lines(text: care.Text, judged: Judged) -> Iterator[FoundLine]:
    form = judged.now.account.form  # what is known apart from the words
    for each in text.found:
        taken = each.fact in form.assumed  # nobody was asked, so nothing was said
        known = None if taken else form.known.get(each.atom)
        so = True if each.list_fact else each.value
        said = each.how == "said" and so is not None
        against = said and known is not None and known != so
        standing = ""
        if said:
            standing = "the answers say otherwise" if against else "not known from the answers" if known is None else ""
        asked = CONFIRMED.get(text.confirmed.get(care.key_of(each), ""), "")
        yield FoundLine(
            words=each.words,
            means=_means(each),
            kind=KINDS[each.use],
            note="; ".join(note for note in (HOW[each.how], asked or standing) if note),
            against=against,
        )


def _means(each: care.Found) -> str:
    """'A mole or mark getting bigger', 'Lupus', 'Months since the last isotretinoin capsule: 2.8'."""
    if each.list_fact:
        return word(str(each.value)) if each.value is not None else word(each.fact)
    meaning = care.terms().facts[each.fact].meaning.partition(";")[0]
    text = meaning[:1].upper() + meaning[1:]
    if each.value is True or each.value is None:
        return text
    return f"Not: {meaning}" if each.value is False else f"{text}: {in_words(each.fact, each.value).lower()}"
