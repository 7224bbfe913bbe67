"""Named instruments: ranges, sums, what a total means, and where that was read."""

from decimal import Decimal

import pytest

from skinproof.care import concerns
from skinproof.care import instruments as module
from skinproof.care.instruments import ScoreError, instruments, instruments_of
from skinproof.vocabulary import KnowledgeError, read_yaml

DLQI = instruments()["dlqi"]


@pytest.mark.parametrize(
    ("instrument", "total", "means"),
    [
        ("dlqi", "0", "no effect on the person's life"), ("dlqi", "1", "no effect on the person's life"),
        ("dlqi", "2", "small effect"), ("dlqi", "5", "small effect"), ("dlqi", "6", "moderate effect"),
        ("dlqi", "11", "very large effect"), ("dlqi", "20", "very large effect"),
        ("dlqi", "21", "extremely large effect"),
        ("easi", "0", "clear"), ("easi", "0.1", "almost clear"), ("easi", "7.0", "mild"), ("easi", "7.1", "moderate"),
        ("easi", "50.1", "very severe"), ("scorad", "9.9", "clear"), ("scorad", "10", "mild"), ("poem", "17", "severe"),
        ("iga-eczema", "3", "moderate"), ("masi", "48", None),
    ],
)  # fmt: skip
def test_what_a_total_means_by_the_pages_that_were_read(instrument, total, means):
    found = instruments()[instrument]
    assert found.total(Decimal(total)) == Decimal(total)
    assert found.means(Decimal(total)) == means


@pytest.mark.parametrize(
    ("instrument", "total", "fault"),
    [
        ("dlqi", "31", "from 0 to 30"), ("dlqi", "-1", "from 0 to 30"), ("dlqi", "7.5", "whole number"),
        ("dlqi", "NaN", "from 0 to 30"), ("dlqi", "Infinity", "from 0 to 30"), ("easi", "72.1", "from 0 to 72"),
        ("easi", "7.25", "one decimal"), ("iga-eczema", "5", "from 0 to 4"), ("dlqi", None, "missing"),
    ],
)  # fmt: skip
def test_a_total_that_cannot_be_is_refused(instrument, total, fault):
    with pytest.raises(ScoreError, match=fault) as refused:
        instruments()[instrument].total(None if total is None else Decimal(total))
    assert refused.value.field == "total"


def test_items_add_up():
    assert DLQI.total(None, [3] * 10) == 30
    assert DLQI.total(Decimal(5), [1, 1, 1, 1, 1, 0, 0, 0, 0, 0]) == 5


@pytest.mark.parametrize(
    ("items", "total", "field", "fault"),
    [
        ([1] * 9, None, "items", "all 10 items, or none; 9"), ([1] * 11, None, "items", "11"),
        ([4] + [0] * 9, None, "items", "item 1 must be from 0 to 3"), ([0] * 9 + [-1], None, "items", "item 10"),
        ([1] * 10, Decimal(11), "total", "add up to 10, not to 11"),
    ],
)  # fmt: skip
def test_items_that_do_not_add_up_are_refused(items, total, field, fault):
    with pytest.raises(ScoreError, match=fault) as refused:
        DLQI.total(total, items)
    assert refused.value.field == field


def test_an_instrument_without_items_takes_none():
    with pytest.raises(ScoreError, match="EASI has no items"):
        instruments()["easi"].total(None, [1, 2])


def test_each_fits_its_concerns():
    assert [each.id for each in instruments_of("acne")] == ["dlqi"]
    assert {each.id for each in instruments_of("eczema")} == {"dlqi", "easi", "scorad", "poem", "iga-eczema"}
    assert {each.id for each in instruments_of("melasma")} == {"dlqi", "masi"}
    assert all(instruments_of(concern) for concern in concerns())


def broken(change):
    rows = read_yaml(module.FILE)
    change(rows)
    return rows


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda rows: rows.append(dict(rows[0])), "second time"),
        (lambda rows: rows[1].update(concerns=["eczma"]), "eczema"),
        (lambda rows: rows[0].update(bands=[{"to": 5, "means": "a"}, {"to": 1, "means": "b"}]), "bands rise"),
        (lambda rows: rows[0].update(bands=[{"to": 29, "means": "a"}]), "bands rise"),
        (lambda rows: rows[0].update(step=0.5), "step"),
        (lambda rows: rows[1].update(least=80), "below most|bands"),
        (lambda rows: rows[0]["items"].update(most=4), "add up"),
        (lambda rows: rows[0].pop("terms"), "terms stand"),
        (lambda rows: rows[1].update(sources=[]), "sources"),
    ],
)
def test_a_file_at_fault_is_refused_by_name(change, fault, tmp_path, monkeypatch):
    import yaml

    path = tmp_path / "instruments.yaml"
    path.write_text(yaml.safe_dump(broken(change)))
    monkeypatch.setattr(module, "FILE", path)
    with pytest.raises(KnowledgeError, match=fault):
        module.instruments.__wrapped__()
