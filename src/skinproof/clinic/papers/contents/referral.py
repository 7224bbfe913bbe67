"""Letters that send a person to somebody: how fast and to whom comes from the rules where a red flag stands."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from skinproof.clinic.papers.blocks import Block, Bullets, Facts, Heading, Notice, Paper, Para
from skinproof.vocabulary import Kept

from .people import Gp, Person, day, moment

ROUTINE = "routine"


class Flag(Kept):
    """One red flag as the rules told it when the letter was issued."""

    rule: str
    reason: str
    urgency: str  # in words
    to: str
    answers: tuple[str, ...] = ()  # what the person answered that raised it: "question: answer"


class Letter(Kept):
    """All that a letter says. Fixed when it is issued."""

    urgency: str  # an id of the rule book, or ROUTINE
    heading: str  # "Be seen today"
    do_now: tuple[str, ...] = ()  # what the person does now, from the rules
    emergency: bool = False
    to: str
    flags: tuple[Flag, ...] = ()
    reason: str = Field(min_length=1)  # in the doctor's words
    concern: str
    story: str = ""  # in the person's own words
    person: Person
    gp: Gp | None = None
    signer: str
    issued_at: dt.datetime


def referral_paper(letter: Letter, *, reference: str, fingerprint: str) -> Paper:
    blocks: list[Block] = []
    if letter.urgency != ROUTINE:
        lines = letter.do_now + (("This letter is to be handed over, not sent.",) if letter.emergency else ())
        blocks.append(Notice(letter.heading, lines, "stop" if letter.emergency else "caution"))
    blocks += [
        Facts((("To", (letter.to,)), ("How fast", (_speed(letter),)), ("Date", (day(letter.issued_at.date()),)))),
        Heading("About"),
        Facts(letter.person.rows()),
    ]
    if letter.gp is not None:
        blocks.append(Facts((("Their GP", ("\n".join(letter.gp.lines()),)),)))
    blocks += [Heading("Why we refer"), Para(letter.reason)]
    if letter.flags:
        blocks.append(Heading("What raised the alarm"))
        for flag in letter.flags:
            blocks.append(Para(flag.reason, "strong"))
            blocks.append(Bullets((f"How fast: {flag.urgency}.", f"To: {flag.to}.", *flag.answers)))
    blocks += [Heading("What they came for"), Para(letter.concern)]
    if letter.story.strip():
        blocks += [Heading("In their own words", 3), Para(letter.story)]
    blocks += [
        Heading("How this was found"),
        Para(
            "From answers and messages over the web. Nobody of this clinic has examined the person, and no diagnosis "
            "was made. Please write back to them what you find."
        ),
        Heading("Issued"),
        Para(f"{letter.signer}, {moment(letter.issued_at)}."),
        Para(f"Fingerprint (SHA-256) of this letter: {fingerprint}", "small"),
    ]
    title = "Referral letter" if letter.urgency == ROUTINE else "Urgent referral letter"
    return Paper(
        title="Emergency referral letter" if letter.emergency else title,
        blocks=tuple(blocks),
        reference=reference,
        dated=letter.issued_at,
        kicker="Copy to the patient",
        fingerprint=fingerprint,
    )


def _speed(letter: Letter) -> str:
    if letter.urgency == ROUTINE:
        return "Routine"
    words = letter.urgency.replace("-", " ")
    return words[:1].upper() + words[1:]
