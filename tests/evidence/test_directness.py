"""Did the studies take people like this one? What a record does not say never counts as fitting."""

from __future__ import annotations

from typing import Any

import pytest
from evidence_records import binary, exosome_trial
from hypothesis import given
from hypothesis import strategies as st

from skinproof.evidence import Findings, Library, Population, findings, for_person, library, match, populations, unlike
from skinproof.evidence.synthesis.directness import Told
from skinproof.evidence.synthesis.levels import LEVELS
from skinproof.vocabulary import KnowledgeError

ROWS = binary((300, 500), (150, 500))
GOOD = {"n_randomised": 1000, "n_analysed": 1000}


def trial(study_id: str = "a-2020-b", **fields: Any) -> Any:
    return exosome_trial(study_id, ROWS, **(GOOD | fields))


def verdicts(person: Population, told: Told | None = None, **fields: Any) -> dict[str, str]:
    return {each.trait: each.verdict for each in match(trial(**fields), person, told)}


EVERYTHING = Population(skin_type="V", age=40, sex="female", pregnant=True)


def test_nothing_known_of_the_person_asks_nothing() -> None:
    assert verdicts(Population()) == {}
    assert verdicts(Population(pregnant=False)) == {}


def test_a_silent_record_is_not_reported_in_every_respect() -> None:
    assert set(verdicts(EVERYTHING).values()) == {"not reported"}


def test_each_trait_by_hand() -> None:
    told = Told(record="a-2020-b", sex="both", age=(18, 65), pregnant="excluded")
    assert verdicts(EVERYTHING, told, skin_types=["III", "IV", "V"]) == {
        "skin type": "like", "age": "like", "sex": "like", "pregnancy": "unlike",
    }  # fmt: skip
    other = Told(record="a-2020-b", sex="male", age=(18, 39))
    assert verdicts(EVERYTHING, other, skin_types=["I", "II"]) == {
        "skin type": "unlike", "age": "unlike", "sex": "unlike", "pregnancy": "not reported",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("told", "age", "verdict"),
    [
        ((18, 65), 65.9, "like"), ((18, 65), 66, "unlike"), ((9, None), 70, "like"), ((None, 12), 13, "unlike"),
        ("adults", 18, "like"), ("adults", 17, "unlike"), ("children", 17, "like"), ("children", 18, "unlike"),
    ],
)  # fmt: skip
def test_ages(told: Any, age: float, verdict: str) -> None:
    assert verdicts(Population(age=age), Told(record="a-2020-b", age=told)) == {"age": verdict}


def test_ways_of_being_unlike_are_words_for_an_appraisal() -> None:
    told = Told(record="a-2020-b", sex="male")
    assert unlike(trial(skin_types=["I", "II"]), EVERYTHING, told) == (
        "a study took people of other skin types: it took people of skin type I or II",
        "a study took people of the other sex: it took men alone",
    )


def test_a_level_comes_off_where_most_people_were_unlike() -> None:
    base = Findings(Library.of([trial()])).all[0].certainty
    light, dark = trial("light-2020-b", skin_types=["I", "II"]), trial("dark-2020-b", skin_types=["V", "VI"])
    person = Population(skin_type="V")
    assert base.level == "moderate"
    mostly_unlike = for_person(base, [(light, 60), (dark, 40)], person)
    assert mostly_unlike.level == "low"
    assert mostly_unlike.reasons[-1].study_ids == ("light-2020-b",)
    assert for_person(base, [(light, 40), (dark, 60)], person).level == "moderate"
    silent = for_person(base, [(trial(), 1)], person)
    assert (silent.level, silent.reasons[-1].judgement) == ("moderate", "cannot tell")
    assert "not reported" in silent.reasons[-1].sentence
    with pytest.raises(ValueError, match="weight above 0"):
        for_person(base, [], person)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, ("I", "II"), ("IV", "V"), ("I", "II", "III", "IV", "V", "VI")]),
            st.sampled_from([None, "adults", "children", (18, 39), (30, 60)]),
            st.sampled_from([None, "female", "male", "both"]),
            st.floats(0.1, 10),
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([None, "I", "V"]),
    st.sampled_from([None, 12.0, 40.0]),
    st.sampled_from([None, "female", "male"]),
)
def test_nothing_is_surer_for_one_person_and_silence_is_never_better(
    rows: list[Any], skin_type: Any, age: float | None, sex: Any
) -> None:
    base = Findings(Library.of([trial()])).all[0].certainty
    person = Population(skin_type=skin_type, age=age, sex=sex)
    studies, told = [], {}
    for place, (types, years, of_sex, weight) in enumerate(rows):
        name = f"s{place}-2020-b"
        studies.append((trial(name, skin_types=types), weight))
        told[name] = Told(record=name, age=years, sex=of_sex)
    made = for_person(base, studies, person, told)
    assert LEVELS.index(made.level) <= LEVELS.index(base.level)
    fitting = [
        (trial(study.id, skin_types=["I", "II", "III", "IV", "V", "VI"]), weight) for study, weight in studies
    ]  # fmt: skip
    everybody = {name: Told(record=name, age=(0, 120), sex="both") for name in told}
    best = for_person(base, fitting, person, everybody)
    silent = for_person(base, [(trial(study.id), weight) for study, weight in studies], person)
    assert best.level == base.level
    assert LEVELS.index(silent.level) <= LEVELS.index(best.level)
    assert all(each.judgement != "no concerns" for each in silent.reasons[len(base.reasons) :])


# --- the library's own data ------------------------------------------------------------------------------------------


def test_what_is_told_of_a_study_is_in_the_words_of_its_record() -> None:
    words = {"female": ("women", "female"), "male": ("men", "man"), "both": ("women",)}
    for record, told in populations(library()).items():
        text = library().study(record).population.lower()
        if told.sex:
            assert any(word in text for word in words[told.sex]), record
        if isinstance(told.age, tuple):
            assert all(f"{end:g}" in text for end in told.age if end is not None), record
        if told.age == "adults":
            assert "adult" in text, record
            assert "children" not in text, record
        if told.age == "children":
            assert "children" in text, record


def test_an_entry_without_its_record_or_twice_is_a_fault() -> None:
    with pytest.raises(KnowledgeError, match=r"populations.yaml: field 0.record: 'nobody-2020-x'"):
        populations(library(), [Told(record="nobody-2020-x")])
    twice = Told(record="kafi-2007-retinol", sex="both")
    with pytest.raises(KnowledgeError, match=r"field 1.record.*twice"):
        populations(library(), [twice, twice])


def test_findings_of_the_library_for_one_person() -> None:
    everything = findings()
    man = Population(sex="male", age=30)
    changed = 0
    for finding in everything.all:
        made = everything.certainty_for(finding, man)
        assert LEVELS.index(made.level) <= LEVELS.index(finding.certainty.level)
        assert made.reasons[: len(finding.certainty.reasons)] == finding.certainty.reasons
        changed += made.level != finding.certainty.level
    assert changed
