"""Rules under review: read, signed off, amended, suspended, by name and with a second person where it takes away."""

from __future__ import annotations

import copy

import pytest
import yaml
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from skinproof import care
from skinproof.care.rule_changes import fingerprint, own_rows
from skinproof.care.rules import in_force, own_rules
from skinproof.clinic.audit.models import Entry, Verb
from skinproof.clinic.consultations import intake
from skinproof.clinic.consultations.models import State
from skinproof.clinic.library import safety
from skinproof.clinic.rulebook import active, selectors, services, yaml_text
from skinproof.clinic.rulebook.models import Change, Decision, Needs, Review
from skinproof.clinic.rulebook.touched import touched
from skinproof.vocabulary import KnowledgeError

from .conftest import actor

pytestmark = pytest.mark.django_db

RULE = "gen-age-not-verified"
WHY = "The page was read again, and this is what it says now."


def row(rule=RULE, **changes):
    return {**copy.deepcopy(dict(own_rows()[rule])), **changes}


def of(rule=RULE):
    return fingerprint(active.fold(active.changes()).row(rule))


@pytest.fixture
def pharmacist(make_user):
    return make_user("pharmacist", name="Sage Birch", registration="2012345")


@pytest.fixture
def reviewer(make_user):
    return make_user("doctor", reviews_rules=True)


@pytest.fixture
def editor(make_user):
    return make_user("editor")


def amend(user, rule=RULE, **changes):
    return services.amend(rule, row(rule, **changes), of=of(rule), reason=WHY, user=user, by=actor(user))


def suspend(user, rule=RULE):
    return services.suspend(rule, of=of(rule), reason=WHY, user=user, by=actor(user))


def decide(change, user, *, confirmed=True, reason=WHY):
    return services.decide(change.public_id, confirmed=confirmed, reason=reason, user=user, by=actor(user))


def url(name, *arguments):
    return reverse(f"rulebook:{name}", args=arguments)


def page(response):
    assert response.status_code == 200, response
    return response.content.decode()


# --- what is in force
def test_nothing_changed_is_the_file_itself():
    assert active.book() is own_rules()


def test_a_stricter_change_of_a_reviewer_is_in_force_at_once(pharmacist):
    change = amend(pharmacist, action="contraindicated")
    assert change.needs == Needs.NOBODY
    assert active.book().rule(RULE).action == "contraindicated"
    assert active.book().version != own_rules().version
    assert active.book() is active.book(), "worked out once"


def test_a_weaker_change_waits_for_a_second_reviewer(pharmacist, reviewer):
    change = amend(pharmacist, action="caution")
    assert change.needs == Needs.SECOND
    assert change.weakens == ["it does less: caution in place of delay"]
    assert active.book().rule(RULE).action == "delay"
    with pytest.raises(services.RuleChangeError, match="your own change"):
        decide(change, pharmacist)
    decide(change, reviewer)
    assert active.book().rule(RULE).action == "caution"


def test_a_change_of_somebody_who_is_no_reviewer_waits_for_one(editor, make_user, reviewer):
    for user in (editor, make_user("doctor")):
        change = amend(user, action="contraindicated")
        assert change.needs == Needs.REVIEWER
        assert active.book().rule(RULE).action == "delay"
        with pytest.raises(services.NotReviewerError):
            decide(change, editor)
        decide(change, reviewer, confirmed=False)
    assert active.book().rule(RULE) == own_rules().rule(RULE)


def test_a_suspended_rule_rests_until_it_is_let_hold_again(pharmacist, reviewer):
    change = suspend(pharmacist)
    decide(change, reviewer)
    with in_force(active.book):
        assert RULE not in care.screen({"facts": {"age-verified": False}}).treatments["tretinoin"].rules
    assert RULE in care.screen({"facts": {"age-verified": False}}).treatments["tretinoin"].rules
    with pytest.raises(services.RuleChangeError, match="rests already"):
        suspend(pharmacist)
    again = services.restore(RULE, of=of(), reason=WHY, user=pharmacist, by=actor(pharmacist))
    assert again.needs == Needs.NOBODY
    with in_force(active.book):
        assert RULE in care.screen({"facts": {"age-verified": False}}).treatments["tretinoin"].rules
    with pytest.raises(services.RuleChangeError, match="holds already"):
        services.restore(RULE, of=of(), reason=WHY, user=pharmacist, by=actor(pharmacist))


def test_changes_count_in_the_order_in_which_they_came_into_force(pharmacist, reviewer):
    amend(pharmacist, action="avoid")
    assert active.book().rule(RULE).action == "avoid"
    amend(reviewer, action="contraindicated")
    assert active.book().rule(RULE).action == "contraindicated"
    back = amend(pharmacist)  # the file's own text
    assert back.needs == Needs.SECOND
    decide(back, reviewer)
    assert active.book().rule(RULE) == own_rules().rule(RULE)


def test_one_change_of_a_rule_waits_at_a_time_and_is_decided_once(pharmacist, reviewer, editor):
    change = amend(editor, action="caution")
    with pytest.raises(services.RuleChangeError, match="Decide that first"):
        amend(pharmacist, action="contraindicated")
    decide(change, reviewer, confirmed=False)
    with pytest.raises(services.RuleChangeError, match="any more"):
        decide(change, pharmacist)
    assert Decision.objects.count() == 1


def test_a_change_against_another_text_is_refused(pharmacist):
    old = of()
    amend(pharmacist, action="contraindicated")
    for step in (services.suspend, services.restore):
        with pytest.raises(services.RuleChangedError):
            step(RULE, of=old, reason=WHY, user=pharmacist, by=actor(pharmacist))
    with pytest.raises(services.RuleChangedError):
        services.sign_off(RULE, of=old, user=pharmacist, by=actor(pharmacist))
    with pytest.raises(services.RuleChangedError):
        services.amend(RULE, row(action="avoid"), of=old, reason=WHY, user=pharmacist, by=actor(pharmacist))


@pytest.mark.parametrize("reason", ["", "too short", "x" * 4_001])
def test_every_change_has_a_reason(pharmacist, reason):
    with pytest.raises(services.RuleChangeError, match="A reason needs 20"):
        services.suspend(RULE, of=of(), reason=reason, user=pharmacist, by=actor(pharmacist))
    assert not Change.objects.exists()


def test_what_changes_nothing_and_what_is_no_rule_are_refused(pharmacist):
    with pytest.raises(services.RuleChangeError, match="Nothing was changed"):
        amend(pharmacist)
    with pytest.raises(KnowledgeError, match="action"):
        amend(pharmacist, action="forbid")
    with pytest.raises(services.RuleChangeError, match="no such rule"):
        services.suspend("no-such-rule", of="x", reason=WHY, user=pharmacist, by=actor(pharmacist))
    assert not Change.objects.exists()


def test_rows_cannot_be_changed_or_removed(pharmacist, reviewer):
    change = suspend(pharmacist)
    decision = decide(change, reviewer)
    review = services.sign_off(
        "gen-identity-not-verified", of=of("gen-identity-not-verified"), user=reviewer, by=actor(reviewer)
    )
    for each, column in ((change, "reason"), (decision, "confirmed"), (review, "note")):
        with pytest.raises(DatabaseError), transaction.atomic():
            each.delete()
        with pytest.raises(DatabaseError), transaction.atomic():
            each.save(update_fields=[column])


def test_every_step_is_on_the_trail_with_its_reason(pharmacist, reviewer):
    change = suspend(pharmacist)
    decide(change, reviewer)
    services.sign_off(RULE, of=of(), user=reviewer, by=actor(reviewer))
    services.sign_off(RULE, of=of(), user=reviewer, by=actor(reviewer))
    found = list(Entry.objects.filter(object_type="rule").order_by("id").values_list("verb", "reason", "object_id"))
    assert found == [(Verb.SUSPENDED, WHY, RULE), (Verb.CONFIRMED, WHY, RULE), (Verb.REVIEWED, "", RULE)]
    assert Review.objects.count() == 1


# --- who reviewed
def reviewers(rule=RULE):
    return [each.how for each in selectors.read().reviewers(rule)]


def test_a_sign_off_is_for_a_text(pharmacist, reviewer, editor, make_user):
    assert reviewers() == []
    for user in (editor, make_user("doctor"), make_user("nurse")):
        with pytest.raises(services.NotReviewerError):
            services.sign_off(RULE, of=of(), user=user, by=actor(user))
    services.sign_off(RULE, of=of(), user=pharmacist, by=actor(pharmacist))
    services.sign_off(RULE, of=of(), user=reviewer, by=actor(reviewer))
    assert reviewers() == ["signed it off"] * 2
    assert Review.objects.get(by=pharmacist).name == "Sage Birch, pharmacist reviewer, GPhC number 2012345"
    assert selectors.reviewed() == 1
    proposed = amend(editor, action="contraindicated")
    assert reviewers() == ["signed it off"] * 2, "a proposal changes nothing"
    decide(proposed, reviewer)
    assert reviewers() == ["confirmed the amendment"]
    amend(pharmacist, action="contraindicated", note="Read again in November.")
    assert reviewers() == ["amended it"]


# --- the pages
@pytest.fixture
def at(sign_in):
    return lambda user: sign_in(Client(), user)


def test_the_list_says_that_nobody_has_reviewed_and_finds_rules(at, pharmacist):
    client = at(pharmacist)
    text = page(client.get(url("rules")))
    assert f"Nobody has reviewed any of the {len(own_rules().rules)} rules yet" in text
    assert "Reviewed by nobody yet" not in text, "the head of the page says it of all"
    weak = [rule for rule in own_rules().rules if rule.support == "none"]
    text = page(client.get(url("rules") + "?support=none"))
    assert f"{len(weak)} rule" in text
    assert "Weak support: none" in text
    assert "1 rule<" in page(
        client.get(url("rules") + "?words=identity+distance&action=delay&form=tretinoin&words=gen-identity")
    )
    assert "No rule fits" in page(client.get(url("rules") + "?words=xyzzy"))
    assert "Error: " in page(client.get(url("rules") + "?action=nonsense"))
    services.sign_off(RULE, of=of(), user=pharmacist, by=actor(pharmacist))
    text = page(client.get(url("rules") + "?standing=reviewed"))
    assert f"1 of {len(own_rules().rules)} rules have been reviewed" in text
    assert "Reviewed by nobody yet" not in text
    assert "Reviewed by nobody yet" in page(client.get(url("rules") + "?standing=not-reviewed"))


def test_every_rule_has_its_page_in_words(at, pharmacist):
    client = at(pharmacist)
    for rule in own_rules().rules[::9]:
        text = page(client.get(url("rule", rule.id)))
        assert "Nobody yet" in text
        assert selectors.condition_lines(rule)[0].text.split(":")[0] in text.replace("&#x27;", "'")
    assert client.get(url("rule", "no-such-rule")).status_code == 404


def test_the_rules_condition_reads_in_words():
    found = [line.text for line in selectors.condition_lines(own_rules().rule(RULE))]
    assert found == ["age has been checked, not only typed in: no"]
    for rule in own_rules().rules:
        assert all(line.text for line in selectors.condition_lines(rule)), rule.id


def test_a_reviewer_signs_off_on_the_page(at, pharmacist, editor):
    client = at(pharmacist)
    text = page(client.get(url("rule", RULE)))
    assert "Sign off this rule" in text
    client.post(url("sign-off", RULE), {"of": of()})
    text = page(client.get(url("rule", RULE)))
    assert "Sage Birch, pharmacist reviewer, GPhC number 2012345 signed it off" in text
    assert "Sign off this rule" not in text
    assert "Sign off this rule" not in page(at(editor).get(url("rule", RULE)))
    assert at(editor).post(url("sign-off", RULE), {"of": of()}).status_code == 403
    client.post(url("sign-off", "no-such-rule"), {"of": "x"})


def test_a_doctor_who_is_not_named_cannot_sign_off(at, make_user):
    client = at(make_user("doctor"))
    assert "Sign off this rule" not in page(client.get(url("rule", RULE)))
    client.post(url("sign-off", RULE), {"of": of()})
    assert not Review.objects.exists()
    assert "Only a reviewer can do this" in page(client.get(url("rule", RULE)))


def test_an_amendment_is_looked_at_and_kept_from_its_page(at, pharmacist, make_case):
    client = at(pharmacist)
    make_case(special={})
    text = page(client.get(url("amend", RULE)))
    assert "gen-age-not-verified" in text
    data = {"text": yaml.safe_dump(row(action="contraindicated", until=None)), "reason": WHY, "of": of()}
    looked = page(client.post(url("amend", RULE), {**data, "do": "look"}))
    assert "It takes nothing away" in looked
    assert "looked at" in looked
    assert not Change.objects.exists()
    response = client.post(url("amend", RULE), {**data, "do": "keep"})
    change = Change.objects.get()
    assert response.url == url("change", change.public_id)
    text = page(client.get(response.url))
    assert "action" in text
    assert "contraindicated" in text
    assert "in force from now on" in text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The rule is empty"),
        ("a: [", "not YAML"),
        ("- a\n- b", "needs the fields of one rule"),
        ("id: other", "keeps its id"),
        ("id: gen-age-not-verified\nid: gen-age-not-verified", "a second time"),
        ("x" * 21_000, "characters too long"),
        ("a: " + "[" * 60 + "]" * 60, "nested more than"),
        ('a: "\\0"', "cannot be kept"),
        (f"a: &a {'x' * 9_000}\nb: [{', '.join(['*a'] * 100)}]", "stands for far more than is written"),
        ("limit: {x: .nan}", "cannot be kept"),
        ("when: 2024-01-01", "cannot be kept"),
    ],
)
def test_a_text_that_is_no_rule_is_told_and_stays_on_the_page(at, pharmacist, text, words):
    response = at(pharmacist).post(url("amend", RULE), {"text": text, "reason": WHY, "of": of(), "do": "keep"})
    shown = page(response)
    assert "Error: " in shown
    assert words in shown
    assert WHY in shown
    assert not Change.objects.exists()


def test_what_was_typed_stays_where_the_rule_was_changed_meanwhile(at, pharmacist, reviewer):
    client, old = at(pharmacist), of()
    amend(reviewer, action="contraindicated")
    data = {"text": yaml.safe_dump(row(action="avoid")), "reason": WHY, "of": old, "do": "keep"}
    text = page(client.post(url("amend", RULE), data))
    assert "changed after the page was opened" in text
    assert WHY in text


def test_a_reason_is_not_lost_where_its_step_no_longer_fits(at, pharmacist, reviewer):
    client, old = at(pharmacist), of()
    change = amend(reviewer, action="contraindicated")
    for where, data in (("suspend", {"of": old}), ("restore", {"of": of()})):
        answer = client.post(url(where, RULE), {**data, "reason": WHY})
        assert answer.status_code == 409
        assert WHY in answer.content.decode()
    answer = client.post(url("decide", change.public_id), {"decision": "decline", "reason": WHY})
    assert (answer.status_code, WHY in answer.content.decode()) == (409, True)
    assert Change.objects.count() == 1


def test_a_suspension_is_confirmed_by_another_on_the_pages(at, pharmacist, reviewer):
    client, other = at(pharmacist), at(reviewer)
    assert "Say why." in page(client.post(url("suspend", RULE), {"of": of()}))
    client.post(url("suspend", RULE), {"of": of(), "reason": WHY})
    change = Change.objects.get()
    assert "Somebody else has to decide" in page(client.get(url("change", change.public_id)))
    assert "1 change wait" in page(other.get(url("rules")))
    assert "Choose one." in page(other.post(url("decide", change.public_id), {}))
    assert "Say why you decline" in page(other.post(url("decide", change.public_id), {"decision": "decline"}))
    other.post(url("decide", change.public_id), {"decision": "confirm"})
    text = page(other.get(url("rule", RULE)))
    assert "Suspended: it fires for nobody" in text
    assert "Let it hold again" in text
    assert "Confirmed" in page(other.get(url("changes")))
    assert other.post(url("decide", "A" * 22), {"decision": "confirm"}).status_code == 404


# --- what it changes for people
def test_requests_go_by_the_book_in_force_and_public_pages_ask_no_database(
    at, pharmacist, make_user, make_case, django_assert_max_num_queries
):
    doctor = make_user("doctor")
    case = make_case(State.IN_REVIEW, doctor=doctor, choices=["tretinoin"], special={})
    client = at(doctor)
    where = reverse("desk:case", args=[case.public_id])
    sun = "gen-sun-protection"
    assert own_rules().rule(sun).reason in page(client.get(where))
    amend(pharmacist, sun, reason="A sentence that only the amendment has.")
    assert "A sentence that only the amendment has." in page(client.get(where))
    with django_assert_max_num_queries(0):
        public = Client().get(reverse("library:rule", args=[sun]))
    assert "A sentence that only the amendment has." not in public.content.decode()
    assert care.rules() is own_rules(), "and nothing of it stays behind"


def test_a_request_asks_for_the_book_once(at, make_user, make_case):
    doctor = make_user("doctor")
    case = make_case(State.IN_REVIEW, doctor=doctor, special={})
    client = at(doctor)
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("desk:case", args=[case.public_id]))
    assert sum("rulebook_change" in query["sql"] for query in queries) == 1


def test_new_answers_are_submitted_under_the_book_in_force(client, pharmacist):
    from . import journeys

    amend(pharmacist, action="contraindicated")
    consultation = journeys.ready(client)
    journeys.submit(client, consultation)
    consultation.refresh_from_db()
    assert consultation.rules_version == active.book().version != own_rules().version


def test_a_change_tells_which_open_cases_it_touches(at, make_user, make_case, pharmacist, reviewer):
    calm = make_case(special={})
    expecting = make_case(special={"pregnancy": "planning"}, concern="acne", choices=["tretinoin"])
    make_case(State.PLAN_READY, special={"pregnancy": "planning"}, concern="acne", choices=["tretinoin"])
    rule = next(r for r in own_rules().rules if r.id == "preg-topical-retinoid")
    change = suspend(pharmacist, rule.id)
    doctor = at(make_user("doctor"))
    text = page(doctor.get(url("touched", change.public_id)))
    assert expecting.public_id in text
    assert calm.public_id not in text
    assert "1 open case</strong> comes out otherwise, of 2 looked at" in text
    decide(change, reviewer)
    assert expecting.public_id in page(doctor.get(url("touched", change.public_id)))
    assert at(pharmacist).get(url("touched", change.public_id)).status_code == 403, "a pharmacist reads no case"


def test_the_number_of_cases_that_are_looked_at_has_an_end_and_is_told(make_case):
    for _ in range(3):
        make_case(special={})
    found = touched(own_rules(), own_rules(), most=2)
    assert (found.looked_at, found.open_cases, found.all_looked_at, found.cases) == (2, 3, False, ())


def test_the_doctor_of_a_case_sees_that_rules_changed_since(at, make_user, make_case, pharmacist, reviewer):
    doctor = make_user("doctor")
    mine = {"state": State.IN_REVIEW, "doctor": doctor}
    touched_case = make_case(**mine, special={"pregnancy": "planning"}, concern="acne", choices=["tretinoin"])
    other = make_case(**mine, special={}, concern="hair-loss", choices=["no-treatment"])
    client = at(doctor)
    head = "Rules changed since the answers came in"
    for case in (touched_case, other):
        assert head not in page(client.get(reverse("desk:case", args=[case.public_id])))
    decide(suspend(pharmacist, "preg-topical-retinoid"), reviewer)
    text = page(client.get(reverse("desk:case", args=[touched_case.public_id])))
    assert head in text
    assert "suspended" in text
    assert WHY in text
    assert "Tretinoin cream or gel: contraindicated" in text
    assert head not in page(client.get(reverse("desk:case", args=[other.public_id]))), "it does not concern this case"


def test_a_rule_that_reads_otherwise_touches_the_cases_it_counts_in(at, make_user, make_case, pharmacist):
    doctor = make_user("doctor")
    case = make_case(State.IN_REVIEW, doctor=doctor, choices=["tretinoin"], special={})
    change = amend(pharmacist, "gen-sun-protection", reason="A sentence that only the amendment has.")
    client = at(doctor)
    assert case.public_id in page(client.get(url("touched", change.public_id)))
    text = page(client.get(reverse("desk:case", args=[case.public_id])))
    assert "Rules changed since the answers came in" in text
    assert "A rule that counts here reads otherwise now" in text


@pytest.mark.parametrize("support", ["direct", "partial", "inferred", "none"])
def test_weak_support_stands_beside_the_rule_for_the_doctor(support):
    """In the case and in the checks of a plan: both show a rule by this part."""
    rule = next(r for r in own_rules().rules if r.support == support)
    text = render_to_string("desk/_rule_basis.html", {"each": safety.show(rule)})
    assert ("Weak support" in text) == (support in ("inferred", "none"))
    assert rule.id in text


def test_yaml_goes_there_and_back():
    for each in own_rows().values():
        assert yaml_text.read(yaml_text.written(dict(each))) == each


def test_the_version_of_the_file_is_the_fingerprint_of_its_files():
    assert intake.rules_version() == own_rules().version
