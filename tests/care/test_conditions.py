"""The language of `when`: every comparator, and three-valued logic worked out by hand."""

import pytest

from skinproof.care.conditions import parse

T, F, U = {"fact": "yes", "is": True}, {"fact": "no", "is": True}, {"fact": "unsaid", "is": True}
KNOWN = {"yes": True, "no": False}


@pytest.mark.parametrize(
    ("condition", "value", "truth"),
    [
        ({"fact": "x", "is": True}, True, True),
        ({"fact": "x", "is": True}, False, False),
        ({"fact": "x", "is": 1}, 2, False),
        ({"fact": "x", "in": ["mild", "severe"]}, "severe", True),
        ({"fact": "x", "in": ["mild", "severe"]}, "none", False),
        ({"fact": "x", "at-least": 18}, 18, True),
        ({"fact": "x", "at-least": 18}, 17.9, False),
        ({"fact": "x", "below": 18}, 18, False),
        ({"fact": "x", "below": 18}, 17.9, True),
        ({"fact": "x", "above": 4}, 4, False),
        ({"fact": "x", "above": 4}, 4.1, True),
        ({"fact": "x", "within-months": 6}, 0, True),
        ({"fact": "x", "within-months": 6}, 6, False),
        ({"fact": "x", "within-weeks": 4}, 3.9, True),
        ({"fact": "x", "within-weeks": 4}, 4, False),
        # null is known to be none: never "within" anything, never under or over anything
        ({"fact": "x", "within-weeks": 4}, None, False),
        ({"fact": "x", "within-months": 6}, None, False),
        ({"fact": "x", "at-least": 0}, None, False),
        ({"fact": "x", "below": 5}, None, False),
        ({"fact": "x", "above": 0}, None, False),
        ({"fact": "x", "is": 0}, None, False),
    ],
)
def test_each_comparator_at_its_boundary(condition, value, truth):
    assert parse(condition).truth({"x": value}) is truth
    assert parse(condition).truth({}) is None
    assert parse({"not": condition}).truth({"x": value}) is (not truth)


def test_includes_needs_to_know_only_the_values_it_asks_for():
    condition = parse({"fact": "list", "includes": ["a", "b"]})
    assert condition.truth({("list", "a"): True}) is True
    assert condition.truth({("list", "a"): False, ("list", "b"): False}) is False
    assert condition.truth({("list", "a"): False}) is None
    assert condition.open_atoms({("list", "a"): False}) == {("list", "b")}
    assert parse({"fact": "list", "includes": "a"}).truth({("list", "a"): True}) is True


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (T, T, True, True),
        (T, F, False, True),
        (T, U, None, True),
        (F, T, False, True),
        (F, F, False, False),
        (F, U, False, None),
        (U, T, None, True),
        (U, F, False, None),
        (U, U, None, None),
    ],
)
def test_all_and_any_by_kleenes_table(left, right, both, either):
    assert parse({"all": [left, right]}).truth(KNOWN) is both
    assert parse({"any": [left, right]}).truth(KNOWN) is either


def test_not_and_always():
    assert parse({"not": U}).truth(KNOWN) is None
    assert parse({"not": T}).truth(KNOWN) is False
    always = parse({"always": True})
    assert always.truth({}) is True
    assert always.open_atoms({}) == frozenset()
    assert list(always.leaves()) == []


def test_open_atoms_are_those_that_could_still_decide():
    condition = parse({"any": [{"all": [U, F]}, {"fact": "other", "is": True}, T]})
    assert condition.open_atoms(KNOWN) == frozenset()  # decided already
    condition = parse({"any": [{"all": [U, F]}, {"fact": "other", "is": True}]})
    assert condition.open_atoms(KNOWN) == {"other"}  # the first branch is dead


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ("pregnant", "a condition is a mapping"),
        ({"all": []}, "at least one"),
        ({"some": [T]}, "'some' is not one of"),
        ({"all": [T], "any": [T]}, "has all, any"),
        ({"fact": "x"}, "exactly one of"),
        ({"fact": "x", "is": 1, "below": 3}, "has below, is"),
        ({"fact": "x", "over": 3}, "exactly one of"),
        ({"fact": "x", "in": []}, "at least one value"),
        ({"any": [{"always": True}]}, "always stands alone"),
        ({"always": False}, "always stands alone"),
    ],
)
def test_a_malformed_condition_is_refused_in_words(data, fault):
    with pytest.raises(ValueError, match=fault):
        parse(data)


def test_a_list_that_holds_one_of_the_wanted_leaves_nothing_open():
    leaf = parse({"fact": "medicines", "includes": ["warfarin", "heparin"]})
    assert leaf.open_atoms({("medicines", "heparin"): True}) == frozenset()
    assert leaf.open_atoms({("medicines", "heparin"): False}) == {("medicines", "warfarin")}


def test_always_stands_alone_wherever_it_is_hidden():
    for hidden in ({"not": {"always": True}}, {"all": [{"always": True}]}, {"any": [{"always": True}]}):
        with pytest.raises(ValueError, match="always stands alone"):
            parse(hidden)
