"""What has a date: a course of isotretinoin, a peel, a tan, how long a cream was used. Dates become weeks or months."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from skinproof.care.conditions import Atom, Value

from .finding import Sentence, Span, gap
from .lexicon import Event, words
from .model import How
from .weighing import Findings, apart, weigh

_NEW = frozenset({"new", "just"})
_TO_COME = frozenset({"booked", "booking", "due", "planned", "upcoming", "tomorrow"})
_STOPPED = frozenset({"finished", "stopped", "completed", "ended", "off"})
_IT = frozenset({"it", "them", "that", "those"})
_BACK = frozenset({"back", "home", "returned", "landed"})
_FAR = 60  # characters from an event to the date that is its own


def course(sentence: Sentence, made: Findings, fact: str, span: Span, how: How, known: Mapping[Atom, Value]) -> None:
    """Isotretinoin: not only whether it is taken now, but how many months ago the last capsule was."""
    spoken = sentence.tokens.words
    ago = [when for when in sentence.times if when.kind in ("ago", "since") and when.days[0] > 0]
    back = _years_back(sentence, known)
    if how in ("said", "past") and not ago and any(when.kind == "unread" for when in sentence.times):
        made.add(sentence, fact, None, sentence.place(*span), "possible")
        return
    if how == "past" or (how == "said" and (ago or back) and _ended(spoken, span)):
        value: Value = None
        if ago:
            nearest = min(ago, key=lambda when: apart(when, sentence.place(*span)))
            value = _months(nearest.days[0])
        elif back is not None:
            value = back * 12
        made.add(sentence, fact, value, sentence.place(*span), "said" if value is not None else "possible")
        return
    made.at(sentence, fact, 0, [span], how)


def _ended(spoken: list[str], span: Span) -> bool:
    if any(word in _STOPPED and after in _IT for word, after in pairwise(spoken[span[1] :])):
        return True  # "something about Roaccutane, I meant two years ago, I finished it then"
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
        "post",
        "was",
    }.isdisjoint(near) and not (
        {"started", "starting", "start", "began", "on"} & set(near) and not {"off", "finished", "stopped"} & set(near)
    )


def _years_back(sentence: Sentence, known: Mapping[Atom, Value]) -> int | None:
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


def events(sentence: Sentence, made: Findings) -> None:
    for event in words().events:
        if event.counts == "lasting":
            _lasting(sentence, made, event)
            continue
        for match in sentence.of(f"event now {event.fact}"):
            how = weigh(sentence, [(match.first, match.last)], "use")
            place = sentence.place(match.first, match.last)  # "back 2 weeks ago with a lovely tan"
            dated = any(when.kind == "ago" and apart(when, place) < _FAR for when in sentence.times)
            if how in ("said", "possible") and not dated:
                made.at(sentence, event.fact, 0, [(match.first, match.last)], how)
        for match in sentence.of(f"event {event.fact}"):
            _since(sentence, made, event, (match.first, match.last))
        if event.starts:
            for span in _new_medicine(sentence):
                _since(sentence, made, event, span)


def _since(sentence: Sentence, made: Findings, event: Event, span: Span) -> None:
    near = sentence.tokens.words[max(span[0] - 2, 0) : span[1] + 2]
    if set(event.not_) & set(near):
        return
    around = set(sentence.tokens.words[max(span[0] - 4, 0) : span[1] + 3])
    if around & _TO_COME and not around & {"last", "had", "since"}:
        return  # "peel booked for Thursday"
    if event.starts and not any(gap((m.first, m.last), span) <= 5 for m in sentence.of("starts")):
        return
    place = sentence.place(*span)
    how = weigh(sentence, [span], "use", ["past"])
    ago = [when for when in sentence.times if when.kind in ("ago", "since", "unread") and apart(when, place) < _FAR]
    if how in ("past", "possible", "said") and ago:
        nearest = min(ago, key=lambda when: apart(when, place))
        where = min(place[0], nearest.start), max(place[1], nearest.end)
        if nearest.kind == "unread":
            made.add(sentence, event.fact, None, where, "possible")
            return
        value = _weeks(nearest.days[0]) if event.unit == "weeks" else _months(nearest.days[0])
        made.add(sentence, event.fact, value, where, "said")
    elif how == "said" and _fresh(sentence, event, span):
        made.add(sentence, event.fact, 0, place, "said")
    elif how == "denied":
        made.add(sentence, event.fact, None, place, "denied")
    elif how == "said" and _was_done(sentence, span):
        made.add(sentence, event.fact, None, place, "possible")


def _fresh(sentence: Sentence, event: Event, span: Span) -> bool:
    """Whether the words that give no date say that it was of late: "a new tablet", "just back from Spain"."""
    spoken = sentence.tokens.words
    if event.starts:
        return not _NEW.isdisjoint(spoken[max(span[0] - 3, 0) : span[1]])
    near = set(spoken[max(span[0] - 8, 0) : span[1] + 3])
    return event.fact == "weeks-since-tan" and "just" in near and not _BACK.isdisjoint(near)


def _was_done(sentence: Sentence, span: Span) -> bool:
    return not {"had", "have", "did", "done", "got", "my", "last", "after", "since", "ve", "i've"}.isdisjoint(
        sentence.tokens.words[max(span[0] - 5, 0) : span[0] + 1]
    )


def _new_medicine(sentence: Sentence) -> Iterator[tuple[int, int]]:
    """A medicine that was begun, by a name we know or one that ends like a medicine's."""
    book = words()
    for match in sentence.of("medicine"):
        yield match.first, match.last
    for begun in sentence.of("starts"):
        for at in range(max(begun.first - 3, 0), begun.first):  # "carbamazepine was started on the 3rd"
            word = sentence.tokens.words[at]
            if len(word) > 7 and word.endswith(book.medicine_endings) and word not in book.not_medicines:
                yield at, at + 1
        for at in range(begun.last, min(begun.last + 4, len(sentence.tokens))):
            word = sentence.tokens.words[at]
            if len(word) > 5 and word.endswith(book.medicine_endings) and word not in book.not_medicines:
                yield at, at + 1


def _lasting(sentence: Sentence, made: Findings, event: Event) -> None:
    for match in sentence.concept(event.concept or ""):
        span = (match.first, match.last)
        if event.near and not sentence.concept(event.near):
            continue
        how = weigh(sentence, [span], "use")
        place = sentence.place(*span)
        spans = [when for when in sentence.times if when.kind in ("lasting", "since", "bare", "unread")]
        ago = [
            when
            for when in sentence.times
            if when.kind == "ago" and {"started", "began", "begun", "start", "into"} & set(sentence.tokens.words)
        ]
        if how == "said" and (spans or ago):
            nearest = min(spans or ago, key=lambda when: apart(when, place))
            where = min(place[0], nearest.start), max(place[1], nearest.end)
            if nearest.kind == "unread":
                made.add(sentence, event.fact, None, where, "possible")
            else:
                made.add(sentence, event.fact, _weeks(nearest.days[1]), where, "said")
        elif how in ("said", "possible"):
            made.add(sentence, event.fact, None, place, "possible")
        else:
            made.add(sentence, event.fact, None, place, how)


def _weeks(days: float) -> int | float:
    return _tidy(days / 7)


def _months(days: float) -> int | float:
    return _tidy(days / 30.4375)


def _tidy(value: float) -> int | float:
    value = round(value, 1)
    return int(value) if value == int(value) else value
