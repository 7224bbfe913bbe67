"""What a treatment adds, networks of trials and weeks on public pages: nothing lost, nothing said that is not there."""

from __future__ import annotations

import math
import re

import pytest
from django.urls import reverse

from skinproof.care import plain
from skinproof.care.shown import AGAINST_NOTHING
from skinproof.clinic.library import adds, compare, courses, networks, shown, words
from skinproof.evidence import Absolute, findings, library
from skinproof.vocabulary import vocabulary

from .pages import main_of

ADDED = ("exosome", "prp", "tranexamic-acid", "minoxidil-topical", "microneedling")


def main(client, name, *args, **query):
    return main_of(client.get(reverse(f"library:{name}", args=args), query).content)


def links(node) -> list[str]:
    return [each.get("href") for each in node.all("a")]


# --- what a treatment adds


@pytest.mark.parametrize("treatment", ADDED)
def test_a_page_of_what_a_treatment_adds_has_every_comparison_once(client, treatment):
    own = set(vocabulary().kinds_of(treatment))
    wanted = [
        f.id
        for f in findings().all
        if f.kind in ("controlled", "review-only")
        and f.comparison.control in AGAINST_NOTHING
        and len(f.comparison.intervention) == 1
        and set(f.comparison.intervention) <= own
    ]
    page = adds.page(treatment)
    told = [row.shown.id for each in page.concerns for pair in (*each.first, *each.more) for row in pair.rows]
    assert sorted(told) == sorted(wanted)
    hrefs = links(main(client, "adds", treatment))
    assert all(reverse("library:finding", args=[each]) in hrefs for each in wanted)


@pytest.mark.parametrize("treatment", ADDED)
def test_one_sentence_stands_for_several_answers_only_where_none_is_surer(treatment):
    for each in adds.page(treatment).concerns:
        for pair in (*each.first, *each.more):
            if pair.unsure:
                assert {row.shown.level for row in pair.rows} == {"very-low"}
                assert "very unsure" in pair.unsure
            if pair.when:
                assert {row.when for row in pair.rows} == {pair.when}


def test_the_short_answer_counts_what_the_page_shows():
    page = adds.page("exosome")
    rows = [row for each in page.concerns for pair in (*each.first, *each.more) for row in pair.rows]
    on_top = [row for row in rows if row.shown.finding.comparison.background]
    studies = {study for row in on_top for study in row.shown.finding.study_ids}
    first, second = page.short
    assert f"all {len(on_top)} of our answers" in first.text
    assert f"on {len(studies)} studies" in second.text
    assert page.title == "What exosomes add"
    assert adds.title(vocabulary().treatments["prp"]).endswith(" adds")


def test_a_part_that_trials_cannot_tell_apart_has_no_number_and_says_why():
    untold = told = 0
    for treatment in ADDED:
        for each in adds.page(treatment).concerns:
            for one in each.networks:
                assert (one.level is None) == (not one.figures)
                untold += one.level is None and "Cannot be told" in one.sentence
                told += one.level is not None
    assert untold
    assert told


def test_nothing_to_add_is_no_page(client):
    never = next(t for t in vocabulary().treatments if not adds.told(t))
    assert adds.page(never) is None


# --- networks


def numbers(text: str) -> list[float]:
    return [float(part.replace("−", "-").replace(",", "")) for part in re.findall(r"[−\d.,]+\d|\d", text)]


def test_a_league_is_the_same_from_either_side():
    for network in findings().networks.all:
        ratio = network.measure in shown.RATIOS
        for part in networks.page(network.id).parts:
            for r, (_, cells) in enumerate(part.table):
                assert cells[r] is None
                for c, cell in enumerate(cells):
                    other = part.table[c][1][r]
                    assert (cell is None) == (other is None)
                    if cell is None or other is None:
                        continue
                    assert cell[1] == other[1]
                    value, low, high = numbers(cell[0])
                    back, back_low, back_high = numbers(other[0])
                    if not ratio:
                        assert (value, low, high) == (-back, -back_high, -back_low)
                    elif min(value, back, low, back_low) >= 0.1:
                        assert math.isclose(value * back, 1, rel_tol=0.1)
                        assert math.isclose(low * back_high, 1, rel_tol=0.1)


def test_what_no_study_compared_is_marked_indirect(client):
    network = next(n for n in findings().networks.all if n.is_network)
    page = networks.page(network.id)
    compared = {frozenset((edge.first, edge.second)) for edge in network.edges}
    for found, part in zip(network.parts, page.parts, strict=True):
        direct = [each for each in found.league if frozenset((each.first, each.second)) in compared]
        assert len(part.direct) == len(direct)
        assert all(each.way == "by way of others" for each in part.indirect)
    text = main(client, "network", network.id).text
    assert ("no study compared the two, it follows" in text) == any(part.indirect for part in page.parts)


def test_a_network_names_every_study_and_whether_ways_round_agree(client):
    for network in findings().networks.all:
        if network.is_network:
            page = main(client, "network", network.id)
            hrefs = links(page)
            assert all(reverse("library:study", args=[study]) in hrefs for study in network.study_ids)
            for part in network.parts:
                assert part.incoherence.sentence in page.text
                for entry in part.league:
                    if entry.sentence:
                        assert entry.sentence in page.text


def test_an_indirect_estimate_stands_in_a_comparison_only_where_nobody_looked():
    seen = 0
    for concern in vocabulary().concerns:
        for concept in compare.main_outcomes(concern):
            for form in vocabulary().forms.values():
                found = compare.best_finding(form.id, concern, concept.id)
                cell = compare._effect(form, found, [found], concern, concept.id)
                if cell.indirect is not None:
                    seen += 1
                    assert found is None or found.comparison.control not in AGAINST_NOTHING
    assert seen


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (("RR", 1.857, 1.4, 2.473), "1.86 (1.40 to 2.47)"),
        (("OR", 31.1, 4.05, 238.98), "31 (4.05 to 239)"),
        (("RR", 13.0, 0.5, math.inf), "13.0 (0.50 to inf)"),
        (("MD", -2.6, -15.7, 10.5), "−2.6 (−15.7 to 10.5)"),
    ],
)
def test_intervals_of_a_network(given, text):
    assert networks.interval(*given) == text


# --- weeks


def test_promised_weeks_are_those_of_the_article_beside_what_was_seen_then():
    soon = courses.soon("exosome")
    assert [each.weeks for each in soon.kept] == ["The first 2 weeks", "Weeks 4 to 6", "From week 13 on"]
    assert soon.kept[0].promised == "better hydration and less redness"
    seen = [each for course in findings().time_courses.find(treatment="exosome") for each in course.seen]
    assert numbers(soon.last.text)[0] <= max(each.weeks for each in seen)
    for each in soon.kept:
        assert not set(each.seen) & set(each.else_seen)


@pytest.mark.parametrize("treatment", list(vocabulary().treatments))
def test_how_soon_is_told_only_where_a_course_is(treatment):
    own = set(vocabulary().kinds_of(treatment))
    modelled = [
        course
        for course in findings().time_courses.all
        if course.cannot_tell is None
        and course.family is None
        and course.comparisons[0].control in AGAINST_NOTHING
        and set(course.comparisons[0].intervention) <= own
    ]
    soon = courses.soon(treatment)
    assert len(soon.told) == len(modelled)
    assert all(each.picture is not None for each in soon.told)
    if not modelled:
        assert re.search(r"cannot tell|[Nn]obody can tell|Not known", soon.answer[0])


def test_a_curve_is_not_named_to_readers():
    told = "Cannot tell: a log-linear curve is best: the effect may be still rising at the last visit, week 52."
    assert courses.plainly(told) == "Cannot tell: the effect may be still rising at the last visit, week 52."
    for course in findings().time_courses.all:
        for when in (course.onset, course.half, course.ninety):
            assert "curve is best" not in courses.plainly(when.sentence)


# --- findings


def test_people_better_out_of_100_stand_with_what_they_take_for_granted(client):
    found = [f for f in findings().all if f.responders is not None and f.absolute is None][:5]
    assert found
    for finding in found:
        page = main(client, "finding", finding.id)
        for assumption in finding.responders.assumptions:
            assert words.sentence_case(assumption) in page.text
        assert not [node for node in page.all("figure") if node.has_class("hundreds")]


def test_every_number_of_a_study_tells_where_it_comes_from(client):
    finding = next(f for f in findings().all if f.estimate is not None and (f.estimate.k or 0) > 2)
    text = main(client, "finding", finding.id).text
    for line in finding.studies:
        if line.effect is not None:
            assert " ".join(line.effect.told().split()) in text
            assert library().study(line.study_id).id in text


def test_both_doubts_are_in_the_difference():
    given = {
        "with_": 41.0, "without": 22.0, "with_low": 34.0, "with_high": 50.0, "basis": "", "weeks": None,
        "study_ids": (), "without_low": 15.0, "without_high": 30.0, "method": "",
    }  # fmt: skip

    def told(*ends: float) -> str:
        names = ("difference", "difference_low", "difference_high")
        return plain.more_of_100(Absolute(**given, **dict(zip(names, ends, strict=True))))

    assert told(19, 8, 33) == "19 more of 100 with it (likely between 8 and 33 more)"
    assert told(-7, -12, -2) == "7 fewer of 100 with it (likely between 2 and 12 fewer)"
    assert told(3, -4, 10) == "3 more of 100 with it (likely between 4 fewer and 10 more)"
    assert told(0.2, -3, 0.4) == "no difference of 100 (likely between 3 fewer and none)"


@pytest.mark.parametrize(("text", "lower"), [("PRP", "PRP"), ("Nd:YAG laser", "Nd:YAG laser"), ("Scar", "scar")])
def test_names_keep_their_capitals(text, lower):
    assert words.lower_first(text) == lower


def test_numbers_that_lean_to_one_side_are_not_called_unclear():
    leaning = [f for f in findings().all if f.without_pooling is not None and any(map(shown._leans, f.studies))]
    assert leaning
    for finding in leaning:
        told = shown.directions(finding)
        assert "going by the numbers alone" in told
        if finding.directions.unclear == sum(map(shown._leans, finding.studies)):
            assert "not clear which way" not in told


def test_no_treatment_is_never_told_by_a_group_that_was_treated():
    by_address = {f"{reverse('library:finding', args=[f.id])}#studies": f for f in findings().all}
    for concern in vocabulary().concerns:
        for start in range(0, len(play := compare.in_play(concern)[1:]), 4):
            for row in compare.compare(concern, ("no-treatment", *play[start : start + 4])).rows:
                told = [by_address[figure.href] for _, figure in row.cells[0].figures if figure.href in by_address]
                assert not any(finding.comparison.background for finding in told)
