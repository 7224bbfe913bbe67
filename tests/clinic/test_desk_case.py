"""The case's page: what stands on it, who may do what from it, and what is noted."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from skinproof import care
from skinproof.clinic.audit.models import Entry
from skinproof.clinic.consultations.messaging import write_message
from skinproof.clinic.consultations.models import Correction, Message, State
from skinproof.clinic.desk import demonstration
from skinproof.clinic.desk.models import CaseFact, FlagDealtWith, Plan
from skinproof.vocabulary import vocabulary

from .conftest import actor
from .journeys import hidden
from .plans import CHECKS, draft, record, signed

MOLE = "rf-mole-changing"


@pytest.fixture
def desk(client, doctor, sign_in):
    return sign_in(client, doctor)


@pytest.fixture
def held(make_case, doctor):
    return make_case(State.IN_REVIEW, doctor=doctor, special={})


def url(name, case, *more):
    return reverse(f"desk:{name}", args=[case.public_id, *more])


def page(response, status=200):
    assert response.status_code == status
    return response.content.decode()


# --- what stands on it
def test_red_flags_come_first_with_rule_source_and_support(desk, make_case):
    case = make_case(special={"moles": ["bigger", "colour"], "story": "My own words."})
    text = page(desk.get(url("case", case)))
    flag = text.index("Red flag, suspected cancer")
    assert flag < text.index("In their own words") < text.index("What they ask for") < text.index('id="answers">')
    assert care.rules().rule(MOLE).reason in text
    assert reverse("library:rule", args=[MOLE]) in text
    assert f"support: {care.rules().rule(MOLE).support}" in text
    assert "The person was told: Call your GP surgery" in text
    assert "My own words." in text
    assert "No red flag" not in text


def test_nothing_is_said_of_flags_that_are_not_there(desk, make_case):
    text = page(desk.get(url("case", make_case(special={}))))
    assert "No red flag in the answers." in text
    assert "Nothing to declare in" in text


def test_what_a_person_was_not_sure_of_is_told_apart(desk, make_case):
    text = page(desk.get(url("case", make_case(special={"gp": "not-sure", "skin_type": "type-3"}))))
    assert "1 not sure" in text
    assert text.count("Not sure</span>") == 1


def test_an_answer_that_made_a_red_flag_go_away_is_shown(desk, make_case):
    case = make_case(special={})
    Correction.objects.create(
        consultation=case, question="moles", before=["bigger"], after=[], flags_before=[MOLE], flags_after=[]
    )
    Correction.objects.create(consultation=case, question="gone-question", before="x", after={"odd": 1})
    text = page(desk.get(url("case", case)))
    assert "A red flag went away with this change" in text
    assert "A mole that is getting bigger" in text or "bigger" in text
    assert "gone-question" in text


def test_a_verdict_comes_with_its_rules_what_is_missing_and_what_studies_found(desk, make_case):
    case = make_case(choices=["tretinoin"], special={"pregnancy": "planning"}, note="My friend has it.")
    text = page(desk.get(url("case", case)))
    assert vocabulary().forms["tretinoin"].name in text
    assert "Contraindicated" in text
    assert care.rules().rule("preg-topical-retinoid").reason in text
    assert "My friend has it." in text
    assert "Your checks first" in text  # another option, where only the clinician's own checks are missing
    finding = care.findings_of("tretinoin", "melasma")[0]
    assert reverse("library:finding", args=[finding.id])[:-20] in text
    assert "certainty" in text


def test_what_matters_is_told_the_most_important_first(desk, make_case):
    text = page(desk.get(url("case", make_case(special={}, priorities={"pain": 1, "money": 3, "gone": 9}))))
    assert text.index("what it costs") < text.index("how much it hurts")


def test_messages_plans_and_the_trail_stand_on_it(desk, held, doctor, make_user):
    held.person = make_user(name="Wren Applegarth")
    held.save()
    signed(held, doctor)
    write_message(held.public_id, "May I swim?", key="k" * 43, author=held.person, plan_number=1, by=actor(held.person))
    text = page(desk.get(url("case", held)))
    for words in ("May I swim?", "New message", "about plan 1", "is in force", "Wren Applegarth", "signed plan"):
        assert words in text


def test_the_prescription_of_a_plan_is_a_link_away_with_where_it_stands(desk, doctor, make_user):
    plan = demonstration.plan_signed(make_user(), doctor)
    text = page(desk.get(url("case", plan.consultation)))
    href = reverse("desk-prescribing:show", args=[plan.consultation.public_id, plan.prescription.public_id])
    assert f'<a href="{href}">Prescription of plan 1</a>' in text
    assert "To be signed in ink" in text


def test_a_case_takes_a_fixed_number_of_queries(desk, held, doctor):
    def count():
        with CaptureQueriesContext(connection) as queries:
            page(desk.get(url("case", held)))
        return len(queries)

    count()  # notes the first look
    before = count()
    for number in range(12):
        record(held, doctor, age_verified=True)
        Message.objects.create(consultation=held, text="?", key=f"{number:043}", author=doctor, from_doctor=True)
        Correction.objects.create(consultation=held, question="moles", before=[], after=["bigger"])
    assert count() == before


# --- a look is noted
def test_a_look_is_noted_once_an_hour_for_each_case(desk, make_case, doctor, monkeypatch):
    one, other = make_case(special={}), make_case(special={})
    for case in (one, one, other, one):
        page(desk.get(url("case", case)))
    assert [e.object_id for e in Entry.objects.filter(verb="viewed")] == [other.public_id, one.public_id]
    draft(make_case(State.IN_REVIEW, doctor=doctor, special={}), doctor)
    held = Plan.objects.get().consultation
    page(desk.get(url("plan", held)))
    assert Entry.objects.filter(verb="viewed", object_id=held.public_id).count() == 1
    later = timezone.now() + dt.timedelta(minutes=61)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    desk.get(url("case", one))
    assert Entry.objects.filter(verb="viewed", object_id=one.public_id).count() == 2


# --- claiming
def test_claim_work_and_give_back(desk, make_case, doctor):
    case = make_case(special={})
    assert "Take this case" in page(desk.get(url("case", case)))
    assert desk.post(url("claim", case)).url == url("case", case)
    text = page(desk.get(url("case", case)))
    assert "You have this case" in text
    assert "Write the plan" in text
    assert desk.post(url("release", case)).url == reverse("desk:queue")
    case.refresh_from_db()
    assert (case.state, case.doctor) == (State.WAITING, None)


def test_taking_over_asks_for_a_reason(client, sign_in, held, doctor, make_user):
    other = make_user("doctor")
    sign_in(client, other)
    text = page(client.get(url("case", held)))
    assert f"Take it over from {doctor.name}" in text
    assert "Record</button>" not in text
    text = page(client.post(url("take-over", held), {"reason": "because"}))
    assert "Say why in 10 characters or more." in text
    assert "because</textarea>" in text
    client.post(url("take-over", held), {"reason": "Dr Quill is off sick today"})
    held.refresh_from_db()
    assert held.doctor == other


def test_a_claim_on_another_doctors_case_is_refused_in_words(client, sign_in, held, make_user):
    sign_in(client, make_user("doctor"))
    response = client.post(url("claim", held), follow=True)
    assert "Another doctor has this case." in page(response)
    held.refresh_from_db()
    assert held.doctor.name == "Dr Juniper Quill"


# --- recording
def test_facts_are_recorded_with_their_method_and_the_change_is_shown(desk, held):
    text = page(desk.get(url("case", held)))
    assert "Has the identity been checked?" in text
    data = {f"fact-{fact}": {True: "yes", False: "no"}.get(value, value) for fact, value in CHECKS.items()}
    response = desk.post(url("record-facts", held), {**data, "method": "video", "note": "passport"}, follow=True)
    text = page(response)
    assert "The rules now say something else of" in text
    assert "What came in later changed this" in text
    assert {row.fact: row.value for row in CaseFact.objects.all()} == CHECKS
    assert set(CaseFact.objects.values_list("method", "note")) == {("video", "passport")}
    assert Entry.objects.get(verb="recorded").detail["facts"] == sorted(CHECKS)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"method": "video"}, "Nothing was filled in"),
        ({"fact-identity-verified": "yes"}, "Say how you found out."),
        ({"fact-identity-verified": "yes", "method": "hearsay"}, "Select a valid choice"),
        ({"fact-identity-verified": "perhaps", "method": "video"}, "Select a valid choice"),
        ({"fact-fitzpatrick": "9", "method": "video"}, "out of range (1 to 6)"),
        ({"fact-fitzpatrick": "nan", "method": "video"}, "a number"),
        ({"fact-fitzpatrick": "two", "method": "video"}, "in digits"),
    ],
)
def test_what_cannot_be_recorded_says_why_and_keeps_what_was_typed(desk, make_case, doctor, data, words):
    held = make_case(State.IN_REVIEW, doctor=doctor, choices=["hydroquinone"], special={"skin_type": "not-sure"})
    text = page(desk.post(url("record-facts", held), {**data, "note": "kept words"}))
    assert words in text
    assert "kept words</textarea>" in text
    assert not CaseFact.objects.exists()


def test_any_other_fact_can_be_recorded_too(desk, held):
    text = page(desk.get(url("case", held)))
    assert 'name="fact-pregnant"' not in text  # answered by the person
    assert '<option value="pregnant">' in text
    text = page(desk.get(url("case", held), {"fact": ["pregnant", "conditions", "no-such-fact"]}))
    assert 'name="fact-pregnant"' in text
    assert 'name="fact-conditions" value="lupus"' in text
    data = {
        "fact": ["pregnant", "conditions"],
        "fact-pregnant": "yes",
        "fact-conditions": ["asthma"],
        "method": "phone",
    }
    text = page(desk.post(url("record-facts", held), data, follow=True))
    assert "The rules now say something else of" in text
    kept = {row.fact: row.value for row in CaseFact.objects.all()}
    assert kept["pregnant"] is True
    assert kept["conditions"]["has"] == ["asthma"]
    assert set(kept["conditions"]["not"]) == set(care.terms().facts["conditions"].values) - {"asthma"}


def test_a_red_flag_raised_by_a_record_is_told_at_the_top(desk, make_case, doctor):
    held = make_case(State.IN_REVIEW, doctor=doctor, special={"emergency": "not-sure"})
    text = page(desk.get(url("case", held)))
    assert 'name="fact-breathing-trouble-or-face-swelling"' in text  # not known, so it is offered
    data = {"fact-breathing-trouble-or-face-swelling": "yes", "method": "phone"}
    text = page(desk.post(url("record-facts", held), data, follow=True))
    assert "This raises a red flag" in text
    assert "Raised by what came in later." in text
    assert "no plan can be signed before" in text


def test_a_red_flag_is_recorded_as_dealt_with(desk, held, doctor):
    record(held, doctor, breathing_trouble_or_face_swelling=True)
    rule = next(iter(care.screen({"facts": {"breathing-trouble-or-face-swelling": True}, "asks-for": []}).person.rules))
    where = url("deal-with", held, rule)
    assert where in page(desk.get(url("case", held)))
    assert care.rules().rule(rule).reason in page(desk.get(where))
    text = page(desk.post(where, {"seen_by": " ", "how": "A letter"}))
    assert "Say who has seen the person." in text
    assert "A letter</textarea>" in text
    desk.post(where, {"seen_by": "A&E", "how": "A letter"})
    assert FlagDealtWith.objects.get().seen_by == "A&E"
    assert "Dealt with: seen by A&amp;E. A letter" in page(desk.get(url("case", held)))
    assert desk.get(url("deal-with", held, "no-such-rule")).status_code == 404


def test_only_who_has_the_case_records(client, sign_in, held, make_user):
    sign_in(client, make_user("doctor"))
    for name, more in (("record-facts", ()), ("deal-with", (MOLE,))):
        typed = {"fact-age-verified": "yes", "method": "video", "how": "I called the GP"}
        text = page(client.post(url(name, held, *more), typed), 409)
        assert "Another doctor has this case now." in text
        assert "I called the GP" in text, "what was typed is kept"
        response = client.post(url(name, held, *more), follow=True)
        assert "Another doctor has this case now." in page(response)
    assert not CaseFact.objects.exists()


# --- messages
def test_a_reply_is_sent_once(desk, held, doctor):
    key = hidden(page(desk.get(url("case", held))), "key")
    for _ in range(2):
        desk.post(url("reply", held), {"text": "Yes, you may.", "key": key})
    message = Message.objects.get()
    assert (message.from_doctor, message.author, message.text) == (True, doctor, "Yes, you may.")
    text = page(desk.post(url("reply", held), {"text": " ", "key": key}))
    assert "Write your message." in text


def test_a_closed_case_takes_no_message(desk, make_case, doctor):
    closed = make_case(State.CLOSED, special={}, doctor=doctor)
    text = page(desk.get(url("case", closed)))
    assert "Send the message" not in text
    text = page(desk.post(url("reply", closed), {"text": "Hello", "key": "k" * 43}), 409)
    assert "nothing can be added to it now" in text
    assert "Hello" in text
    assert not Message.objects.exists()


# --- who may
PAGES = (
    ("case", "get", ()),
    ("claim", "post", ()),
    ("take-over", "post", ()),
    ("release", "post", ()),
    ("record-facts", "post", ()),
    ("deal-with", "get", (MOLE,)),
    ("deal-with", "post", (MOLE,)),
    ("reply", "post", ()),
    ("ask", "get", ()),
    ("ask", "post", ()),
    ("take-back", "post", ()),
    ("no-answer-needed", "post", ()),
    ("start-plan", "post", ()),
    ("plan", "get", ()),
    ("plan", "post", ()),
    ("discard-plan", "post", ()),
    ("sign", "get", ()),
    ("sign", "post", ()),
    ("signed-plan", "get", (1,)),
)


@pytest.mark.parametrize("role", [None, "person", "owner", "doctor-unverified"])
def test_a_case_is_for_verified_doctors(client, make_user, sign_in, held, role):
    if role == "doctor-unverified":
        sign_in(client, held.doctor, verified=False)
    elif role:
        sign_in(client, make_user(role))
    expected = {None: "people:sign-in", "doctor-unverified": "people:second-factor"}.get(role)
    before = (held.state, held.doctor_id, held.version)
    for name, method, more in PAGES:
        response = getattr(client, method)(url(name, held, *more))
        if expected:
            assert response["Location"].startswith(reverse(expected)), name
        else:
            assert response.status_code == 403, name
    held.refresh_from_db()
    assert (held.state, held.doctor_id, held.version) == before
    assert not Entry.objects.exists()


@pytest.mark.parametrize("state", [State.DRAFT, State.STOPPED, State.SUBMITTED])
def test_what_was_not_sent_is_nobodys_case(desk, make_case, state):
    case = make_case(state, sent_at=None)
    for name, method, more in PAGES:
        assert getattr(desk, method)(url(name, case, *more)).status_code == 404, name
    assert not Entry.objects.filter(verb="viewed").exists()


def test_an_id_of_nothing_is_not_found(desk):
    assert desk.get("/desk/" + "x" * 22 + "/").status_code == 404
    assert desk.get("/desk/x/").status_code == 404


def test_steps_that_are_posted_are_not_taken_by_a_look(desk, make_case):
    case = make_case(special={})
    for name in ("claim", "take-over", "release", "record-facts", "reply", "start-plan", "discard-plan"):
        assert desk.get(url(name, case)).status_code == 405, name


# --- anything may be sent
def fuzz(seed):
    """Posted data that no page of ours sends."""
    import random

    dice = random.Random(seed)  # noqa: S311
    words = [
        "",
        " ",
        "\x00",
        "💥" * 50,
        "-1",
        "1e999",
        "nan",
        "9" * 400,
        "<script>",
        "null",
        "[]",
        "true",
        "ﬁ",
        "a" * 9000,
        "items-x",
    ]
    names = [
        "version", "do", "code", "plan", "key", "text", "reason", "method", "note", "seen_by", "how",
        "still_open", "others", "photos", "question",
        "items-count", "declined-count", "items-0-form", "items-0-what", "items-99-form", "items--form",
        "declined-0-form", "declined-0-why", "plan-summary", "plan-next_check", "plan-", "why-x--y", "why-",
        "fact-consult-mode", "fact-fitzpatrick", "fact-identity-verified", "fact-allergies", "", "items",
    ]  # fmt: skip
    actions = [
        "save", "save-and-record", "edit", "add-items", "add-declined", "add-x", "remove-items-0", "remove-items-99",
        "remove-items-", "remove--", "remove-declined-²", "-", "add", "discard",
    ]  # fmt: skip
    data = {dice.choice(names): dice.choices(words, k=dice.randint(1, 3)) for _ in range(dice.randint(0, 12))}
    if dice.random() < 0.7:
        data["do"] = dice.choice(actions)
    if dice.random() < 0.5:
        data["items-count"] = dice.choice(["1", "3", "20", "9999", "-3", "²"])
    return data


@pytest.mark.parametrize("seed", range(12))
def test_no_post_breaks_a_page(desk, make_case, doctor, seed):
    desk.raise_request_exception = False
    cases = [make_case(State.IN_REVIEW, doctor=doctor, special={}) for _ in range(2)]
    draft(cases[0], doctor)
    signed(cases[1], doctor)
    for number, (name, _, more) in enumerate(page for page in PAGES if page[1] == "post"):
        for case in cases:
            data = fuzz(seed * 100 + number)
            response = desk.post(url(name, case, *more), data)
            assert response.status_code < 500, (name, data)
    for case in cases:
        assert desk.get(url("case", case)).status_code == 200


# --- its parts
def test_every_part_is_in_the_list_of_parts_with_a_key_of_its_own(desk, held):
    text = page(desk.get(url("case", held)))
    parts = re.search(r'<nav class="parts".*?</nav>', text, re.DOTALL)[0]
    listed = re.findall(r'href="#([\w-]+)"(?: accesskey="(\d)")?', parts)
    assert [name for name, _ in listed][:4] == ["flags", "story", "photos", "wishes"]
    keys = [key for _, key in listed if key]
    assert len(keys) == len(set(keys)) == len(listed)
    headings = re.findall(r'<h2 id="([\w-]+)"', text)
    assert [name for name, _ in listed] == [name for name in headings if name in dict(listed)], "in the page's order"
    assert len(headings) == len(set(headings))
