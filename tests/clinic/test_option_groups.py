"""A person's options in groups: nothing is said twice in a group, and nothing is lost by saying it once."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from skinproof import care
from skinproof.clinic.consultations import option_groups, option_pages
from skinproof.clinic.consultations.models import Consultation

PEOPLE = {
    "pregnant": ("acne", {"pregnant": True, "age": 30, "sex": "female"}),
    "sunburnt": ("melasma", {"age": 40, "sex": "female", "sunburn-now": True}),
    "a changing mole": ("melasma", {"age": 40, "sex": "female", "lesion-changing-size": True}),
    "nothing known": ("hair-loss", {"age": 40, "sex": "male"}),
}


@pytest.fixture(params=PEOPLE)
def shown(request):
    concern, facts = PEOPLE[request.param]
    options = care.options(concern, facts)
    return options, option_groups.groups(option_pages.shown(Consultation(concern=concern), options).rows)


def test_every_option_is_in_one_group_in_its_order(shown):
    options, groups = shown
    places = Counter(row.shown.option.form for group in groups for row in group.rows)
    assert places == Counter(option.form for option in options.all)
    for group in groups:
        order = [row.shown.option.form for row in group.rows]
        assert order == [option.form for option in options.all if option.form in order]


def test_a_sentence_stands_once_in_its_group_and_names_whom_it_is_of(shown):
    _, groups = shown
    for group in groups:
        shared = [(each, said) for each in group.shared for said in (*each.why, *each.ask, *each.change)]
        own = [(row, said) for row in group.rows for said in (*row.why, *row.ask, *row.change)]
        assert max(Counter(said.text for _, said in (*shared, *own)).values(), default=1) == 1
        for each, said in shared:
            of = {
                row.shown.option.name
                for row in group.rows
                if said in (*row.more_why, *row.more_ask) or said.text in [c.text for c in row.more_change]
            }
            assert of == set(each.of or [row.shown.option.name for row in group.rows])


def test_what_an_option_says_is_whole_with_its_fold(shown):
    _, groups = shown
    for row in (row for group in groups for row in group.rows):
        option = row.shown.option
        assert Counter(said.text for said in (*row.why, *row.more_why)) == Counter(b.sentence for b in option.why)
        assert len((*row.ask, *row.more_ask)) == len(option.ask)


def test_a_long_group_is_told_once_why_it_is_closed():
    _, facts = PEOPLE["a changing mole"]
    options = care.options("melasma", facts)
    groups = option_groups.groups(option_pages.shown(Consultation(concern="melasma"), options).rows)
    closed = max(groups, key=lambda group: len(group.shared[0].why) * len(group.rows) if group.shared else 0)
    assert closed.shared[0].of == (), "what holds for all comes first, and names nobody"
    assert len(closed.rows) > 5


def test_a_line_tells_of_people_only_where_that_is_as_sure(shown):
    _, groups = shown
    levels = option_pages.LEVELS_OF_CERTAINTY
    for row in (row.shown for group in groups for row in group.rows):
        if row.proof is None:
            assert row.first is None
            continue
        assert levels.index(row.proof.level) <= levels.index(row.first.level)
        if row.proof is not row.first:
            assert row.proof.finding.estimate.better == "higher"
            assert re.search(r"of 100", row.proof.figures[0].text)
