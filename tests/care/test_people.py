"""Forms and words of whole people: nothing that harms is let through, and hardly anything is refused without need."""

from pathlib import Path

import pytest
from patients import OTHERS, Tally, people, run, tally

from skinproof.care import concerns, rules

FOLDER = Path(__file__).with_name("patients")
PEOPLE = list(people(FOLDER))
BY_OTHERS = list(people(OTHERS))


@pytest.mark.parametrize("person", [*PEOPLE, *BY_OTHERS], ids=[person["name"] for person in [*PEOPLE, *BY_OTHERS]])
def test_nobody_is_harmed_or_turned_away(person):
    total = Tally()
    tally(person, total)
    assert not total.harmful
    assert not total.over_blocked
    assert total.acceptable


def test_what_is_let_through_or_refused_wrongly_is_counted():
    calm = next(person for person in PEOPLE if person["name"] == "nothing to declare, fine lines")
    total = Tally()
    tally({**calm, "accept": {"retinol": "avoid", "tretinoin": ["caution", "ok"], "botulinum-toxin": "ok"}}, total)
    assert total.harmful == ["nothing to declare, fine lines: retinol is ok, not avoid"]
    assert total.over_blocked == ["nothing to declare, fine lines: botulinum-toxin is delay, not ok"]
    assert total.acceptable == 2  # tretinoin, and that there is no red flag
    tally({**calm, "flag": "same-day", "accept": {}, "reads": {"pregnant": True}}, total)
    assert len(total.harmful) == 3


def test_the_people_meet_every_concern_and_every_action():
    assert {person["concern"] for person in PEOPLE} == set(concerns())
    words = {
        word
        for person in PEOPLE
        for each in person["accept"].values()
        for word in ([each] if isinstance(each, str) else each)
    }
    assert words == {"ok", "ask-first", "caution", "delay", "avoid", "contraindicated", "urgent-referral"}
    flags = {person["flag"] for person in PEOPLE} - {"none"}
    assert flags == {rule.urgency for rule in rules().person_rules}


def test_the_runner_counts_a_folder():
    assert str(run(FOLDER)).endswith("0 harmful, 0 over-blocked")
