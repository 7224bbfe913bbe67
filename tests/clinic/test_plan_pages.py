"""The plan's pages: writing without script, two versions, signing, and what the person reads."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from skinproof.clinic.audit.models import Entry
from skinproof.clinic.consultations.models import Message, State
from skinproof.clinic.desk import drafting, holding
from skinproof.clinic.desk.content import PlanContent, intact
from skinproof.clinic.desk.models import Override, Plan
from skinproof.clinic.desk.selectors import plan_for_person
from skinproof.clinic.people.services import confirmed_device
from skinproof.evidence import findings, library
from skinproof.vocabulary import vocabulary

from .conftest import actor, code_of
from .journeys import hidden
from .plans import WHY, content, draft, ready, reasons_for, signed

TYPED = "Typed by hand: 2 × “a day”\nand a second line"


@pytest.fixture
def desk(client, doctor, sign_in):
    return sign_in(client, doctor)


@pytest.fixture
def person(make_user):
    return make_user(name="Wren Applegarth")


@pytest.fixture
def case(make_case, doctor, person):
    return make_case(State.IN_REVIEW, doctor=doctor, person=person, special={"skin_type": "type-2"})


@pytest.fixture
def hopeful(make_case, doctor):
    return make_case(
        State.IN_REVIEW, doctor=doctor, choices=["tretinoin"], special={"pregnancy": "planning", "skin_type": "type-2"}
    )


def url(name, case, *more):
    return reverse(f"desk:{name}", args=[case.public_id, *more])


def page(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def form_of(text: str, action: str = "") -> dict[str, str]:
    """The values of a page's fields, as a browser would send them (buttons left out)."""
    import html

    found = dict(re.findall(r'<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', text))
    found |= {name: "" for name in re.findall(r'<input[^>]*?name="([^"]+)"', text) if name not in found}
    for name, body in re.findall(r'<textarea[^>]*?name="([^"]+)"[^>]*>\n?(.*?)</textarea>', text, re.DOTALL):
        found[name] = body
    for name, body in re.findall(r'<select[^>]*?name="([^"]+)"[^>]*>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        found[name] = chosen.group(1) if chosen else ""
    return {name: html.unescape(value) for name, value in found.items()}


def start(desk, case) -> dict[str, str]:
    assert desk.post(url("start-plan", case)).url == url("plan", case)
    return form_of(page(desk.get(url("plan", case))))


WHOLE = {
    "items-count": "1",
    "items-0-form": "azelaic-acid",
    "items-0-what": "The cream",
    "items-0-how": TYPED,
    "items-0-when": "Until the check",
    "declined-count": "1",
    "declined-0-form": "prp",
    "declined-0-why": "Too dear",
    "plan-summary": "What we agreed",
    "plan-watch_for": "Anything that worries you",
    "plan-call": "Write to us",
    "plan-next_check": "2099-01-31",
    "plan-next_check_how": "by video",
}


# --- writing
def test_a_draft_is_written_and_saved_with_buttons_alone(desk, case):
    data = start(desk, case)
    text = page(desk.post(url("plan", case), {**data, "do": "add-items", "plan-summary": TYPED}))
    data = form_of(text)
    assert data["plan-summary"] == TYPED
    assert data["items-count"] == "1"
    assert "not saved yet" in text
    assert Plan.objects.get().content["items"] == []
    response = desk.post(url("plan", case), {**data, **WHOLE, "do": "save"})
    assert response.url == url("plan", case)
    kept = PlanContent.of(Plan.objects.get().content)
    assert [item.form for item in kept.items] == ["azelaic-acid"]
    assert kept.items[0].how.replace("\r\n", "\n") == TYPED
    assert (kept.declined[0].why, str(kept.next_check)) == ("Too dear", "2099-01-31")
    again = form_of(page(desk.get(url("plan", case))))
    assert {name: again[name].replace("\r\n", "\n") for name in WHOLE} == WHOLE


def test_a_sign_in_that_ended_while_a_plan_was_written_loses_nothing(desk, case, doctor, sign_in):
    data = {**start(desk, case), **WHOLE, "do": "save"}
    desk.logout()
    text = page(desk.post(url("plan", case), data), 403)
    assert "You are signed out" in text
    kept = form_of(text)
    assert {name: kept[name].replace("\r\n", "\n") for name in WHOLE} == WHOLE
    sign_in(desk, doctor)
    assert desk.post(url("plan", case), kept).url == url("plan", case)
    assert PlanContent.of(Plan.objects.get().content).summary == WHOLE["plan-summary"]


def test_rows_are_added_and_removed_and_nothing_typed_is_lost(desk, case):
    data = {**start(desk, case), **WHOLE}
    data = form_of(page(desk.post(url("plan", case), {**data, "do": "add-items"})))
    data["items-1-form"], data["items-1-what"] = "sunscreen", "Second row"
    data["plan-next_check"] = "not a date"
    data = form_of(page(desk.post(url("plan", case), {**data, "do": "add-declined"})))
    assert (data["items-1-what"], data["declined-count"], data["plan-next_check"]) == ("Second row", "2", "not a date")
    data = form_of(page(desk.post(url("plan", case), {**data, "do": "remove-items-0"})))
    assert (data["items-count"], data["items-0-form"], data["items-0-what"]) == ("1", "sunscreen", "Second row")
    assert data["declined-0-why"] == "Too dear"
    for nonsense in ("remove-items-7", "remove-items-x", "add-nothing", "remove-", "edit"):
        assert form_of(page(desk.post(url("plan", case), {**data, "do": nonsense})))["items-0-what"] == "Second row"
    assert Plan.objects.get().version == 1


def test_the_first_button_saves_so_that_enter_removes_nothing(desk, case):
    draft(case, case.doctor)
    text = page(desk.get(url("plan", case)))
    form = text[text.index('class="wide editor"') :]
    assert re.search(r'<button[^>]*name="do" value="([^"]+)"', form).group(1) == "save"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"plan-next_check": "soon"}, "Enter a date"),
        ({"items-0-form": "snake-oil"}, "Choose a treatment from the list"),
        ({"items-0-form": ""}, "Choose a treatment from the list"),
        ({"items-0-how": "x" * 4001}, "1 characters too long"),
        ({"plan-summary": "x\x00y"}, "Null characters are not allowed"),
        ({"plan-next_check_how": "x" * 201}, "at most 200 characters"),
    ],
)
def test_what_cannot_be_saved_says_why_and_keeps_what_was_typed(desk, case, change, words):
    text = page(desk.post(url("plan", case), {**start(desk, case), **WHOLE, **change, "do": "save"}))
    assert words in text
    assert "There is a problem: nothing was saved" in text
    assert form_of(text)["declined-0-why"] == "Too dear"
    target = re.search(r'<div class="errors".*?href="#([^"]+)"', text, re.DOTALL).group(1)
    assert f'id="{target}"' in text
    assert Plan.objects.get().version == 1


def test_an_empty_row_is_left_out(desk, case):
    desk.post(url("plan", case), {**start(desk, case), **WHOLE, "items-count": "3", "do": "save"})
    assert len(Plan.objects.get().content["items"]) == 1


def test_only_treatments_of_the_vocabulary_are_offered(desk, case):
    draft(case, case.doctor)
    text = page(desk.get(url("plan", case)))
    select = re.search(r'<select name="items-0-form".*?</select>', text, re.DOTALL).group()
    offered = set(re.findall(r'option value="([^"]+)"', select))
    assert offered == set(vocabulary().forms)
    assert f"{vocabulary().forms['exosome-injected'].name}: contraindicated" in select


def test_what_stands_against_the_plan_is_shown_after_saving(desk, hopeful):
    data = {**start(desk, hopeful), **WHOLE, "items-0-form": "tretinoin", "declined-0-form": "", "declined-0-why": ""}
    text = page(desk.post(url("plan", hopeful), {**data, "do": "save"}, follow=True))
    assert "Hard stop" in text
    assert "preg-topical-retinoid" in text
    assert "still stand" in text
    assert 'name="why-tretinoin--preg-topical-retinoid"' in text


def test_a_reason_that_is_too_short_is_told_beside_its_field(desk, hopeful):
    draft(hopeful, hopeful.doctor, content("tretinoin"))
    data = form_of(page(desk.get(url("plan", hopeful))))
    field = "why-tretinoin--preg-topical-retinoid"
    text = page(desk.post(url("plan", hopeful), {**data, field: "she wants it", "do": "save"}))
    assert "This reason has 12 characters. It needs 20 or more." in text
    assert form_of(text)[field] == "she wants it"
    assert not Override.objects.exists()
    desk.post(url("plan", hopeful), {**data, field: WHY, "do": "save"})
    assert Override.objects.get().reason == WHY
    text = page(desk.get(url("plan", hopeful)))
    assert "Reason given" in text
    assert form_of(text)[field] == WHY


def test_another_doctors_reason_is_shown_and_not_taken_for_ones_own(client, sign_in, hopeful, make_user):
    draft(hopeful, hopeful.doctor, content("tretinoin"), {("tretinoin", "preg-topical-retinoid"): WHY})
    other = make_user("doctor")
    holding.claim(hopeful.public_id, other, reason="off sick since Monday", by=actor(other))
    sign_in(client, other)
    text = page(client.get(url("plan", hopeful)))
    assert f"Dr Juniper Quill wrote for tretinoin cream or gel: “{WHY}”" in text
    assert form_of(text)["why-tretinoin--preg-topical-retinoid"] == ""


def test_saving_on_the_way_to_the_case(desk, case):
    response = desk.post(url("plan", case), {**start(desk, case), **WHOLE, "do": "save-and-record"})
    assert response.url == url("case", case) + "#record"
    assert Plan.objects.get().version == 2


# --- two people, two pages
def test_a_stale_page_shows_both_versions_and_can_be_saved_on_top(desk, case):
    first = {**start(desk, case), **WHOLE}
    desk.post(url("plan", case), {**first, "plan-summary": "Saved from the other window", "do": "save"})
    text = page(desk.post(url("plan", case), {**first, "plan-summary": TYPED, "do": "save"}), 409)
    assert "Saved from the other window" in text
    assert "and a second line" in text
    assert (
        "Anything that worries you" not in re.search(r"<tbody>.*</tbody>", text, re.DOTALL).group()
    )  # the same in both
    assert Plan.objects.get().content["summary"] == "Saved from the other window"

    data = form_of(text)
    looked_at = form_of(page(desk.post(url("plan", case), {**data, "do": "edit"})))
    assert looked_at["plan-summary"].replace("\r\n", "\n") == TYPED
    for kept in (data, looked_at):
        assert kept["version"] == "2"
        assert kept["declined-0-why"] == "Too dear"
    desk.post(url("plan", case), {**looked_at, "do": "save"})
    assert Plan.objects.get().content["summary"].replace("\r\n", "\n") == TYPED


def test_a_stale_page_throws_nothing_away(desk, case):
    data = start(desk, case)
    desk.post(url("plan", case), {**data, **WHOLE, "do": "save"})
    plan = data["plan"]
    text = page(desk.post(url("discard-plan", case), {"version": data["version"], "plan": plan}, follow=True))
    assert "Look at it first." in text
    assert Plan.objects.exists()
    desk.post(url("discard-plan", case), {"version": "2", "plan": plan})
    assert not Plan.objects.exists()


def test_a_draft_that_is_gone_is_told(desk, case):
    for name in ("plan", "sign"):
        assert "There is no draft now" in page(desk.get(url(name, case), follow=True))
    assert desk.get(url("signed-plan", case, 1)).status_code == 404


# --- signing
def test_a_plan_is_read_through_and_signed(desk, case, doctor):
    ready(case, doctor)
    text = page(desk.get(url("sign", case)))
    for words in (
        "What to expect when",
        "What it costs",
        "Sign as Dr Juniper Quill, GMC number",
        "Not signed",
    ):
        assert words in text, words
    data = {name: hidden(text, name) for name in ("version", "plan")}
    code = code_of(confirmed_device(doctor))
    response = desk.post(url("sign", case), {**data, "code": code})
    assert response.url == url("signed-plan", case, 1)
    text = page(desk.get(response.url))
    assert "In force" in text
    assert "as it was signed" in text
    assert Plan.objects.get().content_hash in text
    # The same press again, with a code that is used up.
    assert desk.post(url("sign", case), {**data, "code": code}).url == response.url
    assert Entry.objects.filter(verb="signed").count() == 1


def test_the_reasons_for_going_on_are_read_through_too_and_kept_with_the_plan(desk, hopeful, doctor):
    plan = ready(hopeful, doctor, content("tretinoin"))
    text = page(desk.get(url("sign", hopeful)))
    assert f"You wrote: “{WHY}”" in text
    data = {"version": plan.version, "plan": plan.public_id, "code": code_of(confirmed_device(doctor))}
    text = page(desk.post(url("sign", hopeful), data, follow=True))
    assert "Rules gone against, and why" in text
    assert WHY in text


def test_a_wrong_code_signs_nothing_and_makes_the_next_try_wait(desk, case, doctor):
    plan = ready(case, doctor)
    data = {"version": plan.version, "plan": plan.public_id}
    assert "That code is wrong" in page(desk.post(url("sign", case), {**data, "code": "000000"}))
    assert "Too many wrong codes" in page(desk.post(url("sign", case), {**data, "code": "000000"}), 429)
    assert "Enter the code." in page(desk.post(url("sign", case), data))
    assert not Plan.objects.get().signed


def test_a_hard_stop_cannot_be_signed_past_by_posting(desk, hopeful, doctor):
    plan = draft(hopeful, doctor, content("tretinoin"))
    text = page(desk.get(url("sign", hopeful)))
    assert "It cannot be signed yet" in text
    assert 'name="code"' not in text
    code = code_of(confirmed_device(doctor))
    data = {"version": plan.version, "plan": plan.public_id, "code": code, "why-tretinoin--preg-topical-retinoid": WHY}
    text = page(desk.post(url("sign", hopeful), data), 409)
    assert "something still stands against it" in text
    assert not Plan.objects.get().signed
    assert not Entry.objects.filter(verb="factor-passed").exists()


def test_a_stale_signature_is_read_again(desk, case, doctor):
    plan = ready(case, doctor)
    data = {"version": plan.version - 1, "plan": plan.public_id, "code": code_of(confirmed_device(doctor))}
    text = page(desk.post(url("sign", case), data, follow=True))
    assert "Read it again." in text
    assert not Plan.objects.get().signed


def test_a_treatment_that_is_no_longer_on_the_list_is_told_and_breaks_nothing(desk, case, doctor):
    draft(case, doctor, content("azelaic-acid", "gone-form"))
    assert "Row 2: this treatment is not on our list now." in page(desk.get(url("sign", case)))
    data = form_of(page(desk.get(url("plan", case))))
    assert data["items-1-form"] == "gone-form"
    assert "Choose a treatment from the list" in page(desk.post(url("plan", case), {**data, "do": "save"}))
    assert page(desk.get(url("case", case)))


def test_a_page_of_another_draft_signs_saves_and_discards_nothing(desk, case, doctor):
    """A draft that was thrown away and begun again may have the same version number: it was not read on that page."""
    first = ready(case, doctor)
    edit, sign_page = form_of(page(desk.get(url("plan", case)))), page(desk.get(url("sign", case)))
    drafting.discard_draft(first.public_id, doctor, version=first.version, by=actor(doctor))
    what = content("azelaic-acid", summary="Something else was agreed.")
    second = draft(case, doctor, what, reasons_for(case, what))
    assert second.version == first.version
    data = {name: hidden(sign_page, name) for name in ("version", "plan")}
    data["code"] = code_of(confirmed_device(doctor))
    assert "Read it again." in page(desk.post(url("sign", case), data, follow=True))
    page(desk.post(url("plan", case), {**edit, "do": "save"}), 409)
    desk.post(url("discard-plan", case), {"version": edit["version"], "plan": edit["plan"]})
    kept = Plan.objects.get()
    assert not kept.signed
    assert kept.content["summary"] == "Something else was agreed."


# --- superseding
def test_a_plan_is_superseded_from_its_page(desk, case, doctor):
    first = signed(case, doctor)
    assert desk.post(url("start-plan", case)).url == url("plan", case)
    data = form_of(page(desk.get(url("plan", case))))
    assert data["plan-summary"] == first.content["summary"]
    case.refresh_from_db()
    what = content("azelaic-acid", summary="A later check.")
    plan = drafting.draft_of(case)
    drafting.save_draft(plan.public_id, doctor, what, reasons_for(case, what), version=1, by=actor(doctor))
    data = {"version": 2, "plan": plan.public_id, "code": code_of(confirmed_device(doctor))}
    assert desk.post(url("sign", case), data).url == url("signed-plan", case, 2)
    text = page(desk.get(url("signed-plan", case, 1)))
    assert "Superseded by plan 2" in text
    assert "supersedes it" not in text
    assert desk.get(url("signed-plan", case, 99999999999999999999)).status_code == 404


# --- the person's page
@pytest.fixture
def theirs(person, sign_in):
    return sign_in(Client(), person)


def plan_url(case, number=None):
    return reverse("plans:plan", args=[case.public_id]) + (f"{number}/" if number else "")


def test_the_person_reads_what_was_agreed_in_plain_words(theirs, case, doctor):
    plan = signed(case, doctor, what=content("azelaic-acid", "no-treatment"))
    text = page(theirs.get(plan_url(case)))
    for words in (
        "What we agreed", "We start with one cream.", vocabulary().forms["azelaic-acid"].name, "As agreed.",
        "What to expect when", "What to watch for", "Anything that worries you.", "Write to us here.", "What it costs",
        "What was not chosen, and why", "Not enough is known.", "Next check", "by video",
        f"Signed by <strong>{doctor.prescriber}</strong>", plan.content_hash, "Ask a question",
    ):  # fmt: skip
        assert words in text, words
    assert plan.sealed["forms"]["azelaic-acid"]["course"]["words"] in text
    shown = plan.sealed["forms"]["azelaic-acid"]["shown"]
    assert shown
    for found in shown:
        assert found["sentence"] == findings().get(found["id"]).sentence
        assert found["level"] == findings().get(found["id"]).certainty.level
        assert escape(found["sentence"]) in text
        assert reverse("library:finding", args=[found["id"]]) in text


def test_times_and_prices_lead_to_where_they_were_read(theirs, case, doctor):
    priced = next(p for p in library().prices if p.treatment == "prp" and p.gbp[0])
    signed(case, doctor, what=content("prp", declined=()))
    text = page(theirs.get(plan_url(case)))
    sealed = Plan.objects.get().sealed["forms"]["prp"]
    assert sealed["price"]
    for told in sealed["price"]:
        assert re.search(rf'<a class="n" href="/prices/[^"]+/">{re.escape(told["text"])}</a>', text)
        assert told["source"] in text
    for told in (*sealed["course"]["first"], *sealed["course"]["full"], *sealed["course"]["lasts"]):
        assert told["text"] in text
        assert told["source"] in text
    assert priced.treatment == "prp"


def test_a_signed_plan_keeps_what_was_known_then(theirs, case, doctor, monkeypatch):
    signed(case, doctor)
    before = page(theirs.get(plan_url(case)))
    monkeypatch.setattr("skinproof.care.expected_course", lambda *_: 1 / 0)
    monkeypatch.setattr("skinproof.clinic.desk.sealing.library", lambda: 1 / 0)
    after = page(theirs.get(plan_url(case)))
    strip = re.compile(r'value="[^"]*"')
    assert strip.sub("", before) == strip.sub("", after)


def test_earlier_versions_are_listed_and_told_apart(theirs, case, doctor):
    signed(case, doctor)
    drafting.start_draft(case.public_id, doctor, by=actor(doctor))
    case.refresh_from_db()
    assert "Plan 1 holds until a new one is signed." in page(
        theirs.get(reverse("consultations:status", args=[case.public_id]))
    )
    assert plan_for_person(case).plan.number == 1  # the draft is not the person's to see
    assert theirs.get(plan_url(case, 2)).status_code == 404
    what = content("azelaic-acid", summary="A later check.")
    plan = drafting.draft_of(case)
    plan = drafting.save_draft(plan.public_id, doctor, what, reasons_for(case, what), version=1, by=actor(doctor))
    from skinproof.clinic.desk.signing import sign

    sign(plan.public_id, doctor, version=2, code=code_of(confirmed_device(doctor)), by=actor(doctor))
    now = page(theirs.get(plan_url(case)))
    assert "A later check." in now
    assert "superseded" in now
    earlier = page(theirs.get(plan_url(case, 1)))
    assert "This plan is no longer in force" in earlier
    assert "We start with one cream." in earlier
    assert all(intact(each) for each in Plan.objects.all())


def test_a_question_about_the_plan_reaches_the_desk(theirs, desk, case, doctor):
    signed(case, doctor)
    text = page(theirs.get(plan_url(case)))
    action = re.search(r'<form method="post" action="([^"]+/message/)"', text).group(1)
    theirs.post(action, {"text": "May I swim?", "key": hidden(text, "key")})
    message = Message.objects.get()
    assert (message.text, message.plan_number, message.from_doctor) == ("May I swim?", 1, False)
    assert case.public_id[:6] in page(desk.get("/desk/", {"show": "questions"}))


@pytest.mark.parametrize("who", ["nobody", "another person", "doctor", "owner"])
def test_nobody_else_opens_a_persons_plan(case, doctor, make_user, sign_in, who):
    signed(case, doctor)
    client = Client()
    if who != "nobody":
        sign_in(client, make_user("person" if "person" in who else who))
    expected = 403 if who in ("doctor", "owner") else 404
    assert client.get(plan_url(case)).status_code == expected
    assert client.get(plan_url(case, 1)).status_code == expected


def test_before_there_is_a_plan_there_is_no_page_of_it(theirs, case, doctor):
    draft(case, doctor)
    assert theirs.get(plan_url(case)).status_code == 404
    assert "Read your plan" not in page(theirs.get(reverse("consultations:status", args=[case.public_id])))
    drafting.save_draft(Plan.objects.get().public_id, doctor, content("azelaic-acid"), {}, version=2, by=actor(doctor))
    assert theirs.get(plan_url(case, 1)).status_code == 404


def test_the_status_page_leads_to_the_plan(theirs, case, doctor):
    signed(case, doctor)
    assert plan_url(case) in page(theirs.get(reverse("consultations:status", args=[case.public_id])))
