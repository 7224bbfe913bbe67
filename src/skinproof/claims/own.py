"""What a writer tells of their own body: "my skin is smoother", "it did nothing for me", "Bruised for a week!".

Such a sentence makes no promise to its reader; it reports. The words are data (`data/own.yaml`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cache

from pydantic import BaseModel, ConfigDict

from skinproof.language import Block, Text, canonical, tokens
from skinproof.vocabulary import load

from .lexicon import DATA, words
from .marks import Sentence
from .model import Found

_NEAR = 4  # words from "my" to the skin, from "I" to what was lived
_SPEAKERS = 3  # in a thread, at least
_HANDLE = 24  # signs of a name before a post


class _Read(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    whose: tuple[str, ...]
    anothers: tuple[str, ...]
    body: tuple[str, ...]
    i: tuple[str, ...]
    lived: tuple[str, ...]
    was: tuple[str, ...]
    to: tuple[str, ...]
    me: tuple[str, ...]
    opens: tuple[str, ...]
    opens_with: tuple[str, ...]
    it: tuple[str, ...]
    people: tuple[str, ...]
    modals: tuple[str, ...]
    past: tuple[str, ...]
    no_handles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Own:
    whose: frozenset[str]
    anothers: frozenset[str]
    body: frozenset[str]
    i: frozenset[str]
    lived: frozenset[str]
    was: frozenset[str]
    to: frozenset[str]
    me: frozenset[str]
    opens: frozenset[str]
    opens_with: frozenset[str]
    it: frozenset[str]
    people: frozenset[str]
    modals: frozenset[str]
    past: frozenset[str]
    no_handles: frozenset[str]
    signs: frozenset[str]  # without any of these no sentence tells of a person's own


@cache
def _own() -> _Own:
    read = load(DATA / "own.yaml", _Read)
    lists = {name: frozenset(map(canonical, getattr(read, name))) for name in _Read.model_fields}
    return _Own(**lists, signs=lists["whose"] | lists["i"] | lists["me"])


def lived(sentence: Sentence) -> bool:
    """Whether a sentence tells what a treatment did to one person's body, or that the writer had it."""
    own, told = _own(), sentence.tokens.words
    opens = told[0] in own.opens or (told[0] in own.opens_with and not own.it.isdisjoint(told[1:2]))
    if (not opens and own.signs.isdisjoint(told)) or sentence.asks or not own.people.isdisjoint(told):
        return False
    if opens:
        return True
    for at, word in enumerate(told):
        after = told[at + 1 : at + 1 + _NEAR]
        if word in own.whose and _of_body(sentence, at, after):
            return True
        if word in own.i and not own.lived.isdisjoint(after[:3]):
            return True
        if word in own.i and (word == "i'm" or not own.was.isdisjoint(after[:2])) and _of_content(sentence, at):
            return True
        if word in own.me and at and told[at - 1] in own.to:
            return True
    return False


def _of_content(sentence: Sentence, at: int) -> bool:
    return any(at < match.first <= at + _NEAR for match in sentence.kinds("effect", "state", "outcome", "harm"))


def _of_body(sentence: Sentence, at: int, after: list[str]) -> bool:
    """ "My poor dry skin", "my forehead lines"; not "his or her skin", "my view is that spots …"."""
    if after[:1] in (["and"], ["or"]) or (at and sentence.tokens.words[at - 1] == "or"):
        return False
    grammar = words().grammar
    end = next((n for n, word in enumerate(after) if word in grammar.be_have or word in (",", "that", ".")), _NEAR)
    if not _own().body.isdisjoint(after[:end]):
        return True
    return any(at < match.first <= at + end for match in sentence.kinds("outcome", "harm"))


def told_of_own(sentence: Sentence, here: bool, goes_on: bool, rows: list[Found]) -> list[Found]:
    """`rows` of a sentence, those `reported` that tell of one person's own; `here` says whether the sentence does,
    `goes_on` whether one before it did."""
    relative = bool(sentence.scopes) and any(scope.kind == "someone" for scope in sentence.scopes)
    if not (here or goes_on or relative):
        return rows
    return [replace(row, stance="reported") if _is_own(sentence, here, goes_on, relative, row) else row for row in rows]


def _is_own(sentence: Sentence, here: bool, goes_on: bool, relative: bool, row: Found) -> bool:
    if row.stance != "asserted" or row.direction == "none" or row.kind == "cost":
        return False
    own, told, at = _own(), sentence.tokens.words, sentence.token_at(row.at)
    first, last = sentence.clause_at(at)
    clause = told[first:last]
    whose = own.whose | own.anothers if goes_on or relative else own.whose
    if any(
        word in whose and _of_body(sentence, n, told[n + 1 : n + 1 + _NEAR]) for n, word in enumerate(clause, first)
    ):
        return True
    if not (own.modals.isdisjoint(clause) and own.people.isdisjoint(told)) or not (here or goes_on):
        return False  # "It can fade marks": said of all
    verb = next((told[m.first] for m in sentence.kinds("effect", "state") if at <= m.first < last and
                 m.entry.value.part == "verb"), None)  # fmt: skip
    if not own.past.isdisjoint(clause) or (verb and verb.endswith("ed")):
        return True
    if verb is None and row.kind != "comparison" and words().grammar.auxiliaries.isdisjoint(clause):
        return True  # "No irritation whatsoever!"
    return here and (verb is None or verb.endswith("ng"))


def thread(text: Text, laid: tuple[Block, ...], marked: list[list[Sentence]]) -> frozenset[int]:
    """The blocks that are posts of a thread ("zoe_88: …", line by line), where several speak and one speaks again."""
    posts: dict[int, str] = {}
    for at, block in enumerate(laid):
        if block.label is None or block.kind != "paragraph" or block.label - block.start > _HANDLE:
            continue
        name = text.plain[block.start : block.label].strip(" *_:")
        known = any(sentence.start < block.label for sentence in marked[at]) and marked[at][0].end <= block.label
        if name and " " not in name and not known and _own().no_handles.isdisjoint(tokens(name.lower()).words):
            posts[at] = name
    said = Counter(posts.values())
    handles = any(name[0].islower() or "_" in name or name[-1].isdigit() for name in said)
    return frozenset(posts) if handles and len(said) >= _SPEAKERS and max(said.values()) > 1 else frozenset()
