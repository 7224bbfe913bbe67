"""Plain words for what the desk shows as codes and times."""

from __future__ import annotations

import datetime as dt

from skinproof.care import rules

NO_FLAG = "Routine"


def waited(since: dt.datetime | None, now: dt.datetime) -> str:
    """'less than an hour', '1 hour', '5 hours', '2 days': whole hours, from two days on whole days."""
    if since is None:
        return "not sent"
    hours = max(0, int((now - since).total_seconds() // 3600))
    if hours < 1:
        return "less than an hour"
    if hours < 48:
        return "1 hour" if hours == 1 else f"{hours} hours"
    return f"{hours // 24} days"


def urgency(word: str) -> str:
    """'urgent-gp' as 'Urgent GP'; no red flag is routine."""
    speed = rules().urgencies.get(word)
    return speed.name if speed is not None else word.replace("-", " ").capitalize() or NO_FLAG


def urgency_kind(word: str) -> str:
    """Which badge: `stop` for what holds every treatment, `caution` for any other red flag, `quiet` for none."""
    if not word:
        return "quiet"
    speed = rules().urgencies.get(word)
    return "caution" if speed is not None and not speed.holds else "stop"


def reference(public_id: str) -> str:
    """A short name of a case for people to say; the address has the whole id."""
    return public_id[:6]
