"""Loading: validated, and honest about what is wrong and where."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from skinproof.evidence import Library, library
from skinproof.evidence.studies import compiled
from skinproof.evidence.studies.library import DATA
from skinproof.evidence.studies.records import Citation
from skinproof.vocabulary import KnowledgeError

STUDY = "kwon-2020-acne-scars"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of two records, with a cache folder of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    place = tmp_path / "library"
    (place / "studies").mkdir(parents=True)
    for study in (STUDY, "alam-2018-prp-vs-saline"):
        shutil.copy(DATA / "studies" / f"{study}.yaml", place / "studies")
    for file in ("library.yaml", "prices.yaml"):
        shutil.copy(DATA / file, place)
    return place


def edit(folder: Path, **changes: object) -> Path:
    path = folder / "studies" / f"{STUDY}.yaml"
    content = yaml.safe_load(path.read_text())
    for dotted, value in changes.items():
        *steps, last = dotted.split("__")
        at = content
        for step in steps:
            at = at[int(step)] if step.isdigit() else at[step]
        at[last] = value
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    return path


def test_the_products_own_library_holds_every_file() -> None:
    files = {path.stem for path in (DATA / "studies").glob("*.yaml")}
    assert set(library().studies) == files
    assert len(files) > 400
    assert library().date.year == 2026


@pytest.mark.parametrize(
    ("changes", "where", "fault"),
    [
        ({"concern": "acne-scar"}, "field concern", "did you mean acne-scars"),
        ({"outcomes__0__concept": "scars"}, "field outcomes.0.concept", "not known"),
        ({"arms__0__components__1__treatment": "exosomes"}, "field arms.0.components.1", "did you mean exosome"),
        ({"outcomes__0__better": "up"}, "field outcomes.0.better", "'up'"),
        ({"outcomes__0__results__exosome__n": -3}, "field outcomes.0.results.exosome.n", "greater than or equal to 0"),
        ({"outcomes__0__results__exosome__mean": float("nan")}, "field outcomes.0.results.exosome.mean", "finite"),
        ({"outcomes__0__results__exosome__events": 26}, "field outcomes.0.results.exosome", "more events (26)"),
        ({"outcomes__0__results__exosome__ci": [2, 1]}, "field outcomes.0.results.exosome.ci", "above the upper"),
        ({"outcomes__0__results__other": {"n": 1}}, "", "outcomes.0 names arm other"),
        ({"colour": "blue"}, "field colour", "not permitted"),
        ({"id": "kwon-2021-acne-scars"}, "field id", "file of another name"),
        ({"citation__doi": "10.1001/jamadermatol.2018.3977"}, "field citation.doi", "same as in alam-2018"),
    ],
)  # fmt: skip
def test_a_fault_names_file_field_and_fault(folder: Path, changes: dict, where: str, fault: str) -> None:
    path = edit(folder, **changes)
    with pytest.raises(KnowledgeError) as error:
        Library(folder)
    assert error.value.file == path.name
    assert where in str(error.value)
    assert fault in str(error.value)


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="no study records"):
        Library(tmp_path / "nowhere")


def test_doubts_and_overlaps_must_name_records_that_exist(folder: Path) -> None:
    (folder / "doubts.yaml").write_text("- {record: kwon-2020-acne-scar, kind: numbers, says: odd}\n")
    with pytest.raises(
        KnowledgeError, match=r"doubts.yaml: record: 'kwon-2020-acne-scar' is not known; did you mean kwon"
    ):
        Library(folder)


def test_the_compiled_file_is_used_while_fresh_and_made_anew_when_stale(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = []
    real = compiled._load
    monkeypatch.setattr(compiled, "_load", lambda *a: reads.append(real(*a)) or reads[-1])
    first = Library(folder)
    assert (folder / compiled.NAME).exists()
    assert all(read is None for read in reads)
    again = Library(folder)
    assert reads[-1] is not None
    assert again._contents == first._contents
    edit(folder, population="Somebody else")
    assert Library(folder).studies[STUDY].population == "Somebody else"


@pytest.mark.parametrize("harm", ["cut", "edited", "empty", "not json", "a folder"])
def test_a_harmed_compiled_file_is_never_trusted(folder: Path, harm: str) -> None:
    Library(folder)
    place = folder / compiled.NAME
    content = place.read_bytes()
    if harm == "a folder":
        place.unlink()
        place.mkdir()
    else:
        edited = content.replace(b"25 patients", b"99 patients")
        assert edited != content
        place.write_bytes({"cut": content[:-50], "edited": edited, "empty": b"", "not json": b"{\n[[["}[harm])
    assert Library(folder).studies[STUDY].population.startswith("25 patients")


def test_a_forged_digest_does_not_bypass_validation(folder: Path) -> None:
    Library(folder)
    place = folder / compiled.NAME
    header, _, body = place.read_bytes().partition(b"\n")
    body = body.replace(b'"concern":"acne-scars"', b'"concern":"acne-scarz"')
    stamp = json.loads(header) | {"sha256": compiled.hashlib.sha256(body).hexdigest()}
    place.write_bytes(json.dumps(stamp).encode() + b"\n" + body)
    assert Library(folder).studies[STUDY].concern == "acne-scars"


def test_where_the_folder_cannot_be_written_the_users_cache_is_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = compiled._save
    monkeypatch.setattr(compiled, "_save", lambda place, *a: place.parent != folder and real(place, *a))
    first = Library(folder)
    assert not (folder / compiled.NAME).exists()
    assert len(list((folder.parent / "cache" / "skinproof").iterdir())) == 1
    assert Library(folder)._contents == first._contents


def test_where_nothing_can_be_written_it_still_loads(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled.tempfile, "mkstemp", lambda **_: (_ for _ in ()).throw(PermissionError()))
    assert STUDY in Library(folder).studies
    assert not (folder / compiled.NAME).exists()


def test_readers_are_never_sent_to_a_copy() -> None:
    lib = library()
    hosts = lib._contents.hosts
    unlinked = 0
    for study in lib.studies.values():
        link = lib.reader_link(study)
        if link.href is None:
            unlinked += 1
            assert "copy" in link.words
        else:
            assert link.href.startswith(("https://doi.org/10.", "https://pubmed.ncbi.nlm.nih.gov/")) or (
                link.href.split("/")[2] in hosts.linked
            )
            assert not any(f"//{mirror}/" in link.href for mirror in hosts.mirrors)
    assert 0 < unlinked < len(lib.studies) / 2


def test_uncertain_citations_are_told() -> None:
    lib = library()
    assert lib.citation_doubt("abel-undated-mn-vs-co2")
    assert lib.suspicion("dehghani-2024-placental-hair")
    assert lib.citation_doubt(STUDY) is None


def test_notices_are_warnings_about_a_treatment() -> None:
    ids = {study.id for study in library().notices("exosome-injected")}
    assert "fda-2019-exosome-notification" in ids
    assert all(library().studies[i].design in ("regulatory-notice", "case-report") for i in ids)
    with pytest.raises(KeyError, match="did you mean exosome"):
        library().notices("exosomee")


def test_prices_weak_pages_never_set_a_range() -> None:
    ranges = {r.unit: r for r in library().price_range("prp")}
    session = ranges["session"]
    assert (session.low, session.high) == (350, 900)
    assert {p.trust for p in session.cross_checks} == {"weak"}
    assert all(p.trust != "weak" for p in session.prices)
    (addon,) = (r for r in library().price_range("exosome", "microneedling") if r.unit == "add-on")
    assert addon.only_weak
    assert (addon.low, addon.high) == (None, None)
    assert library().price_range("rf-microneedling") == ()


def test_an_open_price_says_so() -> None:
    (needling,) = library().price_range("microneedling")
    assert needling.low == 350
    assert needling.open_end
    assert needling.ids == ("mn-chrisabela",)


def test_times_are_pages_words_with_the_concerns_own_first() -> None:
    rows = library().timing("prp", "hair-loss")
    assert rows[0].concern == "hair-loss"
    assert all(row.url.startswith("http") for row in rows)
    assert all(row.concern is None for row in library().timing("prp"))


@pytest.mark.parametrize("name", ["not shown in the page read", "Not shown", "Unnamed (JPAD article 1428)", "unknown"])
def test_an_author_that_no_page_named_is_none(name: str) -> None:
    citation = Citation(first_author=name, year=2021, journal="Journal not shown (PMC1)")
    assert citation.author is None
    assert citation.journal_name is None
    named = Citation(first_author="Noting", year=2021, journal="Journal of Things")
    assert (named.author, named.journal_name) == ("Noting", "Journal of Things")
