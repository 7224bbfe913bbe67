"""A person's own words, read for facts and red flags. Each step can be shown; nothing is guessed that no word says.

1. The text is cut into sentences, each into words (`clauses.words_of`).
2. The lexicon is held against the words: phrases that say a fact alone, concepts, medicines, allergies, events.
3. Concepts that together say a fact are paired within a sentence; "it" stands for what an earlier sentence spoke of.
4. Cues in reach (`clauses.reaches`) and dates say how it is meant: so now, maybe, in the past, not, of somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from skinproof.care.conditions import Atom, Value
from skinproof.language import Entry, Match, Tokens, When, blocks, dates, read, sentences

from .clauses import Kind, Reach, is_of_kin, reaches, words_of, written_for_another
from .lexicon import Event, Medicine, words
from .model import Found, How, Reading, Use
from .people import measures, people

_PRONOUNS = frozenset({"it", "its", "they", "them", "this", "that", "these", "those", "which", "one"})
_ASKS = frozenset(
    {"can", "could", "would", "will", "should", "do", "does", "is", "are", "what", "how", "when", "may", "did", "has"}
)
_UK = ZoneInfo("Europe/London")
_RECENT = 100.0  # days
_LONG_AGO = 182.0  # days: a sign that was there so long ago, and is not told as going on, is past
_STOP = re.compile(r"\b(?!(?:approx|mths|yrs|wks|prof|incl|est|max|min)\b)[A-Za-z0-9')%]{3,}[.!?]+()\s+(?=[a-z])")
_ON_SKIN = frozenset(
    {"cream", "gel", "ointment", "serum", "lotion", "topical", "foam", "solution", "topically", "mouthwash"}
)
_DUE = re.compile(
    r"\b(?:due|expected|booked|wedding|married|starts|begins|planned|will)\b[^.!?]{0,24}\Z", re.IGNORECASE
)
_HERS = frozenset({"wife", "girlfriend", "missus"})  # it is she who would be pregnant
_BREAKS = frozenset({",", "but", "and", "-", "because", "after", "since", "when", "so", "as"})
_DENIES = frozenset({"wasn't", "weren't", "not", "didn't", "hadn't", "haven't", "hasn't", "never", "without", "no"})
_FAR_AS_IT = 40
_FAR = 14  # most tokens between concepts that say a fact together, where the sign names no other number


@dataclass
class _Sentence:
    start: int
    end: int
    tokens: Tokens
    matches: list[Match]
    reach: list[Reach]
    times: tuple[When, ...]
    asks: bool
    for_another: bool = False  # the text is about another person's skin, who is then the person
    about: frozenset[str] = frozenset()  # topics of earlier sentences that "it" may stand for
    by_kind: dict[str, list[Match]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for match in self.matches:
            self.by_kind.setdefault(match.kind, []).append(match)

    def of(self, kind: str) -> list[Match]:
        return self.by_kind.get(kind, [])

    def place(self, first: int, last: int) -> tuple[int, int]:
        return self.tokens.starts[first], self.tokens.ends[last - 1]


@dataclass
class _Findings:
    """Collects what is found, each place and fact once."""

    text: str
    found: list[Found] = field(default_factory=list)

    def add(
        self,
        sentence: _Sentence,
        fact: str,
        value: Value,
        span: tuple[int, int],
        how: How,
        red: bool,
        listed: bool = False,
    ) -> None:
        use: Use = "note"
        if how == "said":
            use = "stop-now" if red else "confirm"
        elif how in ("possible", "question"):
            use = "confirm"
        self.found.append(
            Found(fact, value, self.text[slice(*span)], *span, (sentence.start, sentence.end), how, use, listed)
        )


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
    made = _Findings(text)
    told = list(_sentences(given.plain, today))
    for sentence in told:
        _people(given.plain, sentence, today, made)
        _trimester(sentence, made)
    known = _known(made.found, facts or {})
    background = _background(told)
    for sentence in told:
        _signs(sentence, made, known, background)
        _medicines(sentence, made, known)
        _allergies(sentence, made)
        _events(sentence, made)
    _given(told, made, {**known, **_known(made.found, {})})
    return Reading(text, today, tuple(_settled(made.found)))


def _sentences(plain: str, today: date) -> Iterator[_Sentence]:
    lexicon, topics = words().lexicon, words().topics
    earlier: list[frozenset[str]] = []
    last: _Sentence | None = None
    for_another = written_for_another(plain)
    for block in blocks(plain):
        for start, end in _parts(plain, sentences(plain, block)):
            given = words_of(plain, start, end)
            if not given.words:
                continue
            if last is not None and _answers_no(given):
                last.reach.append(Reach("denied", 0, len(last.tokens), len(last.tokens), len(last.tokens)))
            asks = plain[end - 1] == "?"
            times = _times(plain, today, start, end)
            matches = _meant(given, [*lexicon.find(given), *_recently(given, times)])
            sentence = _Sentence(start, end, given, matches, reaches(given), times, asks, for_another)
            own = frozenset(
                match.id for match in sentence.matches if match.kind.startswith("concept ") and match.id in topics
            )
            if not own or not _PRONOUNS.isdisjoint(given.words[:14]):
                sentence.about = frozenset().union(*earlier[-2:]) - own if earlier else frozenset()
            earlier.append(own or (sentence.about if len(earlier) else own))
            last = sentence if asks else None
            yield sentence


def _parts(plain: str, several: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Sentences, also where people begin the next one without a capital letter."""
    for start, end in several:
        for stop in _STOP.finditer(plain, start, end):
            yield start, stop.start(1)
            start = stop.end()
        if start < end:
            yield start, end


def _recently(given: Tokens, times: Iterable[When]) -> Iterator[Match]:
    """The dates not long ago, as the concept `recently`: what came on fast is another thing than what came slowly."""
    entry = Entry("concept recently", "recently", ())
    for when in times:
        if when.kind in ("ago", "since", "lasting", "bare") and 0 <= when.days[1] <= _RECENT:
            places = [at for at, begin in enumerate(given.starts) if when.start <= begin < when.end]
            if places:
                yield Match(entry, places[0], places[-1] + 1)


def _meant(given: Tokens, matches: list[Match]) -> list[Match]:
    """Without the concepts beside which another stands that makes them something else ("lost a stone" on a diet)."""
    there = {
        match.id
        for match in matches
        if match.kind.startswith("concept ") and _DENIES.isdisjoint(given.words[max(match.first - 3, 0) : match.first])
    }
    unless = words().unless
    return [match for match in matches if unless.get(match.id) not in there or not match.kind.startswith("concept ")]


def _times(plain: str, today: date, start: int, end: int) -> tuple[When, ...]:
    """The dates of a sentence, but not those of what is still to come ("due in February")."""
    return tuple(when for when in dates(plain, today, start, end) if not _DUE.search(plain, start, when.start))


def _answers_no(given: Tokens) -> bool:
    """Whether a sentence begins with a "no" that answers the question before it."""
    return given.words[0] in ("no", "none", "nope", "never", "nil") and (
        len(given) == 1 or not given.words[1].isalpha() or len(given) == 2
    )


# ---- how something is meant ------------------------------------------------------------------------------
def _how(
    sentence: _Sentence, spans: Iterable[tuple[int, int]], sign: str, ignores: Iterable[str] = (), about: str = "self"
) -> How:
    spans = list(spans)
    kinds: set[Kind] = {reach.kind for reach in sentence.reach if _speaks(reach, spans)}
    kinds = {kind for kind in kinds if kind not in set(ignores)}
    if "soft" in kinds and sign != "now":
        kinds.add("possible")
    if "told" in kinds and sign != "now":  # what others say of the writer's skin they saw; of medicines they talk
        kinds.add("other")
    if sign != "use":
        kinds -= {"wish", "future"}
    if sign == "now":
        kinds -= {"fear"}
    if about != "self" or (sentence.for_another and sign == "now"):
        kinds -= {"other"}
    if "possible" in kinds and "denied" in kinds:
        return "possible"
    if "denied" in kinds:
        return "denied"
    if "other" in kinds:
        return "other-person"
    if kinds & {"hypothetical", "wish", "future", "fear"}:
        return "hypothetical"
    if _asked(sentence, min(span[0] for span in spans)) and sign != "now":
        return "question"
    if sign != "ever" and ("past" in kinds or ("past" not in set(ignores) and _long_ago(sentence, spans))):
        return "past"
    return "possible" if "possible" in kinds else "said"


def _speaks(reach: Reach, spans: list[tuple[int, int]]) -> bool:
    """Whether a cue says something of what stands at these places. Of several, the first is what is
    spoken of: "not a new mole, but it grows" denies the newness alone."""
    if reach.kind in ("denied", "past") and len(spans) > 1:
        rest = [reach.covers(*span) for span in spans[1:]]
        return all((reach.covers(*spans[0]), *rest)) if reach.left else any(rest)
    return any(reach.covers(*span) for span in spans)


def _asked(sentence: _Sentence, first: int) -> bool:
    """Whether the clause around token `first` is a question."""
    if not sentence.asks:
        return False
    spoken = sentence.tokens.words
    opens = 0
    for at in range(first, 0, -1):
        if spoken[at] in (",", "but", "-", ";", "because", "as", "since") or (
            spoken[at] == "and" and at + 1 < len(spoken) and spoken[at + 1] not in ("can", "is")
        ):
            opens = at + 1
            break
    return any(word in _ASKS for word in spoken[opens : opens + 3])


def _long_ago(sentence: _Sentence, spans: list[tuple[int, int]]) -> bool:
    places = [sentence.place(*span) for span in spans]
    for when in sentence.times:
        if when.kind == "ago" and when.days[0] >= _LONG_AGO and min(_apart(when, place) for place in places) < 40:
            first, last = min(when.start, *(a for a, _ in places)), max(when.end, *(b for _, b in places))
            between = [
                word for at, word in enumerate(sentence.tokens.words) if first <= sentence.tokens.starts[at] < last
            ]
            unbroken = _BREAKS.isdisjoint(between)
            if unbroken and not any(word in _DENIES for word in between):  # "a line that wasn't there last year"
                return True
    return False


def _apart(when: When, place: tuple[int, int]) -> int:
    return max(when.start - place[1], place[0] - when.end, 0)


# ---- the person ------------------------------------------------------------------------------------------
def _people(plain: str, sentence: _Sentence, today: date, made: _Findings) -> None:
    for fact, value, start, end in measures(plain[sentence.start : sentence.end], today):
        span = (sentence.start + start, sentence.start + end)
        tokens = [at for at, begin in enumerate(sentence.tokens.starts) if span[0] <= begin < span[1]]
        if not tokens:
            continue
        first, last = tokens[0], tokens[-1] + 1
        ignores = ["past"] if fact in ("fitzpatrick",) else []
        sign = "state" if fact in ("pregnant", "pregnancy-trimester") else "ever"
        how = _how(sentence, [(first, last)], sign, ["wish", "future", *ignores])
        if fact in ("age", "sex") and is_of_kin(plain, span[1]):
            how = "said" if sentence.for_another else "other-person"
        if fact in ("age", "sex") and how == "denied":
            how = "said" if fact == "age" else "denied"
        made.add(sentence, fact, value, span, how, False)


def _trimester(sentence: _Sentence, made: _Findings) -> None:
    spoken = " ".join(sentence.tokens.words)
    for trimester, phrases in people().trimesters.items():
        if any(phrase in spoken for phrase in phrases):
            made.add(
                sentence,
                "pregnancy-trimester",
                trimester,
                (sentence.start, sentence.end),
                _how(sentence, [(0, len(sentence.tokens))], "state"),
                False,
            )


def _known(found: Iterable[Found], facts: Mapping[Atom, Value]) -> dict[Atom, Value]:
    said = {each.atom: True if each.list_fact else each.value for each in found if each.how in ("said", "possible")}
    return {**facts, **said}


# ---- signs -----------------------------------------------------------------------------------------------
def _background(told: Iterable[_Sentence]) -> frozenset[str]:
    """What the person has had or takes, in whatever sentence they say so: the ground for signs told in another."""
    return frozenset(
        match.id
        for sentence in told
        for match in sentence.matches
        if match.kind.startswith("concept ")
        and match.id in words().background
        and _how(sentence, [(match.first, match.last)], "use") in ("said", "past", "possible")
    )


def _signs(sentence: _Sentence, made: _Findings, known: Mapping[Atom, Value], background: frozenset[str]) -> None:
    by_concept: dict[str, list[Match]] = {}
    for match in sentence.matches:
        if match.kind.startswith("concept "):
            by_concept.setdefault(match.id, []).append(match)
    told_by, signs = words().told_by, words().signs
    there = {int(kind[5:]) for kind in sentence.by_kind if kind.startswith("sign ")}
    for at in sorted(there.union(*(told_by.get(name, ()) for name in by_concept))):
        sign = signs[at]
        spans = [[(match.first, match.last)] for match in sentence.of(f"sign {at}")]
        spans += [[(match.first, match.last)] for name in sign.also for match in by_concept.get(name, ())]
        for together in sign.together:
            spans += _together(sentence, by_concept, together, background)
        for parts in spans:
            if sign.unless and any(_touch(match, parts) for match in by_concept.get(sign.unless, ())):
                continue
            how = _how(sentence, parts, sign.is_, sign.ignores, sign.about)
            if sign.about == "partner" and not _of_partner(sentence, parts):
                continue
            if sign.fact == "planning-pregnancy" and (known.get("sex") == "male" or _HERS & set(sentence.tokens.words)):
                _add(made, sentence, "partner-pregnant-or-planning", True, parts, how, False)
                continue
            value = sign.said
            if sign.hint and how == "denied":
                continue  # a loose word that is denied says nothing of the fact
            if (value is None or sign.hint) and how == "said":
                how = "possible"
            _add(made, sentence, sign.fact, value, parts, how, sign.use == "stop-now", sign.word is not None)


def _add(
    made: _Findings,
    sentence: _Sentence,
    fact: str,
    value: Value,
    parts: list[tuple[int, int]],
    how: How,
    red: bool,
    listed: bool = False,
) -> None:
    span = sentence.place(min(first for first, _ in parts), max(last for _, last in parts))
    made.add(sentence, fact, value, span, how, red, listed)


def _touch(match: Match, parts: list[tuple[int, int]]) -> bool:
    first, last = min(a for a, _ in parts), max(b for _, b in parts)
    return match.first <= last + 6 and first <= match.last + 6


def _of_partner(sentence: _Sentence, parts: list[tuple[int, int]]) -> bool:
    """ "My husband and I" speaks of both: that the speaker plans is the other fact's to say."""
    last = parts[0][1]
    return sentence.tokens.words[last : last + 2] != ["and", "i"] or sentence.tokens.words[last - 1] in (
        "wife",
        "girlfriend",
        "missus",
    )


def _together(
    sentence: _Sentence, by_concept: Mapping[str, list[Match]], parts: tuple[str | int, ...], background: frozenset[str]
) -> Iterator[list[tuple[int, int]]]:
    """Places where all the concepts stand together; the first of them may be what an earlier sentence spoke of."""
    names = [part for part in parts if isinstance(part, str)]
    far = next((part for part in parts if isinstance(part, int)), _FAR)
    heads = by_concept.get(names[0], [])
    rest = [by_concept.get(name, []) for name in names[1:]]
    if not all(rest):
        return
    if heads:
        for head in heads:
            picked = [(head.first, head.last)]
            for several in rest:
                near = [m for m in several if _near(sentence, picked[0], m, far) and not _same(picked, m)]
                if not near:
                    break
                best = min(near, key=lambda m: _gap(picked[0], (m.first, m.last)))
                picked.append((best.first, best.last))
            else:
                yield picked
    elif names[0] in background or (names[0] in sentence.about and names[0] in words().topics):
        for first in rest[0]:
            picked = [(first.first, first.last)]
            for several in rest[1:]:
                near = [m for m in several if not _same(picked, m)]
                if not near:
                    break
                picked.append((near[0].first, near[0].last))
            else:
                yield picked


def _near(sentence: _Sentence, head: tuple[int, int], match: Match, far: int) -> bool:
    """Whether two phrases stand close, or the later one speaks of the earlier as "it"."""
    apart = _gap(head, (match.first, match.last))
    between = sentence.tokens.words[head[1] : match.first]
    return apart <= far or (apart <= _FAR_AS_IT and not _PRONOUNS.isdisjoint(between))


def _gap(one: tuple[int, int], other: tuple[int, int]) -> int:
    return max(one[0] - other[1], other[0] - one[1], 0)


def _same(picked: list[tuple[int, int]], match: Match) -> bool:
    """Whether a phrase is inside one that was picked already: one word cannot be two parts."""
    return any(first <= match.first and match.last <= last for first, last in picked)


def _given(told: list[_Sentence], made: _Findings, known: Mapping[Atom, Value]) -> None:
    """Signs that mean a fact of somebody who is known to take a medicine, from the form or another sentence."""
    for sign in words().signs:
        if not sign.given or not any(known.get(("medicines", name)) is True for name in sign.given.medicines):
            continue
        for sentence in told:
            for match in sentence.of(f"concept {sign.given.signs}"):
                how = _how(sentence, [(match.first, match.last)], sign.is_, sign.ignores)
                if how == "said" and not sign.given.sure:
                    how = "possible"  # the person does not say that one comes from the other
                red = sign.given.sure and sign.use == "stop-now"
                _add(made, sentence, sign.fact, sign.said, [(match.first, match.last)], how, red)


# ---- medicines and allergies -----------------------------------------------------------------------------
def _medicines(sentence: _Sentence, made: _Findings, known: Mapping[Atom, Value]) -> None:
    allergic = sentence.of("concept allergic")
    for match in sentence.of("medicine"):
        medicine: Medicine = match.entry.value
        span = (match.first, match.last)
        if medicine.oral and _ON_SKIN & set(sentence.tokens.words[match.first : match.last + 3]):
            continue
        if any(_allergy_to(sentence, each, match) for each in allergic):
            continue
        how = _how(sentence, [span], "use")
        if medicine.course:
            _course(sentence, made, medicine.course, span, how, known)
            continue
        for fact, value, listed in medicine.sets():
            _add(made, sentence, fact, value, [span], how, False, listed)


def _course(
    sentence: _Sentence, made: _Findings, fact: str, span: tuple[int, int], how: How, known: Mapping[Atom, Value]
) -> None:
    """Isotretinoin: not only whether it is taken now, but how many months ago the last capsule was."""
    spoken = sentence.tokens.words
    ago = [when for when in sentence.times if when.kind in ("ago", "since") and when.days[0] > 0]
    back = _years_back(sentence, known)
    if how == "past" or (how == "said" and (ago or back) and _ended(spoken, span)):
        value: Value = None
        if ago:
            nearest = min(ago, key=lambda when: _apart(when, sentence.place(*span)))
            value = _months(nearest.days[0])
        elif back is not None:
            value = back * 12
        made.add(sentence, fact, value, sentence.place(*span), "said" if value is not None else "possible", False)
        return
    _add(made, sentence, fact, 0, [span], how, False)


def _ended(spoken: list[str], span: tuple[int, int]) -> bool:
    near = spoken[max(span[0] - 7, 0) : span[1] + 8]
    return not {
        "finished",
        "stopped",
        "off",
        "ended",
        "completed",
        "had",
        "took",
        "did",
        "last",
        "quit",
        "course",
        "was",
    }.isdisjoint(near) and not (
        {"started", "starting", "start", "began", "on"} & set(near) and not {"off", "finished", "stopped"} & set(near)
    )


def _years_back(sentence: _Sentence, known: Mapping[Atom, Value]) -> int | None:
    """Years since "when I was 15" or "as a teenager" (at the latest 19), where the age now is known."""
    age = known.get("age")
    if not isinstance(age, int | float):
        return None
    spoken = " ".join(sentence.tokens.words)
    then: int | None = None
    for words_, at in (
        ("teen", 19),
        ("my twenties", 29),
        ("my 20 s", 29),
        ("as a child", 12),
        ("at school", 18),
        ("as a student", 25),
        ("my thirties", 39),
    ):
        if words_ in spoken:
            then = at
    marks = sentence.tokens.words
    for place in range(len(marks) - 3):
        if marks[place : place + 3] == ["when", "i", "was"] and marks[place + 3].isdigit():
            then = int(marks[place + 3])
    for place in range(len(marks) - 1):
        if marks[place] in ("at", "aged", "age") and marks[place + 1].isdigit() and 10 <= int(marks[place + 1]) <= 60:
            then = int(marks[place + 1])
    return int(age) - then if then is not None and then < age else None


def _allergy_to(sentence: _Sentence, allergic: Match, match: Match) -> bool:
    return _gap((allergic.first, allergic.last), (match.first, match.last)) <= 6


def _allergies(sentence: _Sentence, made: _Findings) -> None:
    allergic = sentence.of("concept allergic")
    for match in sentence.of("allergen"):
        near = [each for each in allergic if _gap((each.first, each.last), (match.first, match.last)) <= 8]
        if not near:
            continue
        allergy = match.entry.value
        parts = [
            (match.first, match.last),
            min(((each.first, each.last) for each in near), key=lambda span: _gap(span, (match.first, match.last))),
        ]
        how = _how(sentence, parts, "ever")
        if how == "said" and allergy.unsure:
            how = "possible"
        _add(made, sentence, "allergies", allergy.word, parts, how, False, listed=True)
        if allergy.fact:
            _add(made, sentence, allergy.fact, True, parts, how, False)


# ---- what has a date -------------------------------------------------------------------------------------
def _events(sentence: _Sentence, made: _Findings) -> None:
    for event in words().events:
        if event.counts == "lasting":
            _lasting(sentence, made, event)
            continue
        for match in sentence.of(f"event now {event.fact}"):
            how = _how(sentence, [(match.first, match.last)], "use")
            if how in ("said", "possible"):
                _add(made, sentence, event.fact, 0, [(match.first, match.last)], how, False)
        for match in sentence.of(f"event {event.fact}"):
            _since(sentence, made, event, (match.first, match.last))
        if event.starts:
            for span in _new_medicine(sentence):
                _since(sentence, made, event, span)


def _since(sentence: _Sentence, made: _Findings, event: Event, span: tuple[int, int]) -> None:
    near = sentence.tokens.words[max(span[0] - 2, 0) : span[1] + 2]
    if set(event.not_) & set(near):
        return
    if event.starts and not any(_gap((m.first, m.last), span) <= 5 for m in sentence.of("starts")):
        return
    place = sentence.place(*span)
    how = _how(sentence, [span], "use", ["past"])
    ago = [when for when in sentence.times if when.kind in ("ago", "since") and _apart(when, place) < 60]
    if how in ("past", "possible", "said") and ago:
        nearest = min(ago, key=lambda when: _apart(when, place))
        value = _weeks(nearest.days[0]) if event.unit == "weeks" else _months(nearest.days[0])
        made.add(sentence, event.fact, value, (min(place[0], nearest.start), max(place[1], nearest.end)), "said", False)
    elif (
        how == "said"
        and {"just", "back"} <= set(sentence.tokens.words[max(span[0] - 8, 0) : span[1] + 3])
        and event.fact == "weeks-since-tan"
    ):
        made.add(sentence, event.fact, 0, place, "said", False)
    elif how == "denied":
        made.add(sentence, event.fact, None, place, "denied", False)
    elif how == "said" and _was_done(sentence, span):
        made.add(sentence, event.fact, None, place, "possible", False)


def _was_done(sentence: _Sentence, span: tuple[int, int]) -> bool:
    return not {"had", "have", "did", "done", "got", "my", "last", "after", "since", "ve", "i've"}.isdisjoint(
        sentence.tokens.words[max(span[0] - 5, 0) : span[0] + 1]
    )


def _new_medicine(sentence: _Sentence) -> Iterator[tuple[int, int]]:
    """A medicine that was begun, by a name we know or one that ends like a medicine's."""
    book = words()
    for match in sentence.of("medicine"):
        yield match.first, match.last
    for begun in sentence.of("starts"):
        for at in range(begun.last, min(begun.last + 4, len(sentence.tokens))):
            word = sentence.tokens.words[at]
            if len(word) > 5 and word.endswith(book.medicine_endings) and word not in book.not_medicines:
                yield at, at + 1


def _lasting(sentence: _Sentence, made: _Findings, event: Event) -> None:
    for match in sentence.of(f"concept {event.concept}"):
        span = (match.first, match.last)
        if event.near and not sentence.of(f"concept {event.near}"):
            continue
        how = _how(sentence, [span], "use")
        place = sentence.place(*span)
        spans = [when for when in sentence.times if when.kind in ("lasting", "since", "bare")]
        ago = [
            when
            for when in sentence.times
            if when.kind == "ago" and {"started", "began", "begun", "start"} & set(sentence.tokens.words)
        ]
        if how == "said" and (spans or ago):
            nearest = min(spans or ago, key=lambda when: _apart(when, place))
            value = _weeks(nearest.days[1])
            made.add(
                sentence, event.fact, value, (min(place[0], nearest.start), max(place[1], nearest.end)), "said", False
            )
        elif how in ("said", "possible"):
            made.add(sentence, event.fact, None, place, "possible", False)
        else:
            made.add(sentence, event.fact, None, place, how, False)


def _weeks(days: float) -> int | float:
    return _tidy(days / 7)


def _months(days: float) -> int | float:
    return _tidy(days / 30.4375)


def _tidy(value: float) -> int | float:
    value = round(value, 1)
    return int(value) if value == int(value) else value


# ---- the end ---------------------------------------------------------------------------------------------
def _settled(found: list[Found]) -> list[Found]:
    """In order of place; a place that is part of a longer one for the same fact and value is left out."""
    kept: list[Found] = []
    for each in sorted(found, key=lambda one: (one.start, -one.end)):
        if any(_covers(other, each) for other in kept):
            continue
        kept.append(each)
    sure = [one for one in kept if one.how == "said"]
    kept = [one for one in kept if one.how != "possible" or not any(_same_place(one, other) for other in sure)]
    said = {one.fact for one in kept if one.how == "said" and one.fact in ("pregnancy-possible",)}
    return [
        replace(one, how="possible", use="confirm")
        if one.fact == "pregnant" and one.how == "said" and said and not _sure(one)
        else one
        for one in kept
    ]


def _sure(one: Found) -> bool:
    return any(sign in one.words.lower() for sign in ("week", "month", "test", "trimester", "expecting"))


def _same_place(one: Found, other: Found) -> bool:
    return (one.fact, one.value) == (other.fact, other.value) and one.start < other.end and other.start < one.end


def _covers(other: Found, each: Found) -> bool:
    return (
        (other.fact, other.value, other.how) == (each.fact, each.value, each.how)
        and other.start <= each.start
        and each.end <= other.end
    )
