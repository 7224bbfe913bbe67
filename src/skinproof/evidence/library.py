"""The library: every record of a folder, validated, and kept ready in a compiled file beside the YAML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, TypeAdapter

from skinproof.vocabulary import KnowledgeError, load, read_yaml, unknown, validate, vocabulary

from . import compiled
from .prices import PriceRange, price_range
from .records import NOTICES, Market, Price, Record, Study, Time

DATA = Path(__file__).with_name("data")


class UpdatePolicy(Record):
    last_built: dt.date
    next_review: dt.date
    triggers: tuple[str, ...]


class Funding(Record):
    """Who pays. `statement` is the owner's to fill; while it is None, `unknown` is what readers are told."""

    statement: str | None
    unknown: str

    @property
    def text(self) -> str:
        return self.statement or self.unknown


class About(Record):
    """library.yaml: what the library is, how old, how it is kept."""

    built: dt.date
    what: str
    how_read: str
    update_policy: UpdatePolicy
    funding: Funding
    not_known: tuple[str, ...]
    official_hosts: tuple[str, ...]


class Overlap(Record):
    """Two reports that count some of the same people."""

    whole: str  # the report that holds the others' people
    parts: tuple[str, ...] = Field(min_length=1)
    note: str | None = None


class Doubt(Record):
    """Why a record should be read with care."""

    study: str
    kind: Literal["citation", "suspicious"]  # who, when or where is uncertain; or the numbers are hard to believe
    reason: str


class Contents(Record):
    """All of a folder, as the compiled file holds it."""

    studies: tuple[Study, ...]
    market: Market
    about: About
    overlaps: tuple[Overlap, ...]
    doubts: tuple[Doubt, ...]


class ReaderLink(Record):
    """Where a reader is sent for a study. `href` is None when only a copy was read: then nothing is linked."""

    href: str | None
    words: str


class Library:
    """Every record in a folder of data files. Get the product's own from `library()`.

    Raises:
        KnowledgeError: a file is missing or wrong; names the file, the field and the fault.
    """

    def __init__(self, folder: Path = DATA) -> None:
        self.folder = Path(folder)
        self._contents = compiled.fetch(self.folder, TypeAdapter(Contents), lambda: _read(self.folder))
        self.studies: Mapping[str, Study] = MappingProxyType({s.id: s for s in self._contents.studies})

    def __repr__(self) -> str:
        return f"<Library of {len(self.studies)} studies, built {self.date}>"

    @property
    def about(self) -> About:
        return self._contents.about

    @property
    def date(self) -> dt.date:
        return self.about.built

    @property
    def prices(self) -> tuple[Price, ...]:
        return self._contents.market.prices

    @property
    def times(self) -> tuple[Time, ...]:
        return self._contents.market.times

    @property
    def market(self) -> Market:
        return self._contents.market

    @property
    def overlaps(self) -> tuple[Overlap, ...]:
        return self._contents.overlaps

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        return self._contents.doubts

    @cached_property
    def _doubts_by_study(self) -> Mapping[tuple[str, str], str]:
        return {(doubt.study, doubt.kind): doubt.reason for doubt in self.doubts}

    def study(self, study_id: str) -> Study:
        """One record.

        Raises:
            KeyError: no such study; the message offers near ids.
        """
        if study_id not in self.studies:
            raise KeyError(unknown(study_id, list(self.studies)))
        return self.studies[study_id]

    def citation_doubt(self, study_id: str) -> str | None:
        """Why the year, author or journal of a record is uncertain; None when it is not."""
        return self._doubts_by_study.get((study_id, "citation"))

    def suspicion(self, study_id: str) -> str | None:
        """Why a record's numbers are hard to believe; None when they are not."""
        return self._doubts_by_study.get((study_id, "suspicious"))

    def reader_link(self, study: Study | str) -> ReaderLink:
        """The DOI, else PubMed, else a page of a regulator or register; never a mirror."""
        record = self.study(study) if isinstance(study, str) else study
        if record.citation.doi:
            return ReaderLink(href=f"https://doi.org/{record.citation.doi}", words=f"doi:{record.citation.doi}")
        if record.citation.pmid:
            pmid = record.citation.pmid
            return ReaderLink(href=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/", words=f"PubMed {pmid}")
        for source in record.sources:
            host = _host(source.url)
            if any(host == official or host.endswith("." + official) for official in self.about.official_hosts):
                return ReaderLink(href=source.url, words=host)
        return ReaderLink(href=None, words="read on a copy of the abstract; no address for readers is known")

    def notices(self, treatment: str) -> tuple[Study, ...]:
        """Regulators' notices and case reports that name a treatment (or a form of it): warnings, not findings.

        Raises:
            KeyError: no such treatment or form.
        """
        wanted = {t.id for t in vocabulary().treatments_of(treatment)}
        return tuple(s for s in self.studies.values() if s.design in NOTICES and wanted & set(s.treatments))

    def studies_of(self, treatment: str) -> tuple[Study, ...]:
        """Every record with an arm that holds the treatment (or a form's treatments).

        Raises:
            KeyError: no such treatment or form.
        """
        wanted = {t.id for t in vocabulary().treatments_of(treatment)}
        return tuple(s for s in self.studies.values() if wanted & set(s.treatments))

    def price_range(self, treatment: str, route: str | None = None) -> tuple[PriceRange, ...]:
        """What pages ask for a treatment, one range per unit; see `prices.price_range`."""
        return price_range(self.prices, treatment, route)

    def timing(self, treatment: str, concern: str | None = None) -> tuple[Time, ...]:
        """What pages tell their readers about time, those on the concern first. Never trial results."""
        rows = [t for t in self.times if t.treatment == treatment and t.concern in (None, concern)]
        return tuple(sorted(rows, key=lambda t: t.concern is None))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


@cache
def library() -> Library:
    """The product's own library, read once."""
    return Library()


def _read(folder: Path) -> Contents:
    """The folder's YAML, validated."""
    studies = [load(path, Study) for path in sorted((folder / "studies").glob("*.yaml"))]
    if not studies:
        raise KnowledgeError(folder / "studies", "", "no study records in this folder")
    _check_ids(studies)
    ids = {study.id for study in studies}
    overlaps = _optional(folder / "overlaps.yaml", TypeAdapter(tuple[Overlap, ...]))
    for index, overlap in enumerate(overlaps):
        _check_known("overlaps.yaml", f"row {index + 1}", (overlap.whole, *overlap.parts), ids)
    doubts = _optional(folder / "doubts.yaml", TypeAdapter(tuple[Doubt, ...]))
    for index, doubt in enumerate(doubts):
        _check_known("doubts.yaml", f"row {index + 1}", (doubt.study,), ids)
    return Contents(
        studies=tuple(studies),
        market=load(folder / "prices.yaml", Market),
        about=load(folder / "library.yaml", About),
        overlaps=overlaps,
        doubts=doubts,
    )


def _optional(path: Path, kind: TypeAdapter[tuple[Record, ...]]) -> tuple:  # type: ignore[type-arg]
    return validate(read_yaml(path) or [], kind, path) if path.exists() else ()


def _check_known(file: str, where: str, named: Iterable[str], ids: set[str]) -> None:
    for study_id in named:
        if study_id not in ids:
            raise KnowledgeError(file, where, unknown(study_id, sorted(ids)))


def _check_ids(studies: Iterable[Study]) -> None:
    """One file a study, one record a publication."""
    seen: dict[str | int, str] = {}
    for study in studies:
        for field, key in (("doi", study.citation.doi), ("pmid", study.citation.pmid)):
            if key is None:
                continue
            key = key.lower() if isinstance(key, str) else key
            if key in seen:
                raise KnowledgeError(f"{study.id}.yaml", f"field citation.{field}", f"same as in {seen[key]}.yaml")
            seen[key] = study.id
