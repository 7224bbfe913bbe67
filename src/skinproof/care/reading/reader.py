"""A person's own words, read for facts and red flags. Each step can be shown; nothing is guessed that no word says.

1. The text is cut into sentences, each into words (`clauses.words_of`).
2. The lexicon is held against the words: phrases that say a fact alone, concepts, medicines, allergies, events.
3. Concepts that together say a fact are paired within a sentence; "it" stands for what an earlier sentence spoke of.
4. Cues in reach (`clauses.reaches`) and dates say how it is meant: so now, maybe, in the past, not, of somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from skinproof.care.conditions import Atom, Value
from skinproof.language import Match, read

from .clauses import is_of_kin
from .dated import course, events
from .finding import Sentence, Span, gap, mentions, sentences_of
from .lexicon import Medicine, words
from .model import Found, Reading
from .people import across, measures, people
from .weighing import Findings, settled, weigh

_UK = ZoneInfo("Europe/London")

_ON_SKIN = frozenset(
    {"cream", "gel", "ointment", "serum", "lotion", "topical", "foam", "solution", "topically", "mouthwash"}
)
_HE = re.compile(r"s?he\b|s?hes\b", re.IGNORECASE)
_HERS = frozenset({"wife", "girlfriend", "missus"})  # it is she who would be pregnant


def day_here() -> date:
    """The day it is where the people write who write here."""
    return datetime.now(_UK).date()


def read_words(text: str, *, today: date | None = None, facts: Mapping[Atom, Value] | None = None) -> Reading:
    """What a person's own words say of the facts of the safety vocabulary.

    `today` is the day of writing (default: the day it is); from it dates and ages are counted. `facts` is what is known
    from elsewhere, as atoms: it decides only what a sign means ("my heart races" of somebody who takes minoxidil).

    Raises:
        TextError: too long, or not text.
    """
    today = today or day_here()
    given = read(text)
    made = Findings(text)
    told = list(sentences_of(given.plain, today))
    for sentence in told:
        _people(given.plain, sentence, today, made)
        _trimester(sentence, made)
    known = _known(made.found, facts or {})
    background = _background(told)
    for sentence in told:
        _signs(sentence, made, known, background)
        _medicines(sentence, made, known)
        _allergies(sentence, made)
        events(sentence, made)
    _given(told, made, {**known, **_known(made.found, {})})
    return Reading(text, today, tuple(settled(made.found)))


# ---- the person ------------------------------------------------------------------------------------------
def _people(plain: str, sentence: Sentence, today: date, made: Findings) -> None:
    said = plain[sentence.start : sentence.end]
    widths = across(said) if "mole" in sentence.about or sentence.concept("mole") else ()
    for fact, value, start, end in (*measures(said, today, sentence.tokens.words), *widths):
        span = (sentence.start + start, sentence.start + end)
        tokens = [at for at, begin in enumerate(sentence.tokens.starts) if span[0] <= begin < span[1]]
        if not tokens:
            continue
        first, last = tokens[0], tokens[-1] + 1
        ignores = ["past"] if fact in ("fitzpatrick",) else []
        sign = "state" if fact in ("pregnant", "pregnancy-trimester") else "ever"
        how = weigh(sentence, [(first, last)], sign, ["wish", "future", *ignores])
        if fact in ("age", "sex") and is_of_kin(plain, span[1]):
            how = "said" if sentence.for_another else "other-person"
        if how == "denied" and (fact == "age" or (fact == "sex" and any(map(str.isdigit, plain[span[0] : span[1]])))):
            how = "said"  # "no tablets, 41 female"
        if fact == "age" and not sentence.for_another and _HE.match(said[start:end]):
            how = "other-person"
        if how == "question" and fact == "age" and plain[span[0] : span[1]].strip(" .!").isdigit():
            how = "said"
        made.add(sentence, fact, value, span, how)


def _trimester(sentence: Sentence, made: Findings) -> None:
    spoken = " ".join(sentence.tokens.words)
    for trimester, phrases in people().trimesters.items():
        if any(phrase in spoken for phrase in phrases):
            made.add(
                sentence,
                "pregnancy-trimester",
                trimester,
                (sentence.start, sentence.end),
                weigh(sentence, [(0, len(sentence.tokens))], "state"),
                False,
            )


def _known(found: Iterable[Found], facts: Mapping[Atom, Value]) -> dict[Atom, Value]:
    said = {each.atom: True if each.list_fact else each.value for each in found if each.how in ("said", "possible")}
    return {**facts, **said}


# ---- signs -----------------------------------------------------------------------------------------------
def _background(told: Iterable[Sentence]) -> frozenset[str]:
    """What the person has had or takes, in whatever sentence they say so: the ground for signs told in another."""
    return frozenset(
        name
        for sentence in told
        for name in words().background.intersection(sentence.concepts)
        for match in sentence.concept(name)
        if weigh(sentence, [(match.first, match.last)], "use") in ("said", "past", "possible")
    )


def _signs(sentence: Sentence, made: Findings, known: Mapping[Atom, Value], background: frozenset[str]) -> None:
    for sign, parts, figure in mentions(sentence, background):
        if sign.about == "partner" and not _of_partner(sentence, parts):
            continue
        how = weigh(sentence, parts, sign.is_, sign.ignores, sign.about, sign.gone_after)
        if sign.fact == "planning-pregnancy" and (
            known.get("sex") == "male" or not _HERS.isdisjoint(sentence.tokens.words)
        ):
            made.at(sentence, "partner-pregnant-or-planning", True, parts, how)
            continue
        value = sign.said
        if sign.hint and how == "denied":
            continue  # a loose word that is denied says nothing of the fact
        if (value is None or sign.hint or figure) and how == "said":
            how = "possible"
        if sign.before and how == "past":
            made.at(sentence, sign.before, True, parts, "said")
        made.at(sentence, sign.fact, value, parts, how, sign.use == "stop-now", sign.word is not None)


def _of_partner(sentence: Sentence, parts: list[Span]) -> bool:
    """ "My husband and I" speaks of both: that the speaker plans is the other fact's to say."""
    last = parts[0][1]
    return sentence.tokens.words[last : last + 2] != ["and", "i"] or sentence.tokens.words[last - 1] in (
        "wife",
        "girlfriend",
        "missus",
    )


def _given(told: list[Sentence], made: Findings, known: Mapping[Atom, Value]) -> None:
    """Signs that mean a fact of somebody who is known to take a medicine, from the form or another sentence."""
    for sign in words().signs:
        if not sign.given or not any(known.get(("medicines", name)) is True for name in sign.given.medicines):
            continue
        for sentence in told:
            for match in sentence.concept(sign.given.signs):
                how = weigh(sentence, [(match.first, match.last)], sign.is_, sign.ignores)
                if how == "said" and not sign.given.sure:
                    how = "possible"  # the person does not say that one comes from the other
                red = sign.given.sure and sign.use == "stop-now"
                made.at(sentence, sign.fact, sign.said, [(match.first, match.last)], how, red)


# ---- medicines and allergies -----------------------------------------------------------------------------
def _medicines(sentence: Sentence, made: Findings, known: Mapping[Atom, Value]) -> None:
    allergic = sentence.concept("allergic")
    for match in sentence.of("medicine"):
        medicine: Medicine = match.entry.value
        span = (match.first, match.last)
        if medicine.oral and _ON_SKIN & set(sentence.tokens.words[match.first : match.last + 3]):
            continue
        if any(_allergy_to(sentence, each, match) for each in allergic):
            continue
        how = weigh(sentence, [span], "use")
        if medicine.course:
            course(sentence, made, medicine.course, span, how, known)
            continue
        for fact, value, listed in medicine.sets():
            made.at(sentence, fact, value, [span], how, listed=listed)


def _allergy_to(sentence: Sentence, allergic: Match, match: Match) -> bool:
    return gap((allergic.first, allergic.last), (match.first, match.last)) <= 6


def _allergies(sentence: Sentence, made: Findings) -> None:
    allergic, reaction = sentence.concept("allergic"), sentence.concept("reaction")
    for match in sentence.of("allergen"):
        near = [each for each in allergic if gap((each.first, each.last), (match.first, match.last)) <= 8]
        asked = not near  # a reaction told in one breath with it need not be to it
        near = near or list(reaction)
        if not near:
            continue
        allergy = match.entry.value
        parts = [
            (match.first, match.last),
            min(((each.first, each.last) for each in near), key=lambda span: gap(span, (match.first, match.last))),
        ]
        how = weigh(sentence, parts, "ever")
        if how == "said" and (asked or allergy.unsure):
            how = "possible"
        made.at(sentence, "allergies", allergy.word, parts, how, listed=True)
        if allergy.fact:
            made.at(sentence, allergy.fact, True, parts, how)
