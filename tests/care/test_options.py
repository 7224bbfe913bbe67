"""Options: what is open and why, equal detail for each, an order that nothing a person says can change."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skinproof.care import FactError, concern_care, concerns, options, priorities, rules, terms, usual_form
from skinproof.care.fit import fits
from skinproof.care.market import prices_of, rows_of, span, times_of
from skinproof.care.options import CHEAP_FIRST, ORDER
from skinproof.care.shown import AGAINST_NOTHING, findings_of, speaks_of, studies_of, untreated
from skinproof.evidence import findings, library
from skinproof.vocabulary import vocabulary

CONCERNS = sorted(vocabulary().concerns)
WOMAN = {"age": 35, "sex": "female", "fitzpatrick": 2, "can-become-pregnant": True}
FORMS = vocabulary().forms


def of(concern, wanted=(), priorities=None, **facts):
    said = WOMAN | {name.replace("_", "-"): value for name, value in facts.items()}
    return options(concern, said, priorities, wanted=wanted, assume_for_tests=True)


@pytest.mark.parametrize("concern", CONCERNS)
def test_every_comparison_has_its_decision_no_treatment_and_the_usual_choice(concern):
    found = of(concern)
    assert found.decision.startswith("Should I") and found.decision.endswith("?")  # noqa: PT018
    assert found.get("no-treatment").status == "open"
    usual = [option for option in found.all if option.usual]
    assert [option.form for option in usual] == [usual_form(concern)]
    assert found.all[0].usual
    assert usual[0].usual_source is not None or usual[0].usual_note


def test_the_usual_choice_is_never_a_vesicle_product_nor_closed_to_everybody():
    closed = {
        form
        for rule in rules().rules
        if rule.condition.truth({}) is True and rule.strength >= 5
        for form in rule.treatments
    }
    for concern in CONCERNS:
        form = FORMS[usual_form(concern)]
        assert form.id not in closed
        assert not any(vocabulary().treatments[t].family == "vesicles" for t in form.treatments)


def test_a_usual_choice_without_a_page_is_the_simplest_that_studies_looked_at():
    by_rule = [concern for concern, care in concerns().items() if care.usual.by_rule]
    assert by_rule  # else the rule is never used, and should go
    for concern in by_rule:
        kind = FORMS[usual_form(concern)].kind
        tier = next(index for index, kinds in enumerate(CHEAP_FIRST) if kind in kinds)
        simpler = {kind for kinds in CHEAP_FIRST[:tier] for kind in kinds}
        assert studies_of(usual_form(concern), concern)
        for form in concern_care(concern).in_play:
            assert FORMS[form].kind not in simpler or not studies_of(form, concern)


@pytest.mark.parametrize("concern", CONCERNS)
def test_every_option_has_the_same_rows_concepts_and_priorities(concern):
    found = of(concern)
    for option in found.all:
        assert [row.key for row in option.rows] == [row.key for row in found.all[0].rows]
        assert list(option.findings) == list(found.concepts)
        assert list(option.fit) == list(priorities())
        for fit in option.fit.values():
            assert fit.reason
        for row in option.rows:
            assert row.text
            assert all(told.url for told in row.told)


@pytest.mark.parametrize("concern", CONCERNS)
def test_every_number_in_a_reason_comes_with_where_it_is_from(concern):
    for option in of(concern).all:
        for fit in option.fit.values():
            if any(character.isdigit() for character in fit.reason):
                assert fit.findings or fit.studies or fit.prices or fit.pages, fit
            assert set(fit.studies) <= set(library().studies)
            assert set(fit.prices) <= {price.id for price in library().prices}
            for finding in fit.findings:
                assert findings().get(finding).concern == concern


def test_what_matters_never_changes_the_order_nor_what_is_open():
    plain = of("melasma")
    for chosen in itertools.permutations(priorities(), 2):
        other = of("melasma", priorities=list(chosen))
        assert [option.form for option in other.all] == [option.form for option in plain.all]
        assert [option.status for option in other.all] == [option.status for option in plain.all]
        assert other.priorities == chosen
    assert plain.order == ORDER


def test_the_order_is_the_one_that_is_stated():
    found = [option.form for option in of("melasma").all]
    assert found[:2] == ["sunscreen", "no-treatment"]
    kinds = [FORMS[form].kind for form in found[2:]]
    assert kinds == sorted(
        kinds, key=["self-care", "otc", "cosmetic", "pom", "adjunct", "pom-procedure", "procedure"].index
    )
    for _, group in itertools.groupby(found[2:], key=lambda form: FORMS[form].kind):
        names = [FORMS[form].name.lower() for form in group]
        assert names == sorted(names)


@pytest.mark.parametrize(
    ("concern", "facts", "form", "status", "words"),
    [
        ("melasma", {}, "azelaic-acid", "open", ()),
        ("melasma", {}, "ipl", "not-here", ("A specialist who sees you in person may decide otherwise.",)),
        ("melasma", {}, "exosome-injected", "not-for-you", ("We know of nothing that would change this.",)),
        ("melasma", {"pregnant": True}, "tretinoin", "not-for-you", ("This can change after the pregnancy.",)),
        ("melasma", {"sunburn_now": True}, "tretinoin", "not-yet", ("This can change once the sunburn has healed.",)),
        ("melasma", {"breastfeeding": True}, "tretinoin", "open-with-care", ()),
        ("melasma", {}, "cysteamine", "doctor-must-check", ()),
        ("melasma", {}, "sunscreen", "by-yourself", ()),
        ("melasma", {"skin_hot_red_spreading": True}, "sunscreen", "needs-to-be-seen", ("Once somebody has seen you",)),
        (
            "melasma",
            {"skin_hot_red_spreading": True},
            "niacinamide",
            "needs-to-be-seen",
            ("Once somebody has seen you",),
        ),
        ("acne", {"weeks_since_tan": 1}, "peel-superficial", "not-yet", ("Until: 4 weeks: no tan left.",)),
        ("acne", {}, "oral-isotretinoin", "not-here", ("Ask for: dermatologist-led service.",)),
    ],
)
def test_each_state_says_why_and_what_would_change_it(concern, facts, form, status, words):
    found = of(concern, **facts)
    option = found.get(form)
    assert option.status == status
    groups = {
        "open": found.open,
        "open-with-care": found.open,
        "by-yourself": found.open,
        "ask-first": found.ask_first,
        "doctor-must-check": found.ask_first,
    }
    assert option in groups.get(status, found.closed)
    assert option.status_words
    for line in words:
        assert any(line in change for change in option.would_change), option.would_change
    if status in ("not-here", "not-for-you", "not-yet", "open-with-care"):
        assert option.why
        for why in option.why:
            assert why.sentence
            assert why.support_words
            assert why.sources or why.support == "none"
    if status in ("open", "open-with-care", "doctor-must-check", "by-yourself"):
        assert option.would_change == ()


def test_what_must_be_asked_first_is_named_with_who_can_say_it():
    found = options("melasma", WOMAN)
    assert {"lesion-changing-size", "suicidal-thoughts-now"} <= {asked.fact for asked in found.ask_everybody}
    tretinoin = found.get("tretinoin")
    assert tretinoin.status == "ask-first"
    assert "pregnant" in {asked.fact for asked in tretinoin.ask}
    assert "lesion-changing-size" not in {asked.fact for asked in found.get("azelaic-acid").ask}
    assert "we check your age" in tretinoin.before_start
    assert any(line.startswith("Once we know") for line in tretinoin.would_change)
    seller = options("melasma", WOMAN | {"exosome-source": None}).get("exosome-topical")
    assert {asked.of for asked in seller.ask} >= {"provider"}
    assert any("the seller" in line for line in seller.would_change)


def test_nobody_need_answer_anything_to_do_nothing():
    option = options("melasma", {}).get("no-treatment")
    assert option.status == "open"
    assert option.ask == ()
    assert option.before_start == ()
    assert {row.text for row in option.rows} == {"none"}


def test_refusals_always_leave_something():
    for concern in CONCERNS:
        found = of(concern, pregnant=True, breastfeeding=True, keloid_history=True, fitzpatrick=6)
        assert found.closed or concern in ("barrier", "eczema")
        assert found.open


def test_asking_about_a_treatment_puts_it_among_the_options():
    assert "botulinum-toxin" not in {option.form for option in of("melasma").all}
    assert of("melasma", wanted=["botulinum-toxin"]).get("botulinum-toxin").status
    with pytest.raises(KeyError, match="did you mean"):
        of("melasma").get("tretinoine")


@pytest.mark.parametrize(
    ("concern", "given", "message"),
    [
        ("melazma", {}, "concern: .*did you mean melasma"),
        ("melasma", {"priorities": ["cheap"]}, "priorities: 'cheap' is not known"),
        ("melasma", {"priorities": "money"}, None),
        ("melasma", {"wanted": ["botoxx"]}, "asks-for: 'botoxx' is not known"),
    ],
)
def test_what_cannot_be_used_is_refused(concern, given, message):
    with pytest.raises(FactError, match=message):
        options(concern, {}, **given)


def test_a_form_is_told_only_of_by_findings_that_tried_it():
    for finding in findings().all:
        tried = {*finding.comparison.intervention, *finding.comparison.background}
        if "exosome" in finding.comparison.intervention and "microneedling" in finding.comparison.background:
            assert speaks_of(FORMS["exosome-microneedling"], finding)
            assert not speaks_of(FORMS["exosome-topical"], finding)
            assert not speaks_of(FORMS["exosome-injected"], finding)
        if speaks_of(FORMS["exosome-topical"], finding):
            assert not tried & {"microneedling", "fractional-co2-laser", "rf-microneedling"}
        if speaks_of(FORMS["tretinoin"], finding):
            assert finding.comparison.intervention == ("tretinoin",)


def test_findings_against_nothing_come_first():
    for form in ("tretinoin", "hydroquinone", "prp", "minoxidil-topical"):
        for concern in CONCERNS:
            found = [f for f in findings_of(form, concern) if f.kind == "controlled"]
            against = [f.comparison.control in AGAINST_NOTHING for f in found]
            assert against == sorted(against, reverse=True)


def test_what_doing_nothing_gives_is_from_untreated_groups_alone():
    for concern in CONCERNS:
        for arm in untreated(concern):
            finding = findings().get(arm.finding)
            assert finding.comparison.control in AGAINST_NOTHING
            assert not finding.comparison.background
            assert 0 <= arm.without <= 100
    said = fits(FORMS["no-treatment"], "acne")["effect"]
    assert "of 100 people" in said.reason
    assert said.studies
    assert "No study" in fits(FORMS["no-treatment"], "eczema")["effect"].reason


def test_very_low_certainty_is_never_told_as_an_effect():
    for concern in CONCERNS:
        for option in of(concern).all:
            effect, certainty = option.fit["effect"], option.fit["certainty"]
            if certainty.findings and findings().get(certainty.findings[0]).certainty.level == "very-low":
                assert effect.level == "not known"
                assert certainty.level in ("does not", "not known")


def test_prices_stay_with_their_form_and_concern():
    assert {price for found in prices_of(FORMS["exosome-injected"], "melasma") for price in found.ids} == {"exo-seed"}
    assert not any(found.low for found in prices_of(FORMS["exosome-topical"], "melasma"))
    mild = {price for found in prices_of(FORMS["peel-superficial"], "melasma") for price in found.ids}
    assert mild == {"peel-nhs-mild", "peel-glowday-light"}
    face = {price for found in prices_of(FORMS["prp"], "melasma") for price in found.ids}
    scalp = {price for found in prices_of(FORMS["prp"], "hair-loss") for price in found.ids}
    assert "prp-hair-mail" in scalp - face
    assert "prp-consultingroom" in face - scalp


def test_what_is_given_together_has_no_time_of_its_own():
    assert times_of(FORMS["exosome-laser-rf"], "skin-ageing") == ()
    assert rows_of(FORMS["exosome-laser-rf"], "skin-ageing")[4].text == "not known"


@pytest.mark.parametrize(
    ("values", "unit", "words"),
    [
        ((2, 3), "weeks", "2 to 3 weeks"),
        ((None, 13), "weeks", "up to 13 weeks"),
        ((6, None), "weeks", "6 weeks or more"),
        ((1, 1), "weeks", "1 week"),
        ((0, 0), "days", "0 days"),
        ((0.5, 1), "months", "0.5 to 1 months"),
        ((None, None), "days", "not known"),
    ],
)
def test_spans_in_words(values, unit, words):
    assert span(values, unit) == words


SAID = st.fixed_dictionaries(
    {},
    optional={
        spec.id: st.booleans() for spec in terms().facts.values() if spec.type == "bool" and spec.filled_by == "person"
    },
)


@settings(max_examples=30, deadline=None)
@given(facts=SAID, concern=st.sampled_from(CONCERNS), chosen=st.sets(st.sampled_from(sorted(priorities()))))
def test_each_option_stands_in_one_group_and_follows_the_rules(facts, concern, chosen):
    found = options(concern, facts, sorted(chosen))
    groups = [*found.open, *found.ask_first, *found.closed]
    assert sorted(o.form for o in groups) == sorted(o.form for o in found.all)
    for option in found.closed:
        assert option.would_change
    for option in found.open:
        strong = [why for why in option.why if rules().rule(why.rule).strength > 3]
        assert not strong or option.form == "no-treatment"
