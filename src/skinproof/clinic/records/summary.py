"""What a record holds, counted and in plain words, for the person whose it is."""

from __future__ import annotations

from dataclasses import dataclass

from skinproof.exchange import Record


@dataclass(frozen=True)
class Line:
    name: str
    count: int
    words: str


def summary(record: Record) -> tuple[Line, ...]:
    """Every kind of thing that there is something of, in the order in which people ask for it."""
    lines = (
        Line("Consultations", len(record.concerns), "What each is about, and your answers to every question."),
        Line("Facts", len(record.facts), "What your answers say, what you added, and what we recorded and how."),
        Line(
            "Scores",
            len(record.scores),
            "How bad it is and how much it bothers you, as you said; and scores that we recorded.",
        ),
        Line("Alarms and reasons", len(record.alerts), "Safety rules that stood in the way, and what was done."),
        Line("Plans", len(record.plans), "Signed plans. Those that a later plan replaced are marked so."),
        Line("Medicines", len(record.medicines), "What was prescribed, and what became of it."),
        Line("Consents", len(record.consents), "What you agreed to or refused, and when you took it back."),
        Line("Messages", len(record.messages), "What you and the clinic wrote to each other, and what you were asked."),
        Line("Photos", len(record.photos), "Which you sent, and when. The pictures themselves only if you want them."),
        Line("Letters and notes", len(record.documents), "Referral letters, notes of follow-ups, answers you changed."),
        Line("Who did what", len(record.audit), "Everybody who looked at it or did something with it, you too."),
    )
    return tuple(line for line in lines if line.count)
