"""Asking a person for more: what waits, what comes back, what it changes, and what happens when nothing comes."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from skinproof import care
from skinproof.care.photo_views import photo_guide
from skinproof.clinic.audit.models import Entry
from skinproof.clinic.audit.services import Actor
from skinproof.clinic.consultations import choosing, intake, messaging
from skinproof.clinic.consultations.models import Consultation, State
from skinproof.clinic.desk import asking, drafting, holding, recording
from skinproof.clinic.desk.judging import judged
from skinproof.clinic.desk.models import AddedFact, Ask, Reply
from skinproof.clinic.desk.signing import sign
from skinproof.clinic.forms import NONE
from skinproof.clinic.photos import checking
from skinproof.clinic.photos.demonstration import drawn
from skinproof.clinic.photos.selectors import photos_url
from skinproof.clinic.photos.services import add as add_photo
from skinproof.clinic.post.models import Kind, Letter

from .conftest import actor, code_of
from .plans import ready, signed

pytestmark = pytest.mark.django_db
RETINOID = "preg-topical-retinoid"


@pytest.fixture
def person(make_user):
    return make_user(name="Wren Applegarth")


@pytest.fixture
def held(make_case, doctor, person):
    """Whether they are pregnant is not known, and tretinoin turns on it."""
    special = {"pregnancy": "not-sure", "emergency": "not-sure"}
    return make_case(State.IN_REVIEW, doctor=doctor, person=person, choices=["tretinoin"], special=special)


@pytest.fixture
def desk(client, doctor, sign_in):
    return sign_in(client, doctor)


@pytest.fixture
def you(person, sign_in):
    from django.test import Client

    return sign_in(Client(), person)


def ask(case, doctor, **what):
    what = what or {"questions": ["pregnancy"]}
    return asking.ask(case.public_id, doctor, by=actor(doctor), **what)


def reply(case, there, answers=None, text=""):
    case.refresh_from_db()
    by = Actor("person", case.person_id)
    return asking.reply(case.public_id, there.public_id, answers or {}, text, by=by)


def at(name, case, *more):
    return reverse(name, args=[case.public_id, *more])


def page(response, status=200):
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


# --- asking
def test_the_case_waits_for_the_person_and_stays_its_doctors(held, doctor, make_user):
    there = ask(held, doctor, questions=["pregnancy"], photos="Both cheeks.", question="Since when?")
    held.refresh_from_db()
    assert (held.state, held.doctor, held.asked_at) == (State.ASKED, doctor, there.at)
    assert there.questions == [["pregnancy", asking.questions_by_id()["pregnancy"].text]]
    assert Letter.objects.get().kind == Kind.ASKED
    entry = Entry.objects.get(verb="asked-for-more")
    assert entry.detail == {"questions": ["pregnancy"], "photos": True, "own_words": True}
    recording.record_facts(held.public_id, doctor, {"age-verified": True}, method="document", by=actor(doctor))
    assert ask(held, doctor, questions=["pregnancy"], photos="Both cheeks.", question="Since when?") == there
    assert Ask.objects.count() == Letter.objects.count() == 1, "a second press asks nothing anew"
    with pytest.raises(holding.CaseError, match="asked the person for more already"):
        ask(held, doctor, question="Something else")


@pytest.mark.parametrize(
    "what", [{"questions": []}, {"photos": "  "}, {"questions": ["no-such"]}, {"questions": ["story"]}]
)
def test_nothing_is_not_asked(held, doctor, what):
    with pytest.raises(asking.NothingAskedError):
        ask(held, doctor, **what)
    assert not Ask.objects.exists()


def test_who_does_not_have_the_case_asks_nothing(held, make_user):
    other = make_user("doctor")
    with pytest.raises(holding.NotHeldError):
        ask(held, other)


def test_a_page_of_before_asks_nothing(held, doctor):
    version = held.version
    recording.record_facts(held.public_id, doctor, {"age-verified": True}, method="document", by=actor(doctor))
    with pytest.raises(holding.StaleCaseError):
        ask(held, doctor, questions=["pregnancy"], version=version)


def test_given_back_taken_over_and_taken_again_it_still_waits(held, doctor, make_user):
    there, other = ask(held, doctor), make_user("doctor")
    case = holding.claim(held.public_id, other, reason="Dr Quill is off sick", by=actor(other))
    assert (case.state, case.doctor) == (State.ASKED, other)
    holding.release(held.public_id, other, by=actor(other))
    assert holding.claim(held.public_id, doctor, by=actor(doctor)).state == State.ASKED
    reply(held, there, {"pregnancy": "cannot"})
    held.refresh_from_db()
    assert (held.state, held.doctor) == (State.IN_REVIEW, doctor)


def test_taken_back_it_waits_no_longer_and_takes_no_answer(held, doctor):
    there = ask(held, doctor)
    for _ in range(2):
        case = asking.take_back(held.public_id, doctor, by=actor(doctor))
    assert (case.state, case.asked_at) == (State.IN_REVIEW, None)
    with pytest.raises(asking.AskGoneError):
        reply(held, there, {"pregnancy": "cannot"})
    assert not AddedFact.objects.exists()


def test_no_plan_is_signed_while_the_person_is_asked(make_case, doctor, device):
    held = make_case(State.IN_REVIEW, doctor=doctor, special={})
    plan = ready(held, doctor)
    ask(held, doctor)
    with pytest.raises(holding.CaseError, match="take back"):
        sign(plan.public_id, doctor, version=plan.version, code=code_of(device), by=actor(doctor))
    asking.take_back(held.public_id, doctor, by=actor(doctor))
    assert sign(plan.public_id, doctor, version=plan.version, code=code_of(device), by=actor(doctor)).signed


def test_what_is_asked_is_not_lost_beside_a_signed_plan(make_case, doctor):
    case = make_case(State.IN_REVIEW, doctor=doctor, special={})
    signed(case, doctor)
    draft = drafting.start_draft(case.public_id, doctor, by=actor(doctor))
    there = ask(case, doctor)
    assert drafting.discard_draft(draft.public_id, doctor, version=draft.version, by=actor(doctor)).state == State.ASKED
    assert holding.release(case.public_id, doctor, by=actor(doctor)).state == State.WAITING
    reply(case, there, {"pregnancy": "cannot"})
    case.refresh_from_db()
    assert (case.state, case.returned_at is not None) == (State.WAITING, True)


# --- answering
def test_an_answer_is_added_and_what_was_sent_stays_as_it_was(held, doctor):
    there = ask(held, doctor)
    before = judged(held)
    response, screening = dict(held.response), dict(held.screening)
    kept = reply(held, there, {"pregnancy": "pregnant"}, "I found out on Monday.")
    held.refresh_from_db()
    assert (held.response, held.screening) == (response, screening)
    assert intake.answers(held)["pregnancy"] == "not-sure"
    after = judged(held)
    assert after.before.facts.said == before.before.facts.said
    assert RETINOID not in before.now.treatments["tretinoin"].rules
    assert RETINOID in after.now.treatments["tretinoin"].rules
    assert ["tretinoin", "ask-first", "contraindicated"] in kept.changes
    assert (held.state, held.asked_at, held.returned_at) == (State.IN_REVIEW, None, kept.at)
    assert Entry.objects.get(verb="answered-more").detail["facts"] == sorted(
        AddedFact.objects.values_list("fact", flat=True)
    )


def test_the_latest_word_counts_whoever_said_it(held, doctor):
    reply(held, ask(held, doctor), {"pregnancy": "pregnant"})
    recording.record_facts(held.public_id, doctor, {"pregnant": False}, method="phone", by=actor(doctor))
    assert judged(held).facts.known["pregnant"] is False
    reply(held, ask(held, doctor), {"pregnancy": "pregnant"})
    assert judged(held).facts.known["pregnant"] is True


def test_not_sure_leaves_a_fact_unknown(held, doctor):
    kept = reply(held, ask(held, doctor), {"pregnancy": care.UNSURE})
    assert not AddedFact.objects.exists()
    assert kept.changes == []
    assert "pregnant" not in judged(held).facts.known


def test_what_was_not_asked_is_not_taken(held, doctor):
    reply(held, ask(held, doctor), {"age": 12, "pregnancy": "cannot"})
    assert "age" not in AddedFact.objects.values_list("fact", flat=True)


def test_an_answer_that_does_not_fit_is_refused_whole(held, doctor):
    there = ask(held, doctor, questions=["age", "pregnancy"])
    with pytest.raises(care.FactError):
        reply(held, there, {"age": 400, "pregnancy": "cannot"})
    assert not AddedFact.objects.exists()
    held.refresh_from_db()
    assert held.state == State.ASKED


def test_a_second_press_finds_the_first_ones_work(held, doctor):
    there = ask(held, doctor)
    assert reply(held, there, {"pregnancy": "cannot"}) == reply(held, there, {"pregnancy": "pregnant"})
    assert Reply.objects.count() == 1
    assert judged(held).facts.known["pregnant"] is False


def test_a_red_flag_in_an_answer_moves_the_case_up_and_is_told_to_the_person_at_once(held, doctor, you):
    calm = held.urgency_rank
    there = ask(held, doctor, questions=["moles"])
    data: dict = {"ask": there.public_id, "q-moles-answer": ["bigger"]}
    question = asking.questions_by_id()["moles"]
    data["q-moles-offered"] = " ".join(question.offered)
    text = page(you.post(at("plans:more", held), data, follow=True))
    held.refresh_from_db()
    assert "rf-mole-changing" in held.flags
    assert held.urgency_rank < calm
    assert text.index("callout--stop") < text.index("<h1")
    rule = care.rules().rule("rf-mole-changing")
    assert rule.reason in text
    assert care.Flag(rule, care.rules().urgencies[rule.urgency]).do_now[0] in text
    recording.deal_with_flag(held.public_id, doctor, rule.id, seen_by="GP", how="Seen", by=actor(doctor))
    assert "callout--stop" not in page(you.get(at("consultations:status", held)))


@pytest.mark.parametrize("table", ["desk_ask", "desk_addedfact", "desk_reply"])
def test_the_database_keeps_what_was_asked_and_said(held, doctor, table):
    reply(held, ask(held, doctor), {"pregnancy": "cannot"})
    changes = {
        "desk_ask": "question = 'x'",
        "desk_addedfact": "fact = 'x'",
        "desk_reply": "text = 'x'",
    }
    for statement in (f"UPDATE {table} SET {changes[table]}", f"DELETE FROM {table}"):  # noqa: S608
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


# --- pages
def test_the_doctor_chooses_among_the_questions_that_still_matter(desk, held, doctor):
    text = page(desk.get(at("desk:ask", held)))
    still_open = re.findall(r'name="still_open" value="([\w-]+)"', text)
    assert "pregnancy" in still_open
    assert "age" not in still_open
    data = {"version": held.version, "still_open": "pregnancy", "others": "age", "photos": "", "question": "Why?"}
    response = desk.post(at("desk:ask", held), data)
    assert response.url == at("desk:case", held) + "#asked"
    text = page(desk.get(response.url))
    assert "Waiting for the person" in text
    assert "and wait for the person" in text
    assert "Ask the person for more" not in text
    assert Ask.objects.get().question == "Why?"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Nothing is asked yet"),
        ({"still_open": "no-such"}, "Choose from this list."),
        ({"question": "x" * 2_001}, "1 characters too long"),
        ({"question": "a\x00b"}, "Null characters are not allowed"),
    ],
)
def test_what_cannot_be_asked_says_why_and_keeps_what_was_typed(desk, held, data, words):
    text = page(desk.post(at("desk:ask", held), {"photos": "Both cheeks.", **data} if data else {}))
    assert words in text
    if data:
        assert "Both cheeks.</textarea>" in text


def test_an_old_page_asks_nothing_and_keeps_what_was_typed(desk, held, doctor):
    old = held.version
    recording.record_facts(held.public_id, doctor, {"age-verified": True}, method="document", by=actor(doctor))
    data = {"version": old, "still_open": "pregnancy", "question": "Are you sure?"}
    text = page(desk.post(at("desk:ask", held), data), 409)
    assert "The case was changed after this page was shown." in text
    assert "Are you sure?" in text
    assert not Ask.objects.exists()
    again = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', text.split("<main")[1]))
    again.pop("csrfmiddlewaretoken", None)
    assert desk.post(at("desk:ask", held), again).status_code == 302
    assert Ask.objects.get().question == "Are you sure?"


def test_the_person_sees_what_is_asked_answers_and_sees_it_kept(you, held, doctor):
    there = ask(held, doctor, questions=["pregnancy"], photos="Both cheeks.", question="Since when?")
    text = page(you.get(at("consultations:status", held)))
    assert "The doctor asks you for more" in text
    for words in (there.questions[0][1], "Both cheeks.", "Since when?", at("plans:more", held)):
        assert words in text
    text = page(you.get(at("plans:more", held)))
    assert "nothing that you sent is changed" in text
    data = {"ask": there.public_id, "text": "Two years."}
    wrong = page(you.post(at("plans:more", held), data))
    assert "Choose an answer." in wrong
    assert "Two years.</textarea>" in wrong
    assert 'href="#id_q-pregnancy-answer' in wrong
    assert not Reply.objects.exists()
    done = page(you.post(at("plans:more", held), {**data, "q-pregnancy-answer": "cannot"}, follow=True))
    assert "Your answer has been sent" in done
    assert "What you added on" in done
    assert "Two years." in done
    again = page(you.post(at("plans:more", held), {**data, "q-pregnancy-answer": "cannot"}, follow=True))
    assert "asks this no longer" not in again
    assert Entry.objects.filter(verb="answered-more").count() == 1
    assert Reply.objects.count() == 1


def test_an_answer_in_words_alone_is_needed_where_nothing_else_is_asked(you, held, doctor):
    there = ask(held, doctor, question="Since when?")
    assert "Write an answer." in page(you.post(at("plans:more", held), {"ask": there.public_id, "text": " "}))
    you.post(at("plans:more", held), {"ask": there.public_id, "text": "Since May."})
    assert Reply.objects.get().text == "Since May."


def test_what_was_taken_back_while_the_person_wrote_is_told(you, held, doctor):
    there = ask(held, doctor)
    asking.take_back(held.public_id, doctor, by=actor(doctor))
    data = {"ask": there.public_id, "q-pregnancy-answer": "cannot"}
    assert "asks this no longer" in page(you.post(at("plans:more", held), data), 409)
    other = ask(held, doctor, question="Another?")
    assert "asks this no longer" in page(you.post(at("plans:more", held), data), 409)
    assert not Reply.objects.exists()
    assert other.ended_at is None


def test_several_words_of_a_list_and_none_of_them(you, held, doctor):
    question = next(each for each in asking.questions_by_id().values() if each.kind == "any-of" and not each.always)
    there = ask(held, doctor, questions=[question.id])
    name = f"q-{question.id}"
    you.post(
        at("plans:more", held),
        {"ask": there.public_id, f"{name}-answer": [NONE], f"{name}-offered": " ".join(question.offered)},
    )
    (row,) = Reply.objects.get().answers
    assert row[0] == question.id
    assert AddedFact.objects.exists()


def test_the_doctor_sees_what_came_back_and_what_it_changed(desk, held, doctor, make_case):
    make_case(State.IN_REVIEW, doctor=doctor, special={}, urgency_rank=0)
    there = ask(held, doctor, questions=["pregnancy"], question="Since when?")
    assert "Waits for the person" in page(desk.get("/desk/?show=mine"))
    reply(held, there, {"pregnancy": "pregnant"}, "Since May.")
    mine = page(desk.get("/desk/?show=mine"))
    assert "New answers" in mine
    assert mine.index(held.public_id[:6]) == min(mine.index(c.public_id[:6]) for c in Consultation.objects.all())
    text = page(desk.get(at("desk:case", held)))
    asked = text[text.index('id="asked"') : text.index("</section>", text.index('id="asked"'))]
    for words in ("Since May.", "verdict", "ask first → <strong>contraindicated", "Answered"):
        assert words in asked
    assert "New answers" not in page(desk.get("/desk/?show=mine")), "they have been looked at"


def test_somebody_elses_look_does_not_make_the_answers_old(client, sign_in, make_user, held, doctor):
    reply(held, ask(held, doctor), {"pregnancy": "cannot"})
    sign_in(client, make_user("doctor"))
    page(client.get(at("desk:case", held)))
    held.refresh_from_db()
    assert held.returned_at is not None


def test_a_guest_is_told_that_nobody_can_write_to_them(desk, make_case, doctor):
    guest = make_case(State.IN_REVIEW, doctor=doctor, special={})
    assert "no letter can tell them" in page(desk.get(at("desk:ask", guest)))
    ask(guest, doctor)
    assert not Letter.objects.exists()
    assert "They have no account" in page(desk.get(at("desk:case", guest)))


# --- nobody answers
def days_later(monkeypatch, days):
    later = timezone.now() + dt.timedelta(days=days)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)


def test_a_person_who_does_not_answer_is_reminded_a_few_times(held, doctor, monkeypatch, settings):
    settings.ASKED_REMIND_DAYS = 3
    there = ask(held, doctor)
    Letter.objects.update(state="sent", body="", address="")
    days, kinds = [], []
    for _ in range(20):
        days_later(monkeypatch, 1)
        days.append(asking.remind())
        assert asking.remind() == 0
        Letter.objects.update(state="sent", body="", address="")
    assert [day for day, written in enumerate(days, start=1) if written] == [3, 6]
    kinds = list(Letter.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == [Kind.ASKED, Kind.REMINDER, Kind.REMINDER]
    there.refresh_from_db()
    assert (there.reminders, there.remind_at) == (2, None)


def test_the_command_that_sends_writes_the_reminders_first(held, doctor, person, mailoutbox):
    ask(held, doctor)
    Letter.objects.all().delete()
    Ask.objects.update(remind_at=timezone.now())
    call_command("send_post", stdout=io.StringIO())
    (sent,) = mailoutbox
    assert (sent.to, sent.subject) == ([person.email], "Your answer is awaited at Skinproof")


def test_nobody_is_reminded_of_what_is_over(held, doctor, person, monkeypatch):
    ask(held, doctor)
    asking.take_back(held.public_id, doctor, by=actor(doctor))
    ask(held, doctor, question="And?")
    choosing.withdraw(held.public_id, by=actor(person))
    Letter.objects.all().delete()
    days_later(monkeypatch, 30)
    assert asking.remind() == 0
    assert not Letter.objects.exists()


def test_the_doctor_and_the_owner_see_that_nobody_answers(desk, held, doctor, monkeypatch, make_user, sign_in):
    from django.test import Client

    owner = sign_in(Client(), make_user("owner"))
    ask(held, doctor)
    assert re.search(r"no answer for 14 days</dt><dd>0<", page(owner.get(reverse("owner:overview"))))
    Consultation.objects.update(asked_at=timezone.now() - dt.timedelta(days=15))
    assert "No answer for 15 days" in page(desk.get("/desk/?show=mine"))
    assert re.search(r"no answer for 14 days</dt><dd>1<", page(owner.get(reverse("owner:overview"))))
    with monkeypatch.context() as later:
        days_later(later, 15)
        assert asking.overdue_since() > Ask.objects.get().at


def test_a_case_held_long_is_pointed_out(desk, held, make_user, sign_in):
    from django.test import Client

    assert "Held for" not in page(desk.get("/desk/"))
    Consultation.objects.update(claimed_at=timezone.now() - dt.timedelta(hours=50))
    assert "Held for 2 days" in page(desk.get("/desk/"))
    owner = sign_in(Client(), make_user("owner"))
    assert re.search(r"more than 24 hours</dt><dd>1<", page(owner.get(reverse("owner:overview"))))


# --- taken over
def test_who_had_the_case_is_told_who_took_it_and_why_until_they_have_seen_it(desk, held, doctor, make_user):
    other = make_user("doctor", name="Dr Rowan Tansley")
    holding.claim(held.public_id, other, reason="Dr Quill is off sick <today>", by=actor(other))
    text = page(desk.get("/desk/"))
    assert "Taken over from you" in text
    assert "Dr Rowan Tansley took case" in text
    assert "off sick &lt;today&gt;" in text
    assert desk.post(reverse("desk:see-take-overs")).status_code == 302
    assert "Taken over from you" not in page(desk.get("/desk/"))


# --- an old page at the desk
def test_facts_from_an_old_page_are_not_recorded_and_not_lost(desk, held, doctor, person):
    old = held.version
    reply(held, ask(held, doctor), {"pregnancy": "cannot"})
    data = {"version": old, "fact-identity-verified": "yes", "method": "video", "note": "Passport shown"}
    text = page(desk.post(at("desk:record-facts", held), data), 409)
    for words in ("Has the identity been checked?", "Passport shown", "answered more", "Save mine all the same"):
        assert words in text
    assert not held.recorded_facts.exists()
    held.refresh_from_db()
    data["version"] = held.version
    assert desk.post(at("desk:record-facts", held), data).status_code == 302
    assert held.recorded_facts.count() == 1


# --- messages
def test_messages_are_read_and_owed(desk, you, held, doctor, person):
    def status():
        return page(you.get(at("consultations:status", held)))

    messaging.write_message(held.public_id, "May I swim?", key="a" * 43, author=person, by=actor(person))
    assert "(not read yet)" in status()
    assert "New message" in page(desk.get("/desk/"))
    text = page(desk.get(at("desk:case", held)))
    assert "The person waits for an answer since" in text
    assert "(read by a doctor)" in status()
    desk.post(at("desk:no-answer-needed", held))
    assert "New message" not in page(desk.get("/desk/"))
    held.refresh_from_db()
    messaging.write_message(held.public_id, "Yes.", key="b" * 43, author=doctor, from_doctor=True, by=actor(doctor))
    assert ", not read yet" in page(desk.get(at("desk:case", held)))
    assert ">New</span>" in status()
    assert ">New</span>" not in status()
    assert ", read<" in page(desk.get(at("desk:case", held)))


def test_an_unanswered_message_comes_before_more_urgent_cases_of_mine(desk, held, doctor, person, make_case):
    urgent = make_case(State.IN_REVIEW, doctor=doctor, special={}, urgency_rank=0)
    messaging.write_message(held.public_id, "?", key="a" * 43, author=person, by=actor(person))
    mine = page(desk.get("/desk/?show=mine"))
    assert mine.index(held.public_id[:6]) < mine.index(urgent.public_id[:6])


def test_a_closed_consultation_says_whom_to_call(you, held, person):
    choosing.withdraw(held.public_id, by=actor(person))
    text = page(you.get(at("consultations:status", held)))
    assert "Whom to call now" in text
    assert "NHS 111" in text
    assert "Your plan says" not in text


# --- photos
def test_the_doctor_ticks_views_and_the_person_is_led_to_them(desk, you, held):
    text = page(desk.get(at("desk:ask", held)))
    offered = re.findall(r'name="views" value="([\w-]+)"', text)
    assert offered[0] == photo_guide().of_concern(held.concern)[0].id, "those of the concern stand first"
    assert offered == [view.id for view in photo_guide().for_asking(held.concern)]
    two = offered[:2]
    assert desk.post(at("desk:ask", held), {"version": held.version, "views": two, "photos": ""}).status_code == 302
    there = Ask.objects.get()
    names = [photo_guide().views[view].name for view in two]
    assert there.views == [list(pair) for pair in zip(two, names, strict=True)]
    assert all(name in page(desk.get(at("desk:case", held))) for name in names)
    assert all(name in page(you.get(at("consultations:status", held))) for name in names)
    text = page(you.get(at("plans:more", held)))
    href = re.search(r'href="([^"]+/photos/\?[^"]+)"', text).group(1).replace("&amp;", "&")
    assert href == photos_url(held, two)
    shown = page(you.get(href))
    assert "The doctor asks for photos" in shown


def test_a_view_that_there_is_not_is_refused(desk, held, doctor):
    text = page(desk.post(at("desk:ask", held), {"version": held.version, "views": "the-moon"}))
    assert "Choose from this list." in text
    with pytest.raises(asking.NothingAskedError, match="views"):
        ask(held, doctor, views=["the-moon"])
    assert not Ask.objects.exists()


def test_the_same_views_again_ask_nothing_anew_and_others_wait(held, doctor):
    one, other = list(photo_guide().views)[:2]
    there = ask(held, doctor, views=[one, one])
    assert ask(held, doctor, views=[one]) == there
    assert [view for view, _ in there.views] == [one]
    with pytest.raises(holding.CaseError, match="asked the person for more already"):
        ask(held, doctor, views=[other])


def test_asked_views_stay_as_they_were_asked(held, doctor):
    ask(held, doctor, views=list(photo_guide().views)[:1])
    with pytest.raises(DatabaseError, match="kept as it was asked"), transaction.atomic():
        connection.cursor().execute("UPDATE desk_ask SET views = '[]'")


# --- photos that are asked for
@pytest.mark.parametrize("wanted", [{"photos": "Both cheeks, by a window."}, {"views": ["face-front"]}])
def test_photos_that_are_asked_for_are_a_link_away_and_sending_them_is_an_answer(held, doctor, you, person, wanted):
    ask(held, doctor, **wanted)
    more, photos = at("plans:more", held), at("photos:page", held)
    text = page(you.get(more))
    assert f'href="{photos}' in text
    assert "No photo is added yet." in text
    assert "Write an answer" in page(you.post(more, {"text": ""})), "nothing was sent and nothing said"

    kept = checking.read(drawn("face-front"))
    add_photo(held.public_id, "face-front", kept, person=person, by=actor(person))
    assert "1 photo added so far." in page(you.get(more))
    assert f'href="{more}"' in page(you.get(photos)), "and the way back"
    assert you.post(more, {"text": ""}).status_code == 302
    held.refresh_from_db()
    assert held.state == State.IN_REVIEW
