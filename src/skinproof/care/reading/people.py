"""Age, sex, pregnancy and measures, as people write them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import Field

from skinproof.care.conditions import Value
from skinproof.language import FIGURE, NUMBER_WORDS, SMALL_WORDS, WORDS_FROM_TEN, number_of, tokens
from skinproof.vocabulary import Kept, Source, load

DATA = Path(__file__).with_name("data")


class People(Kept):
    same: Mapping[str, str]
    second_from: int = Field(alias="second-from")
    third_from: int = Field(alias="third-from")
    weeks: int
    source: Source
    trimesters: Mapping[int, tuple[str, ...]]

    def trimester(self, week: float) -> int:
        return 1 + (week >= self.second_from) + (week >= self.third_from)


@cache
def people() -> People:
    """The words of `data/people.yaml`, read once.

    Raises:
        KnowledgeError: the file is at fault.
    """
    return load(DATA / "people.yaml", People)


_NUMBER = rf"(?:{FIGURE}|{WORDS_FROM_TEN})"  # of an age
_COUNT = rf"(?:{FIGURE}|{SMALL_WORDS})"
_TWO = r"(?<!\d)(?<!\d[.,:/])\d{2}(?!\d)(?![.,]\d)"
# whose age it is that follows: "scars on my cheeks, twenty years old"
_OF_A_THING = re.compile(
    r"\b(?:scars?|scarring|tattoos?|moles?|freckles?|birthmark|marks?|spots?|lines?|wrinkles?|implants?|fillers?|injury|"
    r"burns?|stretch marks|creams?|tubes?|photos?|pictures?|products?|veins?)\b"
    r"(?!.*\b(?:i|i'?m|im|i am|aged?|he|she|male|female|man|woman)\b)[^.!?]{0,40}\Z",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}
_I_AM = (
    r"(?:(?:he|she)(?:'?s| is)|we(?:'re| are) both|i'?\s?a?m|i am|im|ive just turned|i've just turned|i just turned|"
    r"just turned|turned|aged?|age is|age:)"
)
_NOT_AN_AGE = (
    r"(?!\s*(?:weeks?|wks?|months?|mths?|days?|%|mg|mm|cm|st\b|kg|times|stone|hours?|units|"
    r"years? (?:post|after|since|into|on\b|in\b|clear|cancer)|/))"
)
_TO_COME = (
    r"(?:\s+(?:years?\s+old|yrs?\s+old))?\s+(?:(?:in|on|next|this|tomorrow|soon|later|come)\b)"
    r"(?=\s*(?:$|[,.;!?]|(?:a|an|the|my|about|early|late|mid)\b|\d|\w+\s+(?:days?|weeks?|months?)\b|(?:next|this)?\s*"
    rf"(?:{'|'.join(_MONTHS)}|week|month|year|birthday|summer|spring|autumn|winter|christmas|easter|{_DAYS})))"
)
# the age that somebody is still to reach: they are a year younger
_NEXT_AGES = (
    rf"\b(?:nearly|almost|not quite|coming up(?: to)?|going on|about to (?:be|turn)|turns?|turning|"
    rf"(?:i|he|she)(?:'?ll| will|'?m going to|'s going to|'?m about to) (?:be|turn))\s+(?P<n>{_NUMBER})\b"
    r"(?=\s*(?:$|[,.;!?)]|(?:and|but|so|now|in|on|next|this|soon|with|or|i|yrs? old|years? old)\b))",
    rf"\b(?:{_I_AM}|but|and|he'?s|she'?s)\s+(?P<n>{_NUMBER})\b{_TO_COME}",
)
_AGES = (
    rf"\b{_I_AM}\s+(?:a\s+|an\s+|now\s+|only\s+|just\s+|currently\s+|really\s+|actually\s+|still\s+)?"
    rf"(?P<n>{_NUMBER})\b{_NOT_AN_AGE}(?!{_TO_COME})",
    rf"(?:^|[,.;(] )(?P<n>{_NUMBER}) now\b(?=\s*(?:[,.;!?)]|$|but|and)){_NOT_AN_AGE}",
    rf"(?P<n>{_NUMBER})[ -]*(?:years?|yrs?|y)[ -]*(?:old\b|o\b|of age)",
    r"(?<=[A-Za-z)][,;] )(?P<n>[1-9]\d)(?=\s*,\s*(?:no|not|non|never|on|with|have|had|single|"
    r"married|mum|dad|male|female|i|want|need|allergic|fit|healthy|otherwise|smoker|take|taking)\b)",
    r"\bhere,?\s+(?P<n>[1-9]\d)\b(?=\s*(?:[,.;!?]|$))",
    rf"(?P<n>{_TWO})\s?(?:yo|y/o|y\.o\.|yr old)\b",
    rf"(?:^|[\s(,])(?P<n>{_TWO})\s?/?\s?(?P<sex>[mf])(?=[\s,.;)]|$)",
    rf"(?:^|[\s(,])(?P<sex>[mf])\s?/?\s?(?P<n>{_TWO})(?=[\s,.;)]|$)",
    rf"^\s*(?P<n>{_TWO})\s+(?P<sex>male|female|man|woman)\b",
    rf"^\s*(?P<sex>male|female|man|woman)\s*,?\s+(?:aged?\s+)?(?P<n>{_TWO})\b",
    rf"\b(?P<sex>male|female|man|woman|bloke|guy|lady|girl|lad|mum|dad|chap)\s*,?\s+(?:aged?\s+|of\s+)?(?P<n>{_NUMBER})\b"
    rf"(?=\s*(?:[,.;!?)]|$|and\s|with\s|here\b|yrs?\b|years?\b)){_NOT_AN_AGE}",
    rf"(?P<n>{_NUMBER})\s*,?\s+(?:yrs?\s+|years?\s+)?(?P<sex>male|female|man|woman|bloke|lady)\b",
    r"^\s*(?P<n>[1-9]\d)\s*[.!]?\s*$",
    r"(?<=[A-Za-z)][,;] )(?P<n>[1-9]\d)\s*[.!]?\s*$",
    r"^\s*(?P<n>[1-9]\d)(?:\s+and)?\s+(?:now|retired|here|single|married|divorced|widowed|black|white|asian|mixed|indian|pakistani|"
    r"bangladeshi|chinese|nigerian|british|irish|scottish|welsh|fair|pale|olive|housewife|builder|nurse|teacher|student|"
    r"self.employed|healthy|fit|non.smoker|smoker|never|not|on|with|from|living|working|mum of|dad of|this year|next|"
    r"past|post|postmenopausal|perimenopausal|menopausal|"
    r"pregnant|breastfeeding|trans|vegan|vegetarian|but|so|going through)\b",
    rf"^\s*(?P<n>{_NUMBER})(?=\s*[,.]|\s+and\s)(?!\s*(?:weeks?|months?|days?|%|mg|mm|cm))",
    rf"\bi(?:'ve| have)? (?:just )?(?:been|hit|reached|turned) (?P<n>{_NUMBER})\b(?!\s*(?:weeks?|months?|days?|%))",
)
_AGE, _NEXT_AGE = (tuple(re.compile(pattern, re.IGNORECASE) for pattern in several) for several in (_AGES, _NEXT_AGES))
_SCHOOL = re.compile(
    r"\b(?:i'?m|i am|am|he'?s|she'?s|he is|she is|now|currently|just started|going into|start)\s+(?:in\s+|an?\s+)?"
    r"(?:(?:year|yr|y)\s?(?:[7-9]|1[0-2])\b|sixth form|secondary school|high school)|"
    r"\b(?:doing|sitting|revising for|taking|got)\s+(?:my|his|her)\s+(?:mock\s+)?gcses?\b",
    re.IGNORECASE,
)
_AM = re.compile(
    r"\b(?:i'?\s?a?m|i am|im|as)\s+(?:a|an)\s+(?:[\w'-]+\s+){0,5}?"
    r"(?P<who>man|male|bloke|guy|gentleman|lad|woman|female|lady|girl|mum|mother|dad|father|boy)\b|"
    r"\b(?P<old>\d{2})[ -]?(?:years?|yrs?|y)[ -/]?(?:old|o)\s+"
    r"(?:(?:black|white|asian|mixed|mixed.race|chinese|indian|british|single|retired|healthy|fit|trans)\s+){0,2}"
    r"(?P<who2>man|male|bloke|guy|woman|female|lady|girl|boy)\b|"
    r"^\s*(?:[\w'-]+\s+){0,2}?(?P<who3>man|male|woman|female)\s+(?:here|with|aged|in (?:my|his|her))\b|"
    r"^\s*(?P<who4>man|male|woman|female)\s*[,.]|\b(?:i'?\s?a?m|i am|im)\s+(?P<who5>male|female)\b",
    re.IGNORECASE,
)
_MEN = {"man", "male", "bloke", "guy", "gentleman", "lad", "dad", "father", "boy", "m", "chap"}
_UNIT = r"weeks?|wks?|months?|mths?"
_WEEKS_PREGNANT = re.compile(
    rf"(?P<n>{_COUNT})\s*(?:\+\s?\d\s*)?-?\s*(?P<unit>{_UNIT})\s*(?:and \d days?\s*)?"
    r"(?:pregnant|pregant|pregnent|pg|gone|along|gestation|into (?:my|the) pregnancy)"
    r"|(?:pregnant|pregant|expecting|pregnancy)[\s,(:;-]*"
    r"(?:at |about |roughly |around |approx\.? |now |just |only |i'?m |with my \w+[, ]*)*"
    rf"(?P<n2>{_COUNT})\s*(?P<unit2>{_UNIT})\b(?! ago)",
    re.IGNORECASE,
)
_LOOKS = re.compile(
    r"\b(?:looks?|looked|looking|feels?|like i'?m|as if i'?m|bloated|as though i'?m)\s+"
    r"(?:about\s+|like\s+)?(?:an?\s+)?\Z",
    re.IGNORECASE,
)
_OLD = re.compile(r"\b(?:years?|yrs?|aged?|old)\b|\by\b", re.IGNORECASE)
_DUE = re.compile(
    r"\b(?:(?:i'?m|i am|baby is|baby's|baby|expecting,?)\s+(?:and\s+)?due|due date(?: is)?)\s+"
    r"(?:(?:in |on |at the (?:end|beginning|start) of |early |late |mid )*"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?(?P<month>{'|'.join(_MONTHS)})[a-z]*\b"
    rf"|in (?P<n>{_COUNT}) (?P<unit>weeks?|months?))",
    re.IGNORECASE,
)
_BMI = re.compile(rf"\bbmi\b\D{{0,12}}(?P<n>{FIGURE})", re.IGNORECASE)
_TYPE = re.compile(
    r"\b(?:fitz\w*(?:\s+(?:skin\s+)?type)?|skin\s*(?:is\s*)?(?:an?\s*)?type|type|phototype)\s*(?:is\s+|=\s*|:\s*|of\s+)?"
    rf"(?P<n>{FIGURE}|{SMALL_WORDS}|iv|v?i{{1,3}}|vi|v)\b(?:\s*(?:-|/|to|or)\s*(?P<hi>\d|iv|v?i{{1,3}}|vi|v)\b)?"
    r"(?P<skin>\s*(?:skin)?)",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    r"hydroquinone\s*(?:\w+\s+){0,3}?(?:cream\s*|gel\s*|of\s*|at\s*|is\s*|\()?"
    rf"(?P<a>{FIGURE})\s?(?:%|per\s?cent|percent)|"
    rf"(?P<b>{FIGURE})\s?(?:%|per\s?cent|percent)\s*(?:strength\s*)?hydroquinone",
    re.IGNORECASE,
)
_PLATELETS = re.compile(
    rf"\bplatelet(?:s| count)?\s*(?:count\s*)?(?:is|are|was|were|of|=|:|at|down to)?\s*"
    rf"(?:about |around |at |only |down to )?(?P<n>{FIGURE})\b",
    re.IGNORECASE,
)
_ACROSS = re.compile(
    rf"(?P<n>{FIGURE})\s?(?P<unit>mm|millimet\w+|cm)\s+"
    r"(?:across|wide|in diameter|diameter|big|long|round|in size|now)\b",
    re.IGNORECASE,
)
_SEVEN_POINTS = re.compile(
    r"\b(?:seven|7)[ -]?(?:points?|pts?)\b[^.?!\n]{0,90}?\b"
    r"(?:scor\w+|got|gives?|gave|came(?: out)?|comes|total\w*|says?|is|was|=|of)"
    r"\s+(?:(?:it|at|as|to|a|of|out|is|was|me|about|up|only)\s+){0,4}(?P<n>\d{1,2})\b",
    re.IGNORECASE,
)
_MOLE = re.compile(
    rf"\b(?:mole|mark|lesion|freckle|spot)\b[^.?!\n]{{0,40}}?(?P<n>{FIGURE})\s?(?P<unit>mm|millimet\w+|cm)\b",
    re.IGNORECASE,
)


_PER_LITRE = 5_000  # platelets from here on are counted in a microlitre, of which a thousand are 10^9 in a litre
_FIGURE = re.compile(r"\d")
_SCHOOLS = frozenset({"year", "yr", "y", "sixth", "school", "gcse", "gcses"})
_WHO = _MEN | {"woman", "female", "lady", "girl", "mum", "mother"}


def measures(plain: str, today: date, words: Collection[str] | None = None) -> Iterator[tuple[str, Value, int, int]]:
    """(fact, value, start, end) of the numbers that a text states outright; whose they are is not looked at here. A
    number that cannot be is None: it is asked, never cut to one that can.

    `words` are the words of the text (`language.tokens`), where the caller has them: they tell what need not be looked
    for.
    """
    spoken = frozenset(tokens(plain).words if words is None else words)
    low = plain.lower()
    numbered = _FIGURE.search(plain) is not None or not spoken.isdisjoint(NUMBER_WORDS)
    if numbered:
        yield from _ages(plain)
    if not spoken.isdisjoint(_SCHOOLS):  # who is still at school may be too young: asked
        for found in _SCHOOL.finditer(plain):
            yield "age", None, *found.span()
    if not spoken.isdisjoint(_WHO):
        for found in _AM.finditer(plain):
            who = next(
                word for word in (found["who"], found["who2"], found["who3"], found["who4"], found["who5"]) if word
            ).lower()
            yield "sex", "male" if who in _MEN else "female", *found.span()
    if numbered or "due" in low:
        yield from _pregnancy(plain, today)
    if "bmi" in low:
        for found in _BMI.finditer(plain):
            bmi = number_of(found["n"])
            yield "obese", bmi >= 30 if 10 <= bmi <= 100 else None, *found.span()
    if "type" in low or "fitz" in low:
        for found in _TYPE.finditer(plain):
            if found.group().lower().startswith("type") and not found["skin"].strip():
                continue
            for said in filter(None, (found["n"], found["hi"])):  # "type 3-4" is either
                value = _ROMAN.get(said.lower()) or number_of(said)
                yield "fitzpatrick", _tidy(value) if value in _ROMAN.values() else None, *found.span()
    if "point" in low or "pt" in low:
        yield from _scores(plain)
    if numbered:
        yield from _amounts(plain)


def _ages(plain: str) -> Iterator[tuple[str, Value, int, int]]:
    for pattern in _NEXT_AGE:
        for found in pattern.finditer(plain):
            age = number_of(found["n"])
            if 11 <= age <= 100:
                yield "age", _tidy(age) - 1, *found.span()
    for pattern in _AGE:
        for found in pattern.finditer(plain):
            age = number_of(found["n"])
            if _looks(plain, found.start()) or _OF_A_THING.search(plain, max(found.start() - 50, 0), found.start()):
                continue
            if 5 <= age <= 120:
                yield "age", _tidy(age), *found.span()
                if "sex" in pattern.groupindex:
                    yield "sex", "male" if found["sex"].lower() in _MEN else "female", *found.span()
            elif age > 120 and _OLD.search(found.group()):
                yield "age", None, *found.span()


def _looks(plain: str, start: int) -> bool:
    """Whether what begins here is how old or how pregnant somebody only looks."""
    return _LOOKS.search(plain, max(start - 30, 0), start) is not None


def _pregnancy(plain: str, today: date) -> Iterator[tuple[str, Value, int, int]]:
    for found in _WEEKS_PREGNANT.finditer(plain):
        if _looks(plain, found.start()):
            continue
        weeks = number_of(found["n"] or found["n2"]) * (
            4.35 if (found["unit"] or found["unit2"]).lower().startswith("m") else 1
        )
        if 1 <= weeks <= 44:
            yield "pregnant", True, *found.span()
            yield "pregnancy-trimester", people().trimester(weeks), *found.span()
        elif weeks > 44:
            yield "pregnant", True, *found.span()
            yield "pregnancy-trimester", None, *found.span()
    for found in _DUE.finditer(plain):
        if found["n"]:
            weeks_left = number_of(found["n"]) * (4.35 if found["unit"].startswith("m") else 1)
        else:
            ahead = (_MONTHS.index(found["month"][:3].lower()) + 1 - today.month) % 12
            weeks_left = ahead * 4.35
        if weeks_left <= people().weeks:
            yield "pregnant", True, *found.span()
            yield "pregnancy-trimester", people().trimester(people().weeks - weeks_left), *found.span()


def across(plain: str) -> Iterator[tuple[str, Value, int, int]]:
    """The width of a mark that an earlier sentence spoke of: "it's about 7mm across"."""
    for found in _ACROSS.finditer(plain):
        yield (
            "lesion-diameter-mm",
            _tidy(number_of(found["n"]) * (10 if found["unit"].lower() == "cm" else 1)),
            *found.span(),
        )


def _scores(plain: str) -> Iterator[tuple[str, Value, int, int]]:
    for found in _SEVEN_POINTS.finditer(plain):
        if int(found["n"]) <= 10:
            yield "lesion-7pt-score", int(found["n"]), *found.span()


def _amounts(plain: str) -> Iterator[tuple[str, Value, int, int]]:
    for found in _PERCENT.finditer(plain):
        yield "hydroquinone-strength-percent", _tidy(number_of(found["a"] or found["b"])), *found.span()
    for found in _PLATELETS.finditer(plain):
        count = number_of(found["n"])
        yield "platelet-count", _tidy(count / 1000 if count >= _PER_LITRE else count), *found.span()
    for found in _MOLE.finditer(plain):
        yield (
            "lesion-diameter-mm",
            _tidy(number_of(found["n"]) * (10 if found["unit"].lower() == "cm" else 1)),
            *found.span(),
        )


def _tidy(value: float) -> int | float:
    return int(value) if value == int(value) else round(value, 2)
