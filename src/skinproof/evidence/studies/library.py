"""The library: every record of a folder, validated, and kept ready in a compiled file beside the YAML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import Field, TypeAdapter

from skinproof.vocabulary import KnowledgeError, load, unknown, vocabulary

from . import compiled
from .prices import PriceRange, price_range
from .records import NOTICES, Market, Price, Record, Study, Time

DATA = Path(__file__).parent.parent / "data"
T = TypeVar("T")


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

    @classmethod
    def in_memory(cls, built: dt.date) -> Self:
        """For records that come from no folder."""
        return cls(
            built=built,
            what="Records given in memory.",
            how_read="Not told.",
            update_policy=UpdatePolicy(last_built=built, next_review=built, triggers=()),
            funding=Funding(statement=None, unknown="Not told."),
            not_known=(),
        )


class Overlap(Record):
    """Two reports that count the same people: `whole` holds all of `part`, or they share some."""

    whole: str
    part: str
    kind: Literal["contains", "shares"]
    reason: str


class PooledReviews(Record):
    """Reviews with pooled numbers, whose trials may be records of their own."""

    reason: str
    records: tuple[str, ...]


class Overlaps(Record):
    """overlaps.yaml."""

    pairs: tuple[Overlap, ...] = ()
    pooled_reviews: PooledReviews | None = Field(default=None, alias="pooled-reviews")


class Doubt(Record):
    """Why a record should be read with care, in words for its card."""

    record: str
    kind: Literal["citation", "numbers", "design"]
    about: str | tuple[str, ...] | None = None
    says: str


class Hosts(Record):
    """mirrors.yaml: whose pages a reader may be sent to, and whose are only copies."""

    cut_marker: str = Field(default="...", alias="cut-marker")
    linked: tuple[str, ...] = ()
    mirrors: tuple[str, ...] = ()


class Contents(Record):
    """All of a folder, as the compiled file holds it."""

    studies: tuple[Study, ...]
    market: Market
    about: About
    overlaps: Overlaps
    doubts: tuple[Doubt, ...]
    hosts: Hosts


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
        folder = Path(folder)
        self._hold(compiled.fetch(folder, TypeAdapter(Contents), lambda: _read(folder)))

    @classmethod
    def of(
        cls,
        studies: Iterable[Study],
        overlaps: Iterable[Overlap] = (),
        doubts: Iterable[Doubt] = (),
        built: dt.date = dt.date.min,
    ) -> Self:
        """A library of records in memory, without files."""
        about = About.in_memory(built)
        pairs = Overlaps(pairs=tuple(overlaps))
        made = cls.__new__(cls)
        made._hold(
            Contents(
                studies=tuple(studies),
                market=Market(),
                about=about,
                overlaps=pairs,
                doubts=tuple(doubts),
                hosts=Hosts(),
            )
        )
        return made

    def _hold(self, contents: Contents) -> None:
        self._contents = contents
        self.studies: Mapping[str, Study] = MappingProxyType({study.id: study for study in contents.studies})

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
        return self._contents.overlaps.pairs

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        return self._contents.doubts

    @cached_property
    def _doubts_by_study(self) -> Mapping[str, tuple[Doubt, ...]]:
        found: dict[str, list[Doubt]] = {}
        for doubt in self.doubts:
            found.setdefault(doubt.record, []).append(doubt)
        return {record: tuple(doubts) for record, doubts in found.items()}

    def study(self, study_id: str) -> Study:
        """One record.

        Raises:
            KeyError: no such study; the message offers near ids.
        """
        if study_id not in self.studies:
            raise KeyError(unknown(study_id, list(self.studies)))
        return self.studies[study_id]

    def doubts_of(self, study_id: str) -> tuple[Doubt, ...]:
        """Everything that is doubtful in a record."""
        return self._doubts_by_study.get(study_id, ())

    def citation_doubt(self, study_id: str) -> str | None:
        """Why the year, author or journal of a record is uncertain; None when it is not."""
        return self._said(study_id, "citation")

    def suspicion(self, study_id: str) -> str | None:
        """Why a record's numbers are hard to believe; None when they are not."""
        return self._said(study_id, "numbers")

    def design_doubt(self, study_id: str) -> str | None:
        """Why a record's design may not be what it is filed as; None when it is."""
        return self._said(study_id, "design")

    def _said(self, study_id: str, kind: str) -> str | None:
        return " ".join(doubt.says for doubt in self.doubts_of(study_id) if doubt.kind == kind) or None

    def reader_link(self, study: Study | str) -> ReaderLink:
        """Where a reader is sent: DOI, else PubMed, else a page of a journal, regulator or register; never a copy."""
        record = self.study(study) if isinstance(study, str) else study
        if record.citation.doi:
            return ReaderLink(href=f"https://doi.org/{record.citation.doi}", words=f"doi:{record.citation.doi}")
        if record.citation.pmid:
            pmid = record.citation.pmid
            return ReaderLink(href=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/", words=f"PubMed {pmid}")
        for source in record.sources:
            if self._may_be_linked(source.url):
                return ReaderLink(href=source.url, words=_host(source.url).removeprefix("www."))
        return ReaderLink(href=None, words="Read on a copy of the abstract. No address for readers is known.")

    def _may_be_linked(self, url: str) -> bool:
        hosts = self._contents.hosts
        cut = hosts.cut_marker in url or not url.startswith(("http://", "https://"))
        return not cut and _host(url) in hosts.linked

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
    _check_ids(studies, [path.stem for path in sorted((folder / "studies").glob("*.yaml"))])
    ids = {study.id for study in studies}
    within = _optional(folder / "within-person.yaml", TypeAdapter(frozenset[str]), frozenset())
    _check_known("within-person.yaml", "", within, ids)
    overlaps = _optional(folder / "overlaps.yaml", Overlaps, Overlaps())
    doubts = _optional(folder / "doubts.yaml", TypeAdapter(tuple[Doubt, ...]), ())
    for pair in overlaps.pairs:
        _check_known("overlaps.yaml", f"pair of {pair.whole}", (pair.whole, pair.part), ids)
    _check_known(
        "overlaps.yaml", "pooled-reviews", overlaps.pooled_reviews.records if overlaps.pooled_reviews else (), ids
    )
    _check_known("doubts.yaml", "record", (doubt.record for doubt in doubts), ids)
    return Contents(
        studies=tuple(s.model_copy(update={"within_person": True}) if s.id in within else s for s in studies),
        market=_optional(folder / "prices.yaml", Market, Market()),
        about=load(folder / "library.yaml", About),
        overlaps=overlaps,
        doubts=doubts,
        hosts=_optional(folder / "mirrors.yaml", Hosts, Hosts()),
    )


def _optional(path: Path, kind: type[T] | TypeAdapter[T], absent: T) -> T:
    """A file that a library may do without."""
    return load(path, kind) if path.exists() else absent


def _check_known(file: str, where: str, named: Iterable[str], ids: set[str]) -> None:
    for study_id in named:
        if study_id not in ids:
            raise KnowledgeError(file, where, unknown(study_id, sorted(ids)))


def _check_ids(studies: Sequence[Study], files: Sequence[str]) -> None:
    """One file a study, one record a publication."""
    seen: dict[str | int, str] = {}
    for study, file in zip(studies, files, strict=True):
        if study.id != file:
            raise KnowledgeError(f"{file}.yaml", "field id", f"{study.id!r} in a file of another name")
        for field, key in (("doi", study.citation.doi), ("pmid", study.citation.pmid)):
            if key is None:
                continue
            key = key.lower() if isinstance(key, str) else key
            if key in seen:
                raise KnowledgeError(f"{study.id}.yaml", f"field citation.{field}", f"same as in {seen[key]}.yaml")
            seen[key] = study.id
