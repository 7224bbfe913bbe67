"""Draft records: what an import can fill of a study, and whether the library has it already.

A draft is not a record. Its `draft: true` is refused wherever records are read, until a person who has read the report
has filled the rest and taken that line out.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from .records import Citation, Study
from .references import Reference, folded

ALIKE = 0.85  # titles at least so alike (difflib's ratio of their letters) are one title
SHORT_WORDS = frozenset(
    {"the", "and", "for", "from", "into", "with", "without", "versus", "study", "trial", "effect", "effects"}
    | {"efficacy", "evaluation", "comparison", "comparative", "randomized", "randomised", "controlled", "clinical"}
)
TO_FILL = tuple(
    name for name, field in Study.model_fields.items() if field.is_required() and name not in ("id", "citation")
)


@dataclass(frozen=True)
class Draft:
    """`content` is the YAML's plain content; `about` says where it came from; `notes` what a person must look at."""

    id: str
    content: Mapping[str, Any]
    about: str
    notes: tuple[str, ...] = ()

    def yaml(self) -> str:
        """The file's text."""
        head = (
            f"# A draft, made from {self.about}: not a record yet. Read the report, fill in\n"
            f"# {', '.join(name for name in TO_FILL if name not in self.content)}\n"
            "# and what else it tells (docs/evidence.md), then take out the line `draft`.\n"
        ) + "".join(f"# {note}\n" for note in self.notes)
        return head + yaml.safe_dump(dict(self.content), sort_keys=False, allow_unicode=True, width=120)


@dataclass(frozen=True)
class Duplicate:
    """A reference that is, or may be, there already. `certain` where a DOI, a PubMed number or the title says so."""

    reference: Reference
    of: str  # a study's id, or "line 12" of the same file
    certain: bool
    reason: str


def drafts(
    references: Sequence[Reference], studies: Iterable[Study], source: str = "a reference"
) -> tuple[tuple[Draft, ...], tuple[Duplicate, ...]]:
    """Drafts of the references that are new, and what is (or may be) there already.

    Where it is certain, no draft is made. `source` names the file, for the drafts' first line.
    """
    known = list(studies)
    taken = {study.id for study in known}
    made: list[Draft] = []
    twice: list[Duplicate] = []
    seen: list[Reference] = []
    for reference in references:
        found = duplicate_of(reference, known) or _before(reference, seen)
        seen.append(reference)
        if found:
            twice.append(found)
            if found.certain:
                continue
        draft = _draft(reference, source, taken)
        taken.add(draft.id)
        made.append(draft)
    return tuple(made), tuple(twice)


def _draft(reference: Reference, source: str, taken: set[str]) -> Draft:
    about = f"{source}, line {reference.line}"
    citation = {
        name: value
        for name in ("first_author", "year", "journal", "title", "doi", "pmid")
        if (value := getattr(reference, name)) is not None
    }
    made = draft_id(reference.first_author, reference.year, reference.title, taken)
    return Draft(made, {"draft": True, "id": made, "citation": citation}, about)


def draft_id(author: str | None, year: int | None, title: str | None, taken: Iterable[str]) -> str:
    """An id as the library has them, author-year-words, that none of `taken` has."""
    words = [word for word in folded(title or "").split("-") if word not in SHORT_WORDS and len(word) > 2][:3]
    stem = "-".join([folded(author or "") or "unnamed", str(year or "undated"), *words])
    names = {stem, *taken} if stem in set(taken) else set()
    made, number = stem, 2
    while made in names:
        made, number = f"{stem}-{number}", number + 1
    return made


def duplicate_of(reference: Reference, studies: Iterable[Study], study_id: str | None = None) -> Duplicate | None:
    """The study that a reference is, or may be; `study_id` where the reference bears one."""
    possible: Duplicate | None = None
    for study in studies:
        if study.id == study_id:
            return Duplicate(reference, study.id, True, "the same id")
        found = _same(reference, study.citation, study.id)
        if found and found.certain:
            return found
        possible = possible or found
    return possible


def _same(reference: Reference, citation: Citation, where: str) -> Duplicate | None:
    if reference.doi and citation.doi:
        if reference.doi.casefold() == citation.doi.casefold():
            return Duplicate(reference, where, True, f"the same DOI, {citation.doi}")
        return None
    if reference.pmid and citation.pmid:
        if reference.pmid == citation.pmid:
            return Duplicate(reference, where, True, f"the same PubMed number, {citation.pmid}")
        return None
    author = citation.author
    if not (reference.first_author and author and reference.year == citation.year):
        return None
    if _surname(reference.first_author) != _surname(author):
        return None
    who = f"{author} {citation.year}"
    if reference.title and citation.title:
        alike = _alike(reference.title, citation.title)
        return Duplicate(reference, where, True, f"{who} with the same title") if alike >= ALIKE else None
    return Duplicate(reference, where, False, f"{who} too; without a DOI or title in both it cannot be told")


def _surname(author: str) -> str:
    """The last word of a name, initials after it aside: `Kwon HH`, `de la Cruz`."""
    words = author.replace("-", " ").split()
    while len(words) > 1 and words[-1].isupper() and len(words[-1].replace(".", "")) <= 3:
        words.pop()
    return folded(words[-1]) if words else ""


def _alike(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, folded(one), folded(other), autojunk=False).ratio()


def _before(reference: Reference, seen: Sequence[Reference]) -> Duplicate | None:
    for other in seen:
        told = Citation.model_construct(
            first_author=other.first_author or "", year=other.year or 0, journal="", title=other.title,
            doi=other.doi, pmid=other.pmid,
        )  # fmt: skip
        found = _same(reference, told, f"line {other.line}")
        if found and found.certain:
            return found
    return None
