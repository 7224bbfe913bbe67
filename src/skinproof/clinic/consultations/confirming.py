"""What a person says of something that was read in their own words."""

from __future__ import annotations

from django.db import transaction

from skinproof import care
from skinproof.clinic.audit.models import Verb
from skinproof.clinic.audit.services import Actor

from . import intake, told, triage
from .ahead import reading_first
from .models import Consultation, Correction, State, WordsAnswer
from .selectors import written_later
from .steps import StateError, entry, locked, save


@reading_first()
@transaction.atomic
def answer_words(public_id: str, quote_id: str, answer: care.Confirmed, *, by: Actor) -> Consultation:
    """Keep what a person says of something that was read in their words. "No" is kept as a correction, too, with the
    red flags before and after: the doctor reads the words and what was said of them.

    What a doctor has already is not taken out of the queue's order by it.

    Args:
        quote_id: the id of a `care.Quoted` of this consultation.

    Raises:
        StateError: nothing of the kind is read there (any more), or it was answered already.
    """
    consultation = locked(public_id)
    before, flags = _quoted(consultation)
    quote = before.get(quote_id)
    if quote is None or answer not in care.CONFIRMED:
        raise StateError
    about = [care.key_of(found) for found in quote.found]
    said = [[*key, answer] for key in dict.fromkeys(about)]
    WordsAnswer.objects.bulk_create(
        WordsAnswer(
            consultation=consultation, where=quote.where, fact=fact, word=word, words=words, value=quote.value,
            answer=given,
        )
        for fact, word, words, given in said
    )  # fmt: skip
    kept = [row for row in consultation.confirmed.get(quote.where, ()) if tuple(row[:3]) not in about]
    consultation.confirmed = {**consultation.confirmed, quote.where: [*kept, *said]}
    _, after = _quoted(consultation)
    if answer == "no":
        Correction.objects.create(
            consultation=consultation,
            question=quote.where,
            before={"quotes": list(quote.words), "means": told.meaning(quote)},
            after={"quotes": [], "means": answer},
            flags_before=list(flags),
            flags_after=list(after),
        )
    entry(by, Verb.CORRECTED if answer == "no" else Verb.CONFIRMED, consultation, fact=quote.fact, words=answer)
    changed: tuple[str, ...] = ()
    if consultation.answerable:
        now = intake.progress(consultation)
        consultation.acknowledged = [rule for rule in consultation.acknowledged if rule in now.flag_rules]
        consultation.state = State.STOPPED if now.holds else State.DRAFT
        changed = ("acknowledged", "state")
    elif consultation.state == State.SUBMITTED:
        changed = triage.keep(consultation)
    save(consultation, "confirmed", *changed)
    return consultation


def _quoted(consultation: Consultation) -> tuple[dict[str, care.Quoted], tuple[str, ...]]:
    """What is read in all that the person wrote and was not answered, by id; and the red flags that stand."""
    later = () if consultation.answerable else written_later(consultation)
    written = intake.texts(consultation, later)
    return {quote.id: quote for quote in care.quoted_in(written)}, triage.flags_with(consultation, written)
