"""Who is named in a letter, as plain data."""

from __future__ import annotations

import datetime as dt

from skinproof.vocabulary import Kept


class Person(Kept):
    """The person a letter is about; what is not known is left out of it."""

    name: str
    born: dt.date | None = None
    address: str = ""

    def rows(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        rows: list[tuple[str, tuple[str, ...]]] = [("Name", (self.name,))]
        if self.born is not None:
            rows.append(("Date of birth", (day(self.born),)))
        if self.address.strip():
            rows.append(("Address", ("\n".join(lines_of(self.address)),)))
        return tuple(rows)


class Gp(Kept):
    """The person's own GP."""

    name: str = ""
    practice: str
    address: str = ""

    def lines(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.name.strip(), self.practice.strip(), *lines_of(self.address))))


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def day(date: dt.date) -> str:
    """'3 March 2026'"""
    return f"{date.day} {date:%B %Y}"


def moment(at: dt.datetime) -> str:
    """'3 March 2026 at 14:05'"""
    return f"{day(at.date())} at {at:%H:%M}"
