"""What studies counted as unwanted, in everyday words."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from skinproof.care import events
from skinproof.evidence import findings
from skinproof.vocabulary import KnowledgeError, vocabulary


def test_every_name_is_of_an_event_that_a_record_has():
    known = {harm.event.lower() for form in vocabulary().forms for harm in findings().harms(form)}
    assert set(events.names()) <= known


@pytest.mark.parametrize(
    "jargon", ["erythema", "oedema", "adverse", "hyperpigmentation", "telangiectasia", "dermatitis"]
)
def test_no_name_holds_a_word_of_medicine(jargon):
    # "Adverse reaction" stands in an event that people understand as it is.
    assert not [name for name in events.names().values() if jargon in name.replace("adverse reaction", "")]


def test_what_has_no_name_is_marked_as_the_studys_own_words():
    assert events.plain("Erythema") == "redness"
    assert events.plain("Sclerosing panniculitis") == "in the study’s words, “Sclerosing panniculitis”"


@pytest.mark.parametrize(
    ("n_events", "n", "said"),
    [
        (24, 124, "24 of 124 people, about 19 of 100"),
        (3, 40, "3 of 40 people"),
        (0, 500, "0 of 500 people, 0 of 100"),
        (1, 500, "1 of 500 people, under 1 of 100"),
        (499, 500, "499 of 500 people, over 99 of 100"),
        (None, 40, None),
        (3, None, None),
        (0, 0, None),
    ],
)
def test_a_count_is_made_out_of_a_hundred_only_where_there_were_more(n_events, n, said):
    assert events.counted(SimpleNamespace(events=n_events, n=n)) == said


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("- {name: redness, of: [Erythema], wording: ours}", "small letters"),
        ("- {name: redness, of: [erythema], wording: ours}\n- plain: [erythema]", "second time"),
        ("- {name: redness, of: [erythema], concept: red}", "red"),
        ("- {name: redness, of: [erythema]}", "one of the three"),
    ],
)
def test_a_fault_in_the_file_is_named(tmp_path, monkeypatch, row, fault):
    path = tmp_path / "event-names.yaml"
    path.write_text(row)
    monkeypatch.setattr(events, "FILE", path)
    with pytest.raises(KnowledgeError, match=fault):
        events.names.__wrapped__()
