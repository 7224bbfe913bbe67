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
    """'same-day' as 'Same day'; no red flag is routine."""
    text = word.replace("-", " ") or NO_FLAG
    return text[:1].upper() + text[1:]


def urgency_kind(word: str) -> str:
    """Which badge: `stop` for what holds every treatment, `caution` for any other red flag, `quiet` for none."""
    if not word:
        return "quiet"
    speed = rules().urgencies.get(word)
    return "caution" if speed is not None and not speed.holds else "stop"
