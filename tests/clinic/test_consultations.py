"""A person's path, from the first question to the doctor's queue, through the pages."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from skinproof.care.fit import priorities
from skinproof.clinic.audit.models import Entry
from skinproof.clinic.consultations import choices, intake, triage
from skinproof.clinic.consultations.models import Consultation, Correction, Message, State
from skinproof.vocabulary import vocabulary

from . import journeys
from .journeys import answer_all, answer_until, begin, post_answer, ready, submit, url

pytestmark = pytest.mark.django_db


def now(client: Client, consultation: Consultation) -> str:
    return client.get(url("now", consultation)).url


def verbs() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("verb", flat=True))


# --- beginning
def test_a_guest_starts_with_the_worry_and_the_advert_they_came_with(client):
    query = "?concern=melasma&asked=exosome"
    page = client.get(reverse("consultations:start") + query).content.decode()
    assert "You are asking about Exosomes" in page
    assert 'value="melasma"' in page
    assert "checked" in page
    consultation = begin(client, "melasma", query)
    assert (consultation.state, consultation.person, consultation.asked_for) == (State.DRAFT, None, ["exosome"])
    wanted = answer_until(client, consultation, "wanted")
    shown = client.get(url("question", consultation, "wanted")).content.decode()
    option = next(option.id for option in wanted.options if "exosome" in option.adds)
    assert (
        f'value="{option}" checked' in " ".join(shown.split())
        or f'value="{option}"' in shown.split("checked")[0][-300:]
    )


def test_an_unknown_concern_or_treatment_in_the_address_is_ignored(client):
    response = client.get(reverse("consultations:start") + "?concern=<script>&asked=nonsense")
    assert response.status_code == 200
    assert "script&gt;" not in response.content.decode()
    assert "You are asking about" not in response.content.decode()


def test_pressing_start_twice_begins_one_consultation(client):
    page = client.get(reverse("consultations:start")).content.decode()
    data = {"concern": "acne", "key": journeys.hidden(page, "key")}
    first, second = (client.post(reverse("consultations:start"), data) for _ in range(2))
    assert first.url == second.url
    assert Consultation.objects.count() == 1
    assert client.get(second.url).status_code == 302


def test_a_start_key_of_another_session_opens_nothing_of_theirs(client):
    consultation = begin(client)
    thief = Client()
    response = thief.post(reverse("consultations:start"), {"concern": "acne", "key": consultation.start_key})
    assert response.status_code == 302
    assert consultation.public_id not in response.url
    assert Consultation.objects.count() == 2


def test_a_person_with_an_account_owns_it_from_the_start(client, make_user, sign_in):
    person = make_user()
    sign_in(client, person)
    consultation = begin(client)
    assert consultation.person == person
    assert client.get(url("now", consultation)).status_code == 302


# --- answering
def test_each_question_is_a_page_with_why_a_way_back_and_progress(client):
    consultation = begin(client)
    first = journeys.next_question(consultation)
    page = client.get(url("question", consultation, first.id)).content.decode()
    assert first.text in page
    assert first.why in page
    assert "Step 1 of about" in page
    post_answer(client, consultation, first)
    second = journeys.next_question(consultation)
    assert now(client, consultation) == url("question", consultation, second.id)
    page = client.get(url("question", consultation, second.id)).content.decode()
    assert url("question", consultation, first.id) in page
    assert "Step 2 of about" in page


@pytest.mark.parametrize("value", ["", "abc", "-4", "400", "34.5.6", "1e3", "٣٤", "9" * 5_000, "\x00"])
def test_an_age_that_cannot_be_used_is_told_at_the_field_and_kept_out(client, value):
    consultation = begin(client)
    age = answer_until(client, consultation, "age")
    response = post_answer(client, consultation, age, value)
    page = response.content.decode()
    if value == "٣٤":  # digits of another script are digits
        assert response.status_code == 302
        return
    assert response.status_code == 200
    assert 'role="alert"' in page
    assert "Error: " in page
    consultation.refresh_from_db()
    assert "age" not in intake.answers(consultation)


@pytest.mark.parametrize("value", ["other", ["female", "male"], "\x00", "<b>"])
def test_an_option_that_is_not_offered_is_refused(client, value):
    consultation = begin(client)
    sex = answer_until(client, consultation, "sex")
    response = post_answer(client, consultation, sex, value)
    consultation.refresh_from_db()
    if value == ["female", "male"]:  # the last of two values of one field is the answer, as in any form
        assert intake.answers(consultation)["sex"] == "male"
    else:
        assert response.status_code == 200
        assert "sex" not in intake.answers(consultation)


def test_none_of_these_and_something_else_is_a_contradiction(client):
    consultation = begin(client)
    emergency = answer_until(client, consultation, "emergency")
    response = post_answer(client, consultation, emergency, [journeys.NONE, emergency.offered[0]])
    assert response.status_code == 200
    assert "something else as well" in response.content.decode()
    nothing = post_answer(client, consultation, emergency, [])
    assert nothing.status_code == 200
    assert "Choose what applies to you" in nothing.content.decode()


def test_too_long_a_story_keeps_its_first_part_on_the_page(client):
    consultation = begin(client)
    story = answer_until(client, consultation, "story")
    text = "the beginning " + "x" * story.limit + " the end"
    response = post_answer(client, consultation, story, text)
    page = response.content.decode()
    assert response.status_code == 200
    assert "characters too long" in page
    assert "the beginning" in page
    assert "the end" not in page
    assert post_answer(client, consultation, story, text[: story.limit]).status_code == 302


def test_a_question_that_is_not_asked_yet_or_not_at_all(client):
    consultation = begin(client)
    assert client.get(url("question", consultation, "mood")).status_code == 302
    assert client.get(url("question", consultation, "no-such-question")).status_code == 404
    assert client.post(url("question", consultation, "mood"), {"answer": "x"}).status_code == 302
    consultation.refresh_from_db()
    assert intake.answers(consultation) == {}


def test_answers_to_questions_that_are_hidden_by_a_change_are_kept_apart_and_come_back(client):
    consultation = begin(client)
    answer_until(client, consultation, "skin-type")
    consultation.refresh_from_db()
    assert "pregnancy" in intake.answers(consultation)
    sex = intake.progress(consultation).question("sex")
    post_answer(client, consultation, sex, "male")
    consultation.refresh_from_db()
    assert "pregnancy" not in intake.answers(consultation)
    kept = consultation.set_aside["pregnancy"]
    assert "pregnancy" not in {row.id for row in intake.progress(consultation).rows()}
    post_answer(client, consultation, sex, "female")
    consultation.refresh_from_db()
    assert kept == intake.answers(consultation)["pregnancy"]
    assert consultation.set_aside == {}
    changed = list(Correction.objects.values_list("question", "before", "after"))
    assert changed == [("sex", "female", "male"), ("sex", "male", "female")]


# --- red flags
def test_a_red_flag_that_holds_everything_stops_at_once_and_nothing_else_is_offered(client):
    consultation = begin(client)
    emergency = answer_until(client, consultation, "emergency")
    response = post_answer(client, consultation, emergency, ["breathing"])
    assert client.get(response.url).url == url("stop", consultation)
    page = client.get(url("stop", consultation)).content.decode()
    assert "999" in page
    assert "go on" not in page.split("I gave a wrong answer")[0].split("</h1>")[1]
    consultation.refresh_from_db()
    assert consultation.state == State.STOPPED
    for name in ("check", "consent", "options", "matters", "choose", "send", "status", "now"):
        assert client.get(url(name, consultation), follow=True).redirect_chain[-1][0] == url("stop", consultation), name
    assert client.post(url("stop", consultation)).url == url("stop", consultation)
    assert "stopped" in verbs()


def test_a_wrong_answer_behind_a_stop_can_be_changed_which_is_recorded(client):
    consultation = begin(client)
    emergency = answer_until(client, consultation, "emergency")
    post_answer(client, consultation, emergency, ["breathing"])
    page = client.get(url("stop", consultation)).content.decode()
    change = url("question", consultation, "emergency") + "?change=stop"
    assert change in page
    assert client.get(change).status_code == 200
    assert client.get(url("question", consultation, "age")).url == url("stop", consultation)
    post_answer(client, consultation, emergency)
    consultation.refresh_from_db()
    assert consultation.state == State.DRAFT
    correction = Correction.objects.get()
    assert correction.before == ["breathing"]
    assert correction.after == []
    assert correction.flags_before
    assert correction.flags_after == []
    assert client.get(url("now", consultation)).url != url("stop", consultation)


def test_a_red_flag_that_needs_a_gp_is_read_first_and_goes_to_the_doctor(client):
    consultation = begin(client)
    moles = answer_until(client, consultation, "moles")
    post_answer(client, consultation, moles, [moles.offered[0]])
    assert now(client, consultation) == url("stop", consultation)
    assert client.get(url("question", consultation, "age")).url == url("stop", consultation)
    page = client.get(url("stop", consultation)).content.decode()
    assert "I have read this, go on" in page
    client.post(url("stop", consultation))
    consultation.refresh_from_db()
    assert consultation.state == State.DRAFT
    assert consultation.acknowledged
    answer_all(client, consultation)
    submit(client, consultation)
    consultation.refresh_from_db()
    assert consultation.state == State.SUBMITTED
    assert set(consultation.flags) >= set(consultation.acknowledged)
    assert consultation.urgency
    assert consultation.urgency_rank < triage.CALM


# --- review, consent, submit
def test_all_answers_are_read_through_before_they_are_submitted(client):
    consultation = answer_all(client, begin(client))
    assert now(client, consultation) == url("check", consultation)
    page = client.get(url("check", consultation)).content.decode()
    for row in intake.progress(consultation).rows():
        assert escape(row.text) in page
        assert url("question", consultation, row.id) + "?change=check" in page
    response = client.post(url("question", consultation, "age") + "?change=check", {"answer": "40"})
    assert client.get(response.url).url == url("check", consultation)
    assert "40 years" in client.get(url("check", consultation)).content.decode()


def test_nothing_is_submitted_without_consent(client):
    consultation = ready(client)
    for missing in ("truth", "agree"):
        response = submit(client, consultation, **{missing: ""})
        assert response.status_code == 200
        assert 'role="alert"' in response.content.decode()
    consultation.refresh_from_db()
    assert consultation.state == State.DRAFT


def test_submitting_twice_and_again_later_changes_nothing(client):
    consultation = ready(client)
    data = journeys.agreed(client, consultation)
    replies = [client.post(url("consent", consultation), data) for _ in range(3)]
    assert {reply.url for reply in replies} == {url("options", consultation)}
    consultation.refresh_from_db()
    assert consultation.state == State.SUBMITTED
    assert consultation.consent_version == "1"
    assert consultation.rules_version == intake.rules_version()
    assert set(consultation.screening) >= {"person", "treatments"}
    assert verbs().count("submitted") == 1
    assert verbs().count("consented") == 1
    assert post_answer(client, consultation, intake.progress(consultation).question("age"), "50").url == url(
        "now", consultation
    )
    consultation.refresh_from_db()
    assert intake.answers(consultation)["age"] == 34


def test_submitting_from_a_page_older_than_the_last_change_asks_to_read_again(client):
    consultation = ready(client)
    data = journeys.agreed(client, consultation)
    post_answer(client, consultation, intake.progress(consultation).question("age"), "41")
    response = client.post(url("consent", consultation), data)
    assert response.url == url("check", consultation)
    assert "Read them through again" in client.get(response.url).content.decode()
    consultation.refresh_from_db()
    assert consultation.state == State.DRAFT


def test_the_server_checks_every_answer_again_when_they_are_submitted(client):
    consultation = ready(client)
    data = journeys.agreed(client, consultation)
    whole = json.dumps(consultation.response)
    for old, new in (
        ('"valueDecimal": 34', '"valueDecimal": 4000'),
        ('"code": "female"', '"code": "else"'),
        ('"linkId": "sex"', '"linkId": "no-such-question"'),
        ('"linkId": "emergency"', '"linkId": "emergencies"'),
        ("Questionnaire/pigment|1", "Questionnaire/acne|1"),
    ):
        assert old in whole
        Consultation.objects.filter(pk=consultation.pk).update(response=json.loads(whole.replace(old, new)))
        assert client.post(url("consent", consultation), data).status_code == 302
        consultation.refresh_from_db()
        assert consultation.state == State.DRAFT, new


# --- whose it is
def test_other_peoples_consultations_and_ones_that_do_not_exist_look_the_same(client, make_user, sign_in):
    owned = begin(client)
    stranger, account = Client(), Client()
    sign_in(account, make_user())
    for someone in (stranger, account):
        for name in ("now", "stop", "check", "consent", "options", "matters", "choose", "send", "status", "link"):
            theirs = someone.get(url(name, owned))
            nothing = someone.get(url(name, owned).replace(owned.public_id, "A" * 22))
            assert theirs.status_code == nothing.status_code == 404
            same = nothing.content.decode().replace("A" * 22, owned.public_id)
            assert theirs.content.decode() == same


def test_an_answer_sent_after_the_sign_in_ended_is_offered_again(client, make_user, sign_in):
    person = make_user()
    sign_in(client, person)
    consultation = begin(client)
    age = journeys.next_question(consultation)
    client.logout()
    response = post_answer(client, consultation, age, "57")
    page = response.content.decode()
    assert response.status_code == 404
    assert 'name="answer" value="57"' in page
    assert f'action="{url("question", consultation, "age")}"' in page
    sign_in(client, person)
    assert client.post(url("question", consultation, "age"), {"answer": "57"}).status_code == 302
    consultation.refresh_from_db()
    assert intake.answers(consultation)["age"] == 57


# --- options, what matters, choice
def submitted(client: Client, concern: str = "melasma", **special) -> Consultation:
    consultation = ready(client, concern)
    submit(client, consultation)
    consultation.refresh_from_db()
    assert consultation.state == State.SUBMITTED
    return consultation


GROUP_OF = {
    "open": "Open to you",
    "open-with-care": "Open to you",
    "by-yourself": "Open to you",
    "ask-first": "A doctor must check first",
    "doctor-must-check": "A doctor must check first",
    "not-yet": "Not now, or not here",
    "not-here": "Not now, or not here",
    "needs-to-be-seen": "Not now, or not here",
    "not-for-you": "Not for you",
}


def grouped(page: str) -> dict[str, list[str]]:
    """The title of each group of options with its forms."""
    parts = re.split(r'<section class="wide group', page)[1:]
    return {
        re.search(r"<h2.*?<span>(.*?)</span>", part).group(1): re.findall(r'<li class="option" id="([\w-]+)"', part)
        for part in parts
    }


def test_every_option_is_shown_with_its_state_and_no_treatment_among_them(client):
    consultation = submitted(client)
    page = client.get(url("options", consultation)).content.decode()
    options = choices.options(consultation)
    shown = grouped(page)
    for option in options.all:
        (title,) = [title for title, forms in shown.items() if option.form in forms]
        assert title == GROUP_OF[option.status]
    assert "no-treatment" in {option.form for option in options.open}
    for option in options.closed:
        for because in option.why:
            assert escape(because.sentence) in page


def test_what_the_person_asked_about_is_answered_first_and_re_orders_nothing(client):
    consultation = submitted(client)
    before = client.get(url("options", consultation)).content.decode()
    assert "You asked about" not in before
    Consultation.objects.filter(pk=consultation.pk).update(asked_for=["exosome"])
    page = client.get(url("options", consultation)).content.decode()
    first = page[page.index("You asked about") : page.index("All options")]
    assert set(re.findall(r'href="#([\w-]+)"', first)) == {form.id for form in vocabulary().forms_of("exosome")}
    order = re.compile(r'<li class="option" id="([\w-]+)"')
    # Asking can bring in a form that is not weighed for this concern; those weighed anyhow stay as they were.
    weighed = order.findall(before)
    assert [form for form in order.findall(page) if form in weighed] == weighed


@pytest.mark.parametrize("concern", ["melasma", "acne", "hair-loss", "skin-ageing"])
def test_every_number_on_the_options_page_leads_to_a_record(client, concern):
    from .test_numbers_have_sources import unsourced

    consultation = submitted(client, concern)
    client.post(url("matters", consultation), dict.fromkeys(priorities(), "3"))
    assert unsourced(client, url("options", consultation)) == []


def test_what_matters_is_shown_beside_each_option_and_re_orders_nothing(client):
    consultation = submitted(client)
    before = [option.form for option in choices.options(consultation).all]
    response = client.post(url("matters", consultation), {"money": "3", "pain": "0", "effect": ""})
    assert response.url == url("options", consultation)
    consultation.refresh_from_db()
    assert consultation.priorities == {"money": 3, "pain": 0}
    assert [option.form for option in choices.options(consultation).all] == before
    page = client.get(url("options", consultation)).content.decode()
    assert "(very important)" in page
    assert "(not at all important)" in page
    again = client.get(url("matters", consultation)).content.decode()
    assert again.count("checked") == len(priorities())
    wrong = client.post(url("matters", consultation), {"money": "9"})
    assert wrong.status_code == 200


def test_only_what_is_open_or_waits_for_an_answer_can_be_chosen(client):
    consultation = submitted(client)
    closed = [option.form for option in choices.options(consultation).closed]
    for choice in ([], ["nonsense"], closed[:1] or ["nonsense"]):
        response = client.post(url("choose", consultation), {"choices": choice, "note": "hello"})
        assert response.status_code == 200
        assert "hello" in response.content.decode(), "what was typed is kept"
    consultation.refresh_from_db()
    assert consultation.choices == []
    assert client.get(url("send", consultation)).url == url("choose", consultation)


def send(client: Client, consultation: Consultation, choices: list[str] | None = None, note: str = ""):
    client.post(url("choose", consultation), {"choices": choices or ["no-treatment"], "note": note})
    page = client.get(url("send", consultation)).content.decode()
    return client.post(url("send", consultation), {"version": journeys.hidden(page, "version")})


def test_the_choice_is_read_through_and_sent_once(client):
    consultation = submitted(client)
    response = client.post(
        url("choose", consultation), {"choices": ["sunscreen", "no-treatment"], "note": "A <b> note"}
    )
    assert response.url == reverse("photos:page", args=[consultation.public_id])  # which can be passed over
    page = client.get(url("send", consultation)).content.decode()
    assert "A &lt;b&gt; note" in page
    version = journeys.hidden(page, "version")
    replies = [client.post(url("send", consultation), {"version": version}) for _ in range(3)]
    assert {reply.url for reply in replies} == {url("status", consultation)}
    consultation.refresh_from_db()
    assert (consultation.state, consultation.choices) == (State.WAITING, ["sunscreen", "no-treatment"])
    assert verbs().count("sent") == 1
    assert "Waiting for a doctor" in client.get(url("status", consultation)).content.decode()
    late = client.post(url("choose", consultation), {"choices": ["no-treatment"]})
    assert late.url == url("now", consultation)
    consultation.refresh_from_db()
    assert consultation.choices == ["sunscreen", "no-treatment"]


def test_a_choice_changed_in_another_tab_is_read_through_again(client):
    consultation = submitted(client)
    client.post(url("choose", consultation), {"choices": ["no-treatment"]})
    version = journeys.hidden(client.get(url("send", consultation)).content.decode(), "version")
    client.post(url("choose", consultation), {"choices": ["sunscreen"]})
    response = client.post(url("send", consultation), {"version": version})
    assert response.url == url("send", consultation)
    consultation.refresh_from_db()
    assert consultation.state == State.SUBMITTED


# --- messages
def test_a_message_goes_to_the_doctor_once(client):
    consultation = submitted(client)
    send(client, consultation)
    page = client.get(url("status", consultation)).content.decode()
    data = {"text": "Is it <b>safe</b>?", "key": journeys.hidden(page, "key")}
    for _ in range(2):
        assert client.post(url("message", consultation), data).url == url("status", consultation)
    assert consultation.messages.count() == 1
    page = client.get(url("status", consultation)).content.decode()
    assert "Is it &lt;b&gt;safe&lt;/b&gt;?" in page
    assert verbs().count("messaged") == 1


def test_a_message_that_is_too_long_or_empty_keeps_what_was_typed(client):
    consultation = submitted(client)
    send(client, consultation)
    key = journeys.hidden(client.get(url("status", consultation)).content.decode(), "key")
    long = client.post(url("message", consultation), {"text": "start " + "x" * 5_000, "key": key}).content.decode()
    assert "characters too long" in long
    assert "start xxx" in long
    assert f'value="{key}"' in long
    empty = client.post(url("message", consultation), {"text": " ", "key": key}).content.decode()
    assert "Write your message" in empty
    assert consultation.messages.count() == 0


def test_nothing_is_written_to_a_doctor_before_one_has_the_case(client):
    consultation = submitted(client)
    response = client.post(url("message", consultation), {"text": "hello", "key": "k" * 30})
    assert response.url == url("now", consultation)
    assert consultation.messages.count() == 0


# --- stopping for good
@pytest.mark.parametrize("far", ["draft", "submitted", "sent"])
def test_a_person_can_close_it_until_a_plan_is_signed(client, far):
    consultation = begin(client) if far == "draft" else submitted(client)
    if far == "sent":
        send(client, consultation)
    assert client.get(url("withdraw", consultation)).status_code == 200
    for _ in range(2):
        assert client.post(url("withdraw", consultation)).url == url("status", consultation)
    consultation.refresh_from_db()
    assert consultation.state == State.CLOSED
    assert verbs().count("ended") == 1
    assert "Closed" in client.get(url("status", consultation)).content.decode()
    for name in ("check", "consent", "matters", "choose", "send"):
        assert client.get(url(name, consultation), follow=True).redirect_chain[-1][0] == url("status", consultation), (
            name
        )


def test_a_signed_plan_cannot_be_withdrawn_from(client, make_user, make_device):
    from skinproof.clinic.desk import demonstration

    doctor, person = make_user("doctor"), make_user()
    make_device(doctor)
    plan = demonstration.plan_signed(person, doctor)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    consultation = plan.consultation
    assert client.post(url("withdraw", consultation)).url == url("now", consultation)
    consultation.refresh_from_db()
    assert consultation.state == State.PLAN_READY


def test_a_key_of_another_consultation_is_refused_in_words(client):
    first, second = ready(client), ready(client)
    key = "k" * 43
    assert submit(client, first, key=key).url == url("options", first)
    assert submit(client, second, key=key).url == url("check", second)
    second.refresh_from_db()
    assert second.state == State.DRAFT
    Consultation.objects.update(state=State.WAITING)
    for consultation in (first, second):
        response = client.post(url("message", consultation), {"text": "Hello", "key": key})
        assert response.status_code == 302
    assert Message.objects.get().consultation == first


# --- finding the way
def test_the_start_says_how_many_questions_there_are(client):
    page = client.get(reverse("consultations:start")).content.decode()
    assert "some 20 to 30 in all" in page
    for concern in ("melasma", "acne", "hair-loss", "rosacea"):
        consultation = begin(Client(), concern)
        assert 15 <= intake.progress(consultation).steps <= 32, concern
