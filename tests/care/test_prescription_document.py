import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skinproof.care.prescribing import (
    PrescriptionDocument,
    PrescriptionLine,
    months_after,
    prescription_law,
    years_between,
)

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))


def document(**changes) -> PrescriptionDocument:
    made = PrescriptionDocument(
        reference="abc",
        date=dt.date(2026, 3, 1),
        prescriber_name="Dr Ada Lamb",
        prescriber_registration="GMC number 7654321",
        prescriber_kind="Doctor",
        prescriber_address="1 High Street, Leeds, LS1 1AA",
        patient_name="Sam Reed",
        patient_address="2 Low Road, York, YO1 1AA",
        patient_born=dt.date(1990, 5, 1),
        patient_age=35,
        lines=(PrescriptionLine("Adapalene cream 0.1%", 45, "g", "A thin layer at night.", 12, 0),),
        plan_reference="plan",
        plan_hash="0" * 64,
    )
    return replace(made, **changes)


def test_a_whole_document_misses_nothing():
    assert document().missing == ()


@pytest.mark.parametrize("field", ["prescriber_address", "prescriber_kind", "patient_name", "patient_address"])
def test_what_the_law_asks_is_missed_when_blank(field):
    missing = document(**{field: "  "}).missing
    assert [row.field for row in missing] == [field]
    assert missing[0].law
    assert prescription_law().sources[missing[0].source].url.startswith("https://legislation.gov.uk/")


def test_no_date_and_no_age_are_missed_and_nothing_is_made_up():
    found = document(date=None, patient_age=None)
    assert {row.field for row in found.missing} == {"date", "patient_age"}
    assert found.valid_until is None
    assert not found.prints_age


@pytest.mark.parametrize(("age", "printed"), [(0, True), (11, True), (12, False), (35, False)])
def test_the_age_is_printed_under_twelve(age, printed):
    assert document(patient_age=age).prints_age is printed


def test_it_says_that_it_is_a_draft():
    words = " ".join(document().caveats)
    assert "draft" in words
    assert "advanced electronic signature" in words
    assert document().state == "draft"


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (dt.date(2026, 3, 1), dt.date(2026, 8, 31)),
        (dt.date(2026, 8, 31), dt.date(2027, 2, 28)),
        (dt.date(2026, 12, 15), dt.date(2027, 6, 14)),
    ],
)
def test_it_is_valid_for_six_months_from_its_date(day, last):
    assert document(date=day).valid_until == last


@given(DAYS, st.integers(1, 24))
def test_more_months_end_later(day, months):
    assert day <= months_after(day, months) < months_after(day, months + 1)


@given(DAYS, DAYS)
def test_ages_count_birthdays(born, day):
    if born > day:
        with pytest.raises(ValueError, match="born after"):
            years_between(born, day)
    else:
        age = years_between(born, day)
        assert 0 <= age <= day.year - born.year
        assert years_between(born, min(day + dt.timedelta(366), dt.date.max)) > age


def test_amounts_and_supplies_are_said_in_numbers():
    line = document().lines[0]
    assert line.amount == "45 g"
    assert line.supplies == "once"
    assert replace(line, repeats=2).supplies == "up to 3 times in all"
