"""References become drafts: what is read of RIS and PubMed's format, what is there already, and what a draft is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from skinproof import cli
from skinproof.evidence import TableError, arm_columns, drafts, drafts_of_arms, library, read_references
from skinproof.evidence.studies.drafts import TO_FILL
from skinproof.evidence.studies.records import Study
from skinproof.vocabulary import KnowledgeError, validate

RIS = """\
TY  - JOUR
AU  - Müller-Łoś, Anna B.
AU  - Second, C
PY  - 2021/05/03/
TI  - Microneedling with tranexamic acid versus
  hydroquinone for melasma: a trial
JF  - Journal of Invented Names
DO  - https://doi.org/10.9999/invented.1
UR  - https://pubmed.ncbi.nlm.nih.gov/99999901/
XX  - a tag of somebody's own
ER  -

TY  - JOUR
A1  - Other, D
Y1  - 2019
T1  - Something else.
JO  - Invented
ER  -
"""
NBIB = """\

PMID- 99999902
OWN - NLM
DP  - 2020 Mar 12
TI  - A title that goes
      on over two lines.
LID - 10.9999/invented.2 [doi]
AID - S0190 [pii]
AID - 10.9999/invented.2 [doi]
FAU - Invented, Eva
AU  - Invented E
FAU - Next, F
JT  - Journal of invented results
TA  - J Inv Res

PMID- 99999903
DP  - 2018
AU  - van Dyck AB
TI  - Second"""


def test_ris() -> None:
    first, second = read_references(RIS.encode())
    assert (first.first_author, first.year, first.journal) == ("Müller-Łoś", 2021, "Journal of Invented Names")
    assert first.title == "Microneedling with tranexamic acid versus hydroquinone for melasma: a trial"
    assert (first.doi, first.pmid, first.line) == ("10.9999/invented.1", 99999901, 1)
    assert (second.first_author, second.year, second.title, second.doi, second.line) == (
        "Other", 2019, "Something else", None, 13,
    )  # fmt: skip


def test_ris_with_bom_and_windows_lines() -> None:
    assert read_references(b"\xef\xbb\xbf" + RIS.replace("\n", "\r\n").encode()) == read_references(RIS.encode())


def test_nbib_whole_even_without_a_last_line_end() -> None:
    first, second = read_references(NBIB.encode())
    assert (first.first_author, first.year, first.pmid) == ("Invented", 2020, 99999902)
    assert first.title == "A title that goes on over two lines"
    assert (first.doi, first.journal, first.line) == ("10.9999/invented.2", "Journal of invented results", 2)
    assert (second.first_author, second.pmid, second.title) == ("van Dyck", 99999903, "Second")


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", None, "empty; a RIS or .nbib file is expected"),
        ("title,author\na,b\n", 1, "begins neither a RIS record"),
        ("TY  - JOUR\nAU  - A, B\n", 1, "the record has no end"),
        ("TY  - JOUR\nAU  - A, B\nTY  - JOUR\nER  -\n", 3, "the record of line 1 has no end"),
        ("TY  - JOUR\nER  -\n\nsome words\n", 4, "'some words' stands outside a record"),
        ("PMID- 1\nTI  - x\nwords without a tag\n", 3, "is no field (PMID- 123) and continues none"),
    ],
)
def test_a_faulty_file_is_told_by_line(text: str, line: int | None, says: str) -> None:
    with pytest.raises(TableError) as error:
        read_references(text.encode(), name="x.ris")
    assert error.value.line == line
    assert says in str(error.value)


def test_without_rispy_a_ris_file_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "rispy", None)
    with pytest.raises(ImportError, match=r"skinproof\[references\]"):
        read_references(RIS.encode())
    assert len(read_references(NBIB.encode())) == 2


def known_study(**citation: object) -> Study:
    one = next(iter(library().studies.values()))
    return one.model_copy(update={"citation": one.citation.model_copy(update=citation)})


def test_a_draft_has_the_citation_alone_and_is_refused_as_a_record() -> None:
    (draft, _), twice = drafts(read_references(RIS.encode()), [], "export.ris")
    assert draft.id == "muller-os-2021-microneedling-tranexamic-acid"
    assert not twice
    text = draft.yaml()
    content = yaml.safe_load(text)
    assert text.startswith("# A draft, made from export.ris, line 1: not a record yet.")
    assert set(content) == {"draft", "id", "citation"}
    assert content["citation"]["doi"] == "10.9999/invented.1"
    assert all(name in text for name in TO_FILL)
    with pytest.raises(KnowledgeError):
        validate(content, Study, "draft.yaml")
    whole = json.loads(next(iter(library().studies.values())).model_dump_json())
    validate(whole, Study, "whole.yaml")
    with pytest.raises(KnowledgeError, match="field draft"):
        validate({**whole, "draft": True}, Study, "draft.yaml")


@pytest.mark.parametrize(
    ("citation", "certain", "drafted"),
    [
        ({"doi": "10.9999/INVENTED.1"}, True, 1),
        ({"doi": None, "pmid": 99999901}, True, 1),
        (
            {
                "doi": None, "pmid": None, "first_author": "Müller-Łoś AB", "year": 2021,
                "title": "Microneedling with tranexamic acid vs hydroquinone for melasma - a trial",
            },
            True, 1,
        ),
        ({"doi": None, "pmid": None, "first_author": "Müller-Łoś AB", "year": 2021, "title": None}, False, 2),
        ({"doi": "10.9999/other", "pmid": None, "first_author": "Müller-Łoś", "year": 2021}, None, 2),
        ({"doi": None, "pmid": None, "first_author": "Müller-Łoś", "year": 2020, "title": None}, None, 2),
    ],
)  # fmt: skip
def test_what_the_library_has_is_told(citation: dict, certain: bool | None, drafted: int) -> None:
    study = known_study(**citation)
    made, twice = drafts(read_references(RIS.encode()), [study])
    assert len(made) == drafted
    assert [each.certain for each in twice] == ([] if certain is None else [certain])
    assert all(each.of == study.id for each in twice)


def test_a_reference_given_twice_is_drafted_once() -> None:
    made, twice = drafts(read_references((RIS + RIS).encode()), [])
    assert len(made) == 2
    assert [each.of for each in twice] == ["line 1", "line 13"]


def test_arms_go_out_and_come_back_as_drafts(tmp_path: Path) -> None:
    study = library().study("alam-2018-prp-vs-saline")
    columns = arm_columns([study])
    rows = [
        ",".join(columns),
        *(",".join("" if v is None else str(v) for v in r) for r in zip(*columns.values(), strict=True)),
    ]
    (draft,), twice = drafts_of_arms("\n".join(rows).encode(), [])
    assert not twice
    assert draft.id == study.id
    assert draft.content["citation"] == study.citation.model_dump(exclude_none=True)
    told = [outcome for outcome in study.outcomes if outcome.results]
    assert len(draft.content["outcomes"]) == len(told) == 2
    for mine, theirs in zip(draft.content["outcomes"], told, strict=True):
        want = theirs.model_dump(exclude_none=True, exclude={"contrast", "note", "primary"})
        assert {k: v for k, v in mine.items() if k != "primary"} == want
    assert [arm["components"] for arm in draft.content["arms"]] == [[{"treatment": "prp"}], [{"treatment": "saline"}]]
    assert drafts_of_arms("\n".join(rows).encode(), [study])[1][0].reason == "the same id"


@pytest.mark.parametrize(
    ("old", "new", "column", "says"),
    [
        ("2.0", "2.0.0", "mean", "'2.0.0' is not a number"),
        ("1.2,", "-1.2,", "sd", "greater than or equal to 0"),
        ("19", "19.5", "n", "not a whole number"),
        ("study,", "studdy,", None, "no column study"),
        (",mean", ",meen", "meen", "did you mean mean"),
        ("texture", "", "concept", "empty"),
    ],
)
def test_faults_in_a_table_of_arms(old: str, new: str, column: str | None, says: str) -> None:
    text = "study,concept,arm,treatment,n,mean,sd,\nx-1,texture,a,prp,19,2.0,1.2,\nx-1,texture,b,saline,19,1,0.5,\n"
    text = text.replace(",\n", "\n")
    changed = text.replace(old.rstrip(","), new.rstrip(","), 1)
    assert changed != text
    with pytest.raises(TableError) as error:
        drafts_of_arms(changed.encode(), name="arms.csv")
    assert error.value.column == column
    assert says in str(error.value)


def test_a_word_that_the_vocabulary_lacks_is_noted() -> None:
    text = "study,concept,arm,treatment,n,mean,sd\nNew trial,texture,a,prpp,19,2.0,1.2\n"
    (draft,), _ = drafts_of_arms(text.encode())
    assert draft.id == "new-trial-undated"
    assert draft.notes == ("treatment: 'prpp' is not known; did you mean prp?",)
    assert "# treatment: 'prpp'" in draft.yaml()


def test_the_command_writes_all_or_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, folder = tmp_path / "x.ris", tmp_path / "drafts"
    file.write_text(RIS)
    assert cli.main(["import", str(file)]) == 0
    assert "2 drafts, 0 there already; nothing written" in capsys.readouterr().out
    assert not folder.exists()
    assert cli.main(["import", str(file), "--to", str(folder), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert sorted(path.name for path in folder.iterdir()) == sorted(Path(d["file"]).name for d in told["drafts"])
    (folder / "other-2019-something-else.yaml").unlink()
    assert cli.main(["import", str(file), "--to", str(folder)]) == 2
    assert "is there already; nothing was written" in capsys.readouterr().err
    assert len(list(folder.iterdir())) == 1
    file.write_text("no reference")
    assert cli.main(["import", str(file), "--to", str(folder)]) == 2
    assert "line 1: 'no reference' begins neither" in capsys.readouterr().err


@pytest.mark.parametrize("what", ["arms", "effects", "findings"])
def test_export(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    import csv
    import io

    assert cli.main(["export", what, "--concern", "acne-scars", "--treatment", "exosome"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert rows
    assert {row["concern"] for row in rows} == {"acne-scars"}
    assert any("10.2340/00015555-3666" in (row.get("doi") or row.get("dois") or "") for row in rows)
    assert cli.main(["export", what, "--concern", "acne"]) in (0, 1)
    capsys.readouterr()
    assert cli.main(["export", what, "--concern", "melasm"]) == 2
