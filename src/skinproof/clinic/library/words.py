"""Plain words and numbers for what records hold as codes and floats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from skinproof.evidence import Time

DESIGNS = {
    "parallel-rct": "Randomised trial: people were put in groups by chance",
    "split-face-rct": "Randomised trial within each person: one side of the face or scalp against the other",
    "crossover-rct": "Randomised trial: each person had both treatments, one after the other",
    "non-randomised-controlled": "Controlled study: a comparison group, not chosen by chance",
    "single-arm": "Before and after, without a comparison group",
    "case-series": "Case series: a few people described, without a comparison group",
    "case-report": "Case report: one person or a few, described",
    "systematic-review": "Systematic review of other studies",
    "network-meta-analysis": "Network meta-analysis of other studies",
    "in-vitro": "Laboratory study in cells",
    "animal": "Study in animals",
    "regulatory-notice": "Notice from a regulator",
}
DESIGNS_SHORT = {
    "parallel-rct": "randomised trial",
    "split-face-rct": "randomised trial, side against side",
    "crossover-rct": "randomised crossover trial",
    "non-randomised-controlled": "controlled, not randomised",
    "single-arm": "before and after",
    "case-series": "case series",
    "case-report": "case report",
    "systematic-review": "systematic review",
    "network-meta-analysis": "network meta-analysis",
    "in-vitro": "cells in a laboratory",
    "animal": "animals",
    "regulatory-notice": "regulator's notice",
}
BLINDING = {
    "double": "Double-blind: neither the people nor the raters knew who got what",
    "single": "Single-blind: one side, most often the raters, did not know who got what",
    "open": "Open: everyone knew who got what",
    "unclear": "Not clear from what was read",
}
FUNDING = {
    "industry": "Industry: a company that sells the product, or one like it",
    "public": "Public money",
    "none": "None, as the report says",
    "unclear": "Not clear from what was read",
}
READ = {
    "full-text": "a page with the full paper, read at least in part",
    "abstract": "the abstract (summary)",
    "table": "a table",
    "secondary": "another paper or page that reports it",
}
ROLES = {
    "estimate": "counted in the estimate",
    "apart": "measured on a scale that cannot be joined with the others",
    "p-value": "reports only a test of chance (p-value)",
    "direction": "reports only which way it went",
    "review": "review: it holds other trials, so it is not added to them",
    "overlaps": "the same people as another study here, so not counted twice",
    "no-data": "measured this but gives no result that can be used",
}
LEGAL = {
    "prescription-only": "In the UK this is a prescription-only medicine: a prescriber has to decide with you.",
    "pharmacy": "In the UK this is a medicine you can buy without a prescription.",
    "medicine-depends": "In the UK this is a medicine. Whether it needs a prescription depends on its strength or use.",
    "procedure": "This is a procedure done by a trained person.",
    "cosmetic": "This is sold as a cosmetic.",
    "not-licensed": "It has no licence as a medicine in the UK.",
    "not-a-treatment": "This is not a treatment. Studies use it to compare with.",
    "unknown": "Where it stands in UK law is not known to us: no page was found.",
}
UNITS = {
    "session": "a session",
    "course": "a course",
    "month": "a month",
    "bottle-8-weeks": "for about eight weeks",
    "add-on": "added to a session",
}
TRUST = {
    "official": "official health page",
    "clinic": "a clinic's own page",
    "provider": "a provider's own page",
    "directory": "a consumer or trade guide",
    "press": "a press report",
    "weak": "an anonymous or copied page, for cross-checking only",
}
TIMES = {
    "onset_weeks": ("First change", "week"),
    "peak_weeks": ("Strongest", "week"),
    "stable_weeks": ("Settled", "week"),
    "full_weeks": ("Full effect", "week"),
    "improves_until_weeks": ("Goes on improving until", "week"),
    "lasts_months": ("Lasts", "month"),
    "repeat_months": ("Repeated after", "month"),
    "redness_days": ("Redness", "day"),
    "downtime_days": ("Days to recover", "day"),
    "procedure_minutes": ("One session takes", "minute"),
    "sessions": ("Sessions", "session"),
    "interval_weeks": ("Between sessions", "week"),
}
KINDS = {
    "cosmetic": "cosmetic",
    "procedure": "procedure",
    "pom": "prescription-only medicine",
    "otc": "medicine without prescription",
    "pom-procedure": "procedure with a prescription-only medicine",
    "adjunct": "given beside a procedure",
    "self-care": "something you do yourself",
    "none": "no treatment",
}


def number(value: float, digits: int = 3) -> str:
    """A number as people write it: up to `digits` significant, thousands with a comma, a true minus."""
    if value == int(value) and abs(value) < 1e15:
        text = f"{int(value):,}"
    elif abs(value) >= 10 ** (digits - 1):
        text = f"{value:,.0f}"
    else:
        text = f"{value:.{digits}g}"
        if "e" in text:
            text = f"{value:.6f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


def span(pair: Sequence[float | None], unit: str = "") -> str:
    """'2 to 3 weeks', 'up to 18 months', 'from 2 weeks', '1 week'; the unit in the singular, or none."""
    low, high = pair
    last = high if high is not None else low
    if last is None:
        return "not stated"
    tail = f" {unit}" if unit else ""
    if unit and last != 1:
        tail += "s"
    if low is None:
        return f"up to {number(last)}{tail}"
    if high is None:
        return f"from {number(low)}{tail}"
    if low == high:
        return f"{number(low)}{tail}"
    return f"{number(low)} to {number(high)}{tail}"


def pounds(low: float | None, high: float | None) -> str:
    """'£60 to £100', 'from £500', 'up to £800', '£24.99'."""
    if low is None:
        return "no figure given" if high is None else f"up to {_pound(high)}"
    if high is None:
        return f"from {_pound(low)}"
    return _pound(low) if low == high else f"{_pound(low)} to {_pound(high)}"


def _pound(value: float) -> str:
    return f"£{value:,.0f}" if value == int(value) else f"£{value:,.2f}"


def weeks(value: float | tuple[float, float] | None) -> str:
    """'12 weeks', '8 to 24 weeks', 'straight after', 'time not stated'."""
    if value is None:
        return "time not stated"
    if value in (0, (0, 0)):
        return "straight after"
    pair = value if isinstance(value, tuple) else (value, value)
    return span(pair, "week")


def count(n: int, singular: str, plural: str | None = None) -> str:
    """'1 study', '12 studies' (give the plural where it is not an s)."""
    return f"{n:,} {singular if n == 1 else plural or singular + 's'}"


def listed(words: Iterable[str], last: str = "and") -> str:
    """'a, b and c'."""
    parts = list(words)
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def sentence_case(text: str) -> str:
    """The first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """The first letter small, unless its word has other capitals (PRP, CO2, Nd:YAG)."""
    first = text.split(" ", 1)[0]
    return text if any(letter.isupper() for letter in first[1:]) else text[:1].lower() + text[1:]


def cut_dashes(text: str) -> str:
    """'max-weeks' as 'max weeks'."""
    return text.replace("-", " ")


def time_lines(time: Time) -> list[tuple[str, str]]:
    """[('First change', '2 to 3 weeks'), …]: what a page says of time, in the order that a person asks."""
    return [
        (name, span(pair, unit)) for field, (name, unit) in TIMES.items() if (pair := getattr(time, field)) is not None
    ]
