"""The form of a plan with medicines, and the prescription's page."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skinproof.clinic.audit.models import Entry, Verb
from skinproof.clinic.desk import drafting

from .conftest import actor
from .prescriptions import content, issued, prescribed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(acne_case):
    return acne_case


@pytest.fixture
def at_desk(client, sign_in, doctor):
    return sign_in(client, doctor)


def page(case, rx, step=None):
    names = ("desk-prescribing:act", [case.public_id, rx.public_id, step]) if step else (
        "desk-prescribing:show", [case.public_id, rx.public_id])  # fmt: skip
    return reverse(names[0], args=names[1])


def posted(plan, **fields):
    """A draft's form as a browser sends it."""
    form = {
        "version": plan.version, "plan": plan.public_id, "do": "save", "items-count": 0, "medicines-count": 1,
        "sessions-count": 0, "declined-count": 0, "plan-summary": "One cream.", "plan-watch_for": "Soreness.",
        "plan-call": "Us.", "medicines-0-product": "adapalene-gel-0-1", "medicines-0-quantity": "45",
        "medicines-0-unit": "g", "medicines-0-times_a_day": "0.5", "medicines-0-course_weeks": "12",
        "medicines-0-directions": "At night.", "medicines-0-reason": "Blackheads.", "consult-mode": "remote-live",
    }  # fmt: skip
    return {**form, **fields}


@pytest.fixture
def draft(case, doctor):
    return drafting.start_draft(case.public_id, doctor, by=actor(doctor))


def edit(case):
    return reverse("desk:plan", args=[case.public_id])


# --- the plan's form
def test_a_medicine_is_saved_as_typed(at_desk, case, draft):
    assert at_desk.post(edit(case), posted(draft)).status_code == 302
    draft.refresh_from_db()
    [row] = draft.content["medicines"]
    assert (row["form"], row["product"], row["quantity"], row["times_a_day"]) == (
        "adapalene",
        "adapalene-gel-0-1",
        45,
        0.5,
    )
    assert draft.content["consulted"]["mode"] == "remote-live"
    assert draft.content["shape"] == 2


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (None, "did not come whole"),
        ("x", "did not come whole"),
        ("11", "more rows of medicines"),
        ("99999", "more rows"),
    ],
)
def test_rows_that_did_not_come_are_not_taken_for_rows_taken_out(at_desk, case, draft, count, words):
    at_desk.post(edit(case), posted(draft))
    draft.refresh_from_db()
    form = posted(draft, **{"medicines-count": count})
    if count is None:
        del form["medicines-count"]
    response = at_desk.post(edit(case), form)
    assert response.status_code == 200
    assert words in response.content.decode()
    before = draft.content
    draft.refresh_from_db()
    assert draft.content == before
    assert len(before["medicines"]) == 1


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("medicines-0-quantity", "many", "Enter a number"),
        ("medicines-0-quantity", "-3", "greater than or equal to 0"),
        ("medicines-0-quantity", "1e999", "Enter a number"),
        ("medicines-0-repeats", "1.5", "Enter a whole number"),
        ("medicines-0-product", "no-such", "Choose a product from the list"),
        ("medicines-0-product", "other", "Name the product"),
        ("medicines-0-product", "", "Choose a treatment from the list"),
        ("medicines-0-tests_on", "yesterday", "Enter a date"),
        ("plan-cost_low", "cheap", "Enter a number"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(at_desk, case, draft, name, value, words):
    answer = at_desk.post(edit(case), posted(draft, **{name: value}))
    assert answer.status_code == 200
    body = answer.content.decode()
    assert words in body
    assert "Blackheads." in body
    if value and value != "no-such":
        assert value in body
    draft.refresh_from_db()
    assert draft.content["medicines"] == []


def test_the_buttons_change_rows_and_keep_what_was_typed(at_desk, case, draft):
    body = at_desk.post(edit(case), posted(draft, do="add-medicines")).content.decode()
    assert 'name="medicines-count" value="2"' in body
    assert "Blackheads." in body
    body = at_desk.post(edit(case), posted(draft, do="remove-medicines-0")).content.decode()
    assert 'name="medicines-count" value="0"' in body
    assert 'value="remote-live"' in body, "how it was decided is kept out of sight"
    body = at_desk.post(edit(case), posted(draft, do="add-sessions")).content.decode()
    assert 'name="sessions-count" value="1"' in body


def test_blanks_are_filled_from_the_formulary_and_nothing_else(at_desk, case, draft):
    blank = {"medicines-0-quantity": "", "medicines-0-unit": "", "medicines-0-times_a_day": ""}
    body = at_desk.post(edit(case), posted(draft, do="fill-medicines-0", **blank)).content.decode()
    assert 'name="medicines-0-quantity" value="45"' in body
    assert "At night." in body
    assert "Once a day at bedtime" not in body, "what was typed stays"
    assert "Not read: " in body, "what no page told is said beside the row"


def test_sun_and_times_are_filled_with_who_says_it(at_desk, case, draft):
    body = at_desk.post(edit(case), posted(draft, do="fill-words")).content.decode()
    assert "SPF 30" in body
    assert "A change may be seen" in body or "is not known" in body


def test_limits_stand_beside_the_form_with_their_pages(at_desk, case, draft):
    at_desk.post(edit(case), posted(draft, **{"medicines-0-times_a_day": "2"}))
    body = at_desk.get(edit(case)).content.decode()
    assert "at most 1 times a day" in body
    assert "Medthority" in body
    assert "State the limit you go by" in body


def test_two_versions_show_the_medicines_and_keep_both(at_desk, case, draft):
    at_desk.post(edit(case), posted(draft))
    answer = at_desk.post(edit(case), posted(draft, **{"medicines-0-quantity": "30"}))
    assert answer.status_code == 409
    body = answer.content.decode()
    assert "quantity: 45" in body
    assert "quantity: 30" in body
    assert 'name="medicines-0-quantity" value="30"' in body
    assert 'name="consult-mode" value="remote-live"' in body


def test_the_person_reads_what_is_prescribed(client, at_desk, case, doctor):
    prescribed(
        case, doctor, content(cost_low=20, cost_high=35, cost_note="Two tubes.", sun="A hat.", home_care="Wash gently.")
    )
    body = at_desk.get(reverse("desk:signed-plan", args=[case.public_id, 1])).content.decode()
    for words in ("Azelaic acid cream 20%", "56 g", "£20.00 to £35.00", "A hat.", "Wash gently.", "Your GP is told"):
        assert words in body
    assert "The prescription of this plan" in body


def signed_page(client, case):
    return client.get(reverse("desk:signed-plan", args=[case.public_id, 1])).content.decode()


def test_a_plan_with_no_cost_says_that_it_is_not_known(at_desk, case, doctor):
    prescribed(case, doctor)
    assert (
        "Not known. Ask before you agree"
        in at_desk.get(reverse("desk:signed-plan", args=[case.public_id, 1])).content.decode()
    )


ODD = st.one_of(
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=20),
    st.sampled_from(["\x00", "-1", "1e999", "NaN", "１２", "other", "adapalene-gel-0-1", "9" * 400]),
)


NAMES = [
    *(f"medicines-0-{name}" for name in ("product", "quantity", "named", "repeats", "form", "unit")),
    *("medicines-count", "sessions-count", "consult-mode", "consult-on", "plan-cost_low", "do"),
]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.dictionaries(st.sampled_from(NAMES), ODD, max_size=5))
def test_whatever_is_sent_is_taken_or_refused(at_desk, case, draft, form):
    assert at_desk.post(edit(case), posted(draft, **form)).status_code < 500
    assert at_desk.get(reverse("desk:sign", args=[case.public_id])).status_code < 500


# --- the prescription's page
def test_its_page_says_what_it_is_not_and_what_is_missing(at_desk, case, doctor):
    rx = prescribed(case, doctor)
    body = at_desk.get(page(case, rx)).content.decode()
    assert "does not make an advanced electronic signature" in body
    assert "Still missing" in body
    assert "draft until it is signed" in body
    assert Entry.objects.filter(verb=Verb.VIEWED, object_id=rx.public_id).count() == 1


def test_from_details_to_the_pharmacy(at_desk, case, doctor):
    rx = prescribed(case, doctor)
    today = timezone.localdate().isoformat()
    steps = [
        ("details", {"details-name": "Sam Reed", "details-address": "2 Low Road", "details-born": "1990-05-01"}),
        ("practice", {"practice-address": "1 High Street, Leeds"}),
    ]
    for step, form in steps:
        assert at_desk.post(page(case, rx, step), form).status_code == 302
    assert at_desk.post(reverse("desk-prescribing:issue", args=[case.public_id, rx.public_id])).status_code == 302
    form = {"hand-off-pharmacy": "Low Street Pharmacy", "hand-off-how": "post", "hand-off-on": today}
    assert at_desk.post(page(case, rx, "hand-off"), form).status_code == 302
    body = at_desk.get(page(case, rx)).content.decode()
    for words in (
        "Sam Reed",
        "2 Low Road",
        "1 High Street",
        "Low Street Pharmacy",
        "Not to be dispensed for the first time after",
    ):
        assert words in body


@pytest.mark.parametrize("step", ["details", "practice", "hand-off", "follow-up", "cancel"])
def test_an_empty_form_is_told_what_it_needs(at_desk, case, doctor, step):
    rx = issued(case, doctor) if step in ("hand-off", "follow-up") else prescribed(case, doctor)
    answer = at_desk.post(page(case, rx, step), {})
    assert answer.status_code == 422
    assert "nothing was saved" in answer.content.decode()


def test_a_step_that_does_not_exist_is_not_found(at_desk, case, doctor):
    assert at_desk.post(page(case, prescribed(case, doctor), "burn"), {}).status_code == 404


def test_a_step_that_does_not_fit_is_told(at_desk, case, doctor):
    rx = prescribed(case, doctor)
    answer = at_desk.post(reverse("desk-prescribing:issue", args=[case.public_id, rx.public_id]), follow=True)
    assert "Still missing" in answer.content.decode()
    answer = at_desk.post(reverse("desk-prescribing:repeat", args=[case.public_id, rx.public_id, 0]), follow=True)
    assert "Issue it first" in answer.content.decode()


@pytest.mark.parametrize("role", ["person", "owner"])
def test_nobody_but_a_doctor_opens_it(client, sign_in, make_user, case, doctor, role):
    rx = prescribed(case, doctor)
    sign_in(client, make_user(role))
    assert client.get(page(case, rx)).status_code == 403


# --- the person's details
def test_the_person_is_asked_only_when_a_prescription_waits(client, sign_in, case, doctor):
    sign_in(client, case.person)
    address = reverse("prescriptions:details", args=[case.public_id])
    assert client.get(address).status_code == 404
    rx = prescribed(case, doctor)
    plan_page = reverse("plans:plan", args=[case.public_id])
    assert address in client.get(plan_page).content.decode()
    bad = client.post(address, {"name": "Sam Reed", "address": "", "born": "1990-05-01"})
    assert bad.status_code == 422
    assert "Sam Reed" in bad.content.decode()
    assert client.post(address, {"name": "Sam Reed", "address": "2 Low Road", "born": "1990-05-01"}).status_code == 302
    assert address not in client.get(plan_page).content.decode()
    from skinproof.clinic.prescribing.selectors import document

    assert document(rx).patient_address == "2 Low Road"


def test_another_person_cannot_give_details(client, sign_in, make_user, case, doctor):
    prescribed(case, doctor)
    sign_in(client, make_user("person"))
    assert client.get(reverse("prescriptions:details", args=[case.public_id])).status_code == 404


def test_no_name_or_address_is_on_the_trail(case, doctor):
    issued(case, doctor)
    for entry in Entry.objects.all():
        assert "Low Road" not in f"{entry.detail}{entry.reason}"
        assert "Sam Reed" not in f"{entry.detail}{entry.reason}"


def test_a_signed_plan_shows_what_was_said_of_the_gp_since(client, at_desk, case, doctor, sign_in):
    from django.test import Client

    from skinproof.clinic.papers.services import GpDetails, say_about_gp

    prescribed(case, doctor)
    yours = sign_in(Client(), case.person)
    mine = reverse("plans:plan", args=[case.public_id])
    text = yours.get(mine).content.decode()
    assert "Your GP is told of this, as you agreed." in text
    assert "That counts now" not in text
    say_about_gp(case.public_id, GpDetails(allowed=False), user=case.person, by=actor(case.person))
    for page in (yours.get(mine).content.decode(), signed_page(at_desk, case)):
        assert "Your GP is told of this, as you agreed." in page, "what was signed stays"
        assert "No, the GP may not be told" in page


def test_a_doctor_who_tells_the_gp_needs_the_persons_yes(make_case, make_user, doctor):
    from skinproof.clinic.desk import prescribing as checks
    from skinproof.clinic.desk.judging import judged

    for answer, words in (("no", "did not agree"), ("not-sure", "has not said"), ("yes", None)):
        one = make_case("in-review", doctor=doctor, person=make_user(), concern="acne", special={"gp": answer})
        what = content()
        found = [p.says for p in checks.problems(one, what, judged(one, also=what.forms)) if p.code == "gp"]
        assert found == [] if words is None else words in found[0]
