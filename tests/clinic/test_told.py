"""A person's own words on their path: what stops at once, what is asked, and that every page goes by the same."""

from __future__ import annotations

import datetime as dt
import logging

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from care.patients import FOLDER, people
from skinproof import care
from skinproof.care.concerns import NO_TREATMENT
from skinproof.care.plans import check_plan
from skinproof.clinic.audit.models import Entry
from skinproof.clinic.consultations import choices, choosing, confirming, intake, selectors, told, triage
from skinproof.clinic.consultations.models import Consultation, Correction, Message, State, WordsAnswer
from skinproof.clinic.consultations.shown import Piece, sentences
from skinproof.clinic.desk import asking, recording
from skinproof.clinic.desk.found import found
from skinproof.clinic.desk.judging import judged

from .conftest import actor
from .journeys import answer_all, answer_until, begin, next_question, post_answer, submit, url

pytestmark = pytest.mark.django_db
SWOLLEN = "Brown patches since May. Today my face swelled up and I can't breathe."
EMERGENCY = "rf-allergic-emergency"


def page(response) -> str:
    assert response.status_code == 200, response
    return response.content.decode()


def tell(client, story, concern="melasma"):
    consultation = begin(client, concern)
    question = answer_until(client, consultation, "story")
    response = post_answer(client, consultation, question, story)
    consultation.refresh_from_db()
    return consultation, response


def quote_of(consultation) -> str:
    return intake.progress(consultation).journey.flags[0].quotes[0].id


# --- a red flag in the story
def test_a_red_flag_in_the_story_stops_at_once_with_the_words_and_the_advice(client):
    consultation, response = tell(client, SWOLLEN)
    assert consultation.state == State.STOPPED
    assert client.get(response.url).url == url("stop", consultation)
    text = page(client.get(url("stop", consultation)))
    assert "You wrote in your story: <q>face swelled up</q>, <q>can&#x27;t breathe</q>" in text
    assert 'call <a href="tel:999">999</a> now' in text
    assert "That is not so" in text
    assert client.post(url("stop", consultation)).url == url("stop", consultation)
    assert "stopped" in Entry.objects.values_list("verb", flat=True)


def test_not_so_is_kept_as_a_correction_and_the_person_goes_on(client):
    consultation, _ = tell(client, SWOLLEN)
    quote = quote_of(consultation)
    assert client.post(url("not-so", consultation), {"quote": quote}).url == url("now", consultation)
    consultation.refresh_from_db()
    assert consultation.state == State.DRAFT
    kept = Correction.objects.get()
    assert (kept.question, kept.flags_before, kept.flags_after) == ("story", [EMERGENCY], [])
    assert kept.before["quotes"] == ["face swelled up", "can't breathe"]
    assert [row.answer for row in WordsAnswer.objects.all()] == ["no", "no"]
    entry = Entry.objects.filter(verb="corrected").get()
    assert "swelled" not in str(entry.detail)
    # a second press, or an id that is nobody's, changes nothing
    for each in (quote, "story.no-such-fact", ""):
        client.post(url("not-so", consultation), {"quote": each})
    assert Correction.objects.count() == 1
    # the same words in a story that is written anew are still answered, others are not
    question = intake.progress(consultation).question("story")
    post_answer(client, consultation, question, f"{SWOLLEN} My throat is closing up.")
    consultation.refresh_from_db()
    assert consultation.state == State.STOPPED


def test_the_doctor_reads_what_was_denied(client, make_user, sign_in, make_case):
    case = make_case(State.SUBMITTED, special={"story": SWOLLEN})
    assert case.flags == [EMERGENCY]
    confirming.answer_words(case.public_id, quote_of(case), "no", by=actor(make_user()))
    Consultation.objects.filter(pk=case.pk).update(state=State.WAITING, sent_at=timezone.now())
    case.refresh_from_db()
    assert (case.flags, case.urgency) == ([], "")
    sign_in(client, make_user("doctor"))
    text = page(client.get(reverse("desk:case", args=[case.public_id])))
    assert "What was read in their story" in text
    assert "The person says that this is not so" in text
    assert "A red flag went away with this change" in text
    first = text[text.index('id="in-words"') : text.index('id="story"')]
    assert "face swelled up" in first
    assert "asked about it, they said no" in first


def test_what_the_person_said_of_their_words_is_not_changed_afterwards(make_case, make_user):
    case = make_case(State.SUBMITTED, special={"story": SWOLLEN})
    confirming.answer_words(case.public_id, quote_of(case), "no", by=actor(make_user()))
    row = WordsAnswer.objects.first()
    for change in (lambda: WordsAnswer.objects.update(answer="yes"), row.delete):
        with pytest.raises(DatabaseError, match="kept as it was said"), transaction.atomic():
            change()
    case.refresh_from_db()
    stored = [(row.fact, row.word, row.words, row.answer) for row in WordsAnswer.objects.all()]
    assert [tuple(each) for each in case.confirmed["story"]] == stored


def test_a_red_flag_that_need_not_hold_is_read_and_passed(client):
    consultation, _ = tell(client, "A mole on my cheek is getting bigger.")
    assert consultation.state == State.DRAFT
    assert "I have read this, go on" in page(client.get(url("stop", consultation)))
    client.post(url("stop", consultation))
    assert next_question(consultation).id == "emergency"
    # answered against their own words: the red flag stays, and the page before sending says so
    answer_all(client, consultation)
    assert "rf-mole-changing" in intake.progress(consultation).flag_rules
    text = page(client.get(url("check", consultation)))
    assert "Your words and an answer do not agree" in text
    assert "mole on my cheek is getting bigger" in text
    submit(client, consultation)
    consultation.refresh_from_db()
    assert "rf-mole-changing" in consultation.flags
    assert consultation.screening["contradictions"][0]["fact"] == "lesion-changing-size"


# --- facts
def test_the_question_that_asks_it_shows_the_words_and_ticks_nothing(client):
    consultation, _ = tell(client, "I take warfarin.")
    question = answer_until(client, consultation, "blood-medicines")
    text = page(client.get(url("question", consultation, question.id)))
    assert "You wrote: <q>warfarin</q>" in text
    assert "checked" not in text


def test_answers_against_the_words_are_kept_and_the_graver_reading_stands(client):
    consultation, _ = tell(client, "I take warfarin.")
    answer_all(client, consultation)
    now = intake.progress(consultation).journey
    assert {"medicines", "anticoagulant"} & now.account.disputed
    calm = begin(client)
    answer_all(client, calm)
    without = intake.progress(calm).journey.screening().treatments
    worse = [f for f, v in now.screening().treatments.items() if v.rules != without[f].rules]
    assert worse


@pytest.fixture
def waiting(client):
    """A consultation whose words say what no answer does: asked, the person was not sure."""
    consultation, _ = tell(client, "I take warfarin.")
    return answer_all(client, consultation, blood_medicines=[care.UNSURE])


@pytest.mark.parametrize(
    ("story", "shown"),
    [
        ("Patches. I take warfarin & aspirin. Since May.", [[("I take ", False), ("warfarin", True)]]),
        ("I take warfarin " + "every single day " * 20, [[("warfarin", True)]]),
    ],
)
def test_what_was_read_is_shown_in_its_sentence_unless_that_is_very_long(client, story, shown):
    consultation, _ = tell(client, story)
    answer_all(client, consultation, blood_medicines=[care.UNSURE])
    (quoted,) = (q for q in intake.progress(consultation).to_confirm if q.atom == ("medicines", "warfarin"))
    found = sentences(quoted, intake.texts(consultation))
    assert [[(piece.text, piece.read) for piece in pieces][:2] for pieces in found] == shown
    assert sentences(quoted, ()) == ((Piece("warfarin", read=True),),)


def test_what_no_answer_tells_is_asked_and_what_changes_nothing_is_not(client, waiting):
    assert [quote.atom for quote in intake.progress(waiting).to_confirm] == [("medicines", "warfarin"), "anticoagulant"]
    calm, _ = tell(client, "I take warfarin.", "eczema")
    answer_all(client, calm)
    assert intake.progress(calm).to_confirm == ()


def test_the_page_asks_one_by_one_and_keeps_each_answer(client, waiting):
    assert client.get(client.get(url("check", waiting)).url).url == url("words", waiting)
    graver = intake.progress(waiting).journey.screening()
    text = page(client.get(url("words", waiting)))
    assert "<q>I take <strong>warfarin</strong>.</q>" in text
    assert "checked" not in text
    quote = "story.medicines.warfarin"
    missing = page(client.post(url("words", waiting), {"quote": quote}))
    assert "Choose an answer." in missing
    assert not WordsAnswer.objects.exists()
    assert client.post(url("words", waiting), {"quote": quote, "answer": "yes"}).url == url("now", waiting)
    assert client.get(url("now", waiting)).url == url("check", waiting)  # the medicine says what it is
    waiting.refresh_from_db()
    assert intake.progress(waiting).journey.account.form.known["anticoagulant"] is True
    assert intake.progress(waiting).journey.screening().treatments.keys() == graver.treatments.keys()
    row = WordsAnswer.objects.get()
    assert (row.where, row.fact, row.word, row.value, row.words, row.answer) == (
        "story", "medicines", "warfarin", True, "warfarin", "yes"
    )  # fmt: skip
    assert Entry.objects.filter(verb="confirmed").get().detail == {"fact": "medicines", "words": "yes"}
    # a page that is out of date leads on
    assert client.post(url("words", waiting), {"quote": quote, "answer": "no"}).status_code == 302
    assert WordsAnswer.objects.count() == 1


def test_it_is_not_opened_from_where_it_does_not_belong(client, make_case):
    consultation = begin(client)
    assert client.get(url("words", consultation)).url == url("now", consultation)
    assert client.get(url("urgent", consultation)).url == url("now", consultation)
    assert client.get(url("not-so", consultation)).status_code == 405


# --- note, message, reply
@pytest.fixture
def you(client, make_user, sign_in):
    person = make_user()
    sign_in(client, person)
    return person


def test_a_red_flag_in_the_note_is_kept_and_told_at_once(client, you, make_case):
    case = make_case(State.SUBMITTED, special={}, person=you)
    data = {"choices": ["azelaic-acid"], "note": "My face swelled up today."}
    assert client.post(url("choose", case), data).url == url("urgent", case)
    text = page(client.get(url("urgent", case)))
    assert "You wrote in your note: <q>face swelled up</q>" in text
    assert 'call <a href="tel:999">999</a> now' in text
    case.refresh_from_db()
    assert (case.note, case.flags, case.urgency_rank) == (data["note"], [EMERGENCY], 0)
    assert case.screening["person"]["rules"] == [EMERGENCY]
    # the choice can still be changed, and sent
    assert "You chose it, and it has to wait" in page(client.get(url("choose", case)))
    choosing.send_to_doctor(case.public_id, version=case.version, by=actor(you))
    assert "Get emergency help now" in page(client.get(url("status", case)))


def send_message(client, case, text):
    return client.post(url("message", case), {"text": text, "key": f"a-key-of-this-page-{Message.objects.count()}"})


@pytest.mark.parametrize("state", [State.WAITING, State.IN_REVIEW, State.PLAN_READY])
def test_a_red_flag_in_a_message_is_sent_moves_the_case_up_and_is_told_at_once(
    client, you, make_case, state, make_user
):
    case = make_case(state, special={}, person=you, doctor=make_user("doctor"))
    assert send_message(client, case, "Thank you.").url == url("status", case)
    assert send_message(client, case, "I feel suicidal and want to end my life.").url == url("urgent", case)
    assert Message.objects.count() == 2
    case.refresh_from_db()
    assert (case.flags, case.urgency, case.urgency_rank) == (["rf-suicidal-thoughts"], "emergency", 0)
    text = page(client.get(url("urgent", case)))
    assert "You wrote in a message" in text
    assert "has been sent" in text
    assert "rf-suicidal-thoughts" in judged(case).holding
    assert "suicid" not in str(list(Entry.objects.filter(verb="messaged").values_list("reason", "object_id")))
    # until a doctor has dealt with it, and again if it is written again
    case.flags_dealt_with.create(rule="rf-suicidal-thoughts", seen_by="GP", how="Called", doctor=make_user("doctor"))
    assert selectors.urgent(case) is None
    send_message(client, case, "I am suicidal again.")
    assert selectors.urgent(case) is not None


def test_a_flag_that_was_dealt_with_and_is_told_again_holds_again(client, you, make_case, make_user, sign_in):
    doctor = make_user("doctor")
    case = make_case(State.IN_REVIEW, special={}, person=you, doctor=doctor)
    send_message(client, case, "I feel suicidal and want to end my life.")
    rule = "rf-suicidal-thoughts"

    def deal(how):
        return recording.deal_with_flag(case.public_id, doctor, rule, seen_by="GP", how=how, by=actor(doctor))

    first = deal("Called at once")
    assert deal("pressed twice") == first
    assert judged(case).holding == ()
    send_message(client, case, "Thank you for calling me.")
    assert judged(case).holding == ()
    send_message(client, case, "I am suicidal again.")
    found = judged(case)
    assert found.holding == (rule,)
    assert rule not in found.dealt_with
    assert found.told_again == {rule: first}
    assert {verdict.verdict for verdict in found.now.treatments.values()} == {"urgent-referral"}
    assert any(problem.rule == rule for problem in check_plan([NO_TREATMENT], found.now, dealt_with=found.dealt_with))
    sign_in(client, doctor)
    text = page(client.get(reverse("desk:case", args=[case.public_id])))
    assert "Told again since it was dealt with" in text
    assert "Called at once" in text
    assert "Record what was done about it" in text
    second = deal("Called again")
    assert second != first
    assert judged(case).holding == ()
    assert [row.how for row in case.flags_dealt_with.all()] == ["Called at once", "Called again"]


def test_what_a_person_denies_later_does_not_move_the_case_down(client, you, make_case):
    case = make_case(special={}, person=you)
    send_message(client, case, "My face swelled up today.")
    quote = selectors.urgent(case).quotes[0].id
    client.post(url("not-so", case), {"quote": quote})
    case.refresh_from_db()
    assert selectors.urgent(case) is None
    assert (case.flags, case.urgency_rank) == ([EMERGENCY], 0)
    assert not judged(case).holding
    assert Correction.objects.get().question.startswith("message:")


def test_a_red_flag_in_a_reply_is_raised_by_its_words(client, you, make_case, make_user):
    doctor = make_user("doctor")
    case = make_case(State.IN_REVIEW, special={}, person=you, doctor=doctor)
    there = asking.ask(case.public_id, doctor, question="How are you?", by=actor(doctor))
    kept = asking.reply(case.public_id, there.public_id, {}, "My face swelled up.", by=actor(you))
    case.refresh_from_db()
    assert kept.flags == case.flags == [EMERGENCY]
    assert "You wrote in your answer to the doctor" in page(client.get(url("status", case)))


def test_what_a_doctor_records_settles_what_was_written_before(make_case, make_user):
    doctor = make_user("doctor")
    case = make_case(State.IN_REVIEW, special={"story": "I take warfarin."}, doctor=doctor)
    assert judged(case).now.account.contradictions
    for fact, value in (("medicines", {"has": [], "not": ["warfarin"]}), ("anticoagulant", False)):
        case.recorded_facts.create(fact=fact, value=value, method="phone", doctor=doctor)
    settled = judged(case)
    assert not settled.now.account.contradictions
    assert settled.facts.known["anticoagulant"] is False
    assert "warfarin" in {line.words for line in found(settled).lines}
    Message.objects.create(
        consultation=case, text="I take warfarin.", key="k" * 30, at=timezone.now() + dt.timedelta(1)
    )
    assert judged(case).now.account.contradictions


# --- one way
ANSWERS = ({}, {"moles": ["bigger"]}, {"pregnancy": "not-sure"}, {"breastfeeding": "yes"})
WRITERS = [person for person in people(FOLDER) if person.get("complaint")]


@pytest.mark.parametrize("note", ["", "I take warfarin. I'm not pregnant."])
def test_every_place_that_screens_says_the_same(make_case, note):
    """People whose words tell much: what is stored, what they are shown, and what the doctor and the plan go by."""
    assert len(WRITERS) > 20
    for number, person in enumerate(WRITERS):
        concern = person.get("concern", "melasma")
        special = {"story": person["complaint"][:4000]}
        offered = care.for_concern(concern).questions
        special |= {
            name: value
            for name, value in ANSWERS[number % 4].items()
            if name in offered and _fits(offered[name], value)
        }
        case = make_case(State.SUBMITTED, special=special, concern=concern, choices=[], note=note)
        case.refresh_from_db()
        shown, desk = choices.options(case), judged(case)
        stored = {form: row["verdict"] for form, row in case.screening["treatments"].items()}
        for option in shown.all:
            verdicts = {option.verdict.verdict, desk.before.treatments[option.form].verdict}
            verdicts |= {desk.now.treatments[option.form].verdict, stored[option.form]}
            assert len(verdicts) == 1, (person["name"], option.form, verdicts)
        assert list(case.flags) == list(triage.flags_with(case, intake.texts(case)))
        assert set(shown.person.rules) == set(desk.now.person.rules) <= set(case.flags)
        open_now = [
            option.form for option in shown.open if option.form != NO_TREATMENT and option.status != "by-yourself"
        ]
        problems = care.check_plan(open_now, desk.now) if open_now else ()
        held = [each for each in problems if each.kind in ("hard-stop", "person")]
        assert not held, person["name"]
        Consultation.objects.filter(pk=case.pk).delete()


def _fits(question, value) -> bool:
    try:
        question.read(value)
    except care.FactError:
        return False
    return True


# --- what it costs, and what it leaves behind
def test_a_step_asks_the_database_no_more_for_words(client):
    told_much, _ = tell(client, "I take warfarin. I have lupus. I'm not pregnant. I came off Roaccutane in August.")
    silent, _ = tell(client, "")
    counts = []
    for case in (silent, told_much):
        question = answer_until(client, case, "blood-medicines")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(url("question", case, question.id))
            post_answer(client, case, question)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_one_text_is_read_once_a_step(client, monkeypatch):
    from skinproof.care import texts as reading

    reading._read.cache_clear()
    consultation, _ = tell(client, "I take warfarin, and here is a story of my own.")
    for _ in range(4):
        client.get(url("now", consultation), follow=True)
    assert reading._read.cache_info().misses == 1


def test_no_words_in_addresses_or_logs(client, you, make_case, caplog):
    caplog.set_level(logging.DEBUG)
    case = make_case(State.WAITING, special={}, person=you)
    response = send_message(client, case, "My face swelled up today.")
    assert "swell" not in response.url
    client.post(url("not-so", case), {"quote": selectors.urgent(case).quotes[0].id})
    said = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert not [line for line in said if "swelled" in line]
    assert told.place(f"message:{Message.objects.get().public_id}") == "a message"


# --- a red flag that the words tell half of
def test_what_decides_is_asked_next_with_what_to_do_if_it_is_happening_now(client):
    consultation, response = tell(client, "Brown patches. My skin is blistering all over my chest.", "acne")
    assert consultation.state == State.DRAFT
    assert client.get(response.url).url == url("question", consultation, "skin-danger")
    text = page(client.get(url("question", consultation, "skin-danger")))
    assert "If this is happening now, get help" in text
    assert "You wrote in your story: <q>skin is blistering</q>" in text
    assert 'call <a href="tel:999">999</a> now' in text
    post_answer(client, consultation, next_question(consultation), ["blistering"])
    assert next_question(consultation).id == "new-medicine"
    post_answer(client, consultation, next_question(consultation), "not-sure")
    consultation.refresh_from_db()
    assert consultation.state == State.STOPPED
    assert "rf-severe-drug-rash" in intake.progress(consultation).flag_rules
    text = page(client.get(url("stop", consultation)))
    assert "You wrote in your story: <q>skin is blistering</q>" in text
    assert triage.triage(consultation).urgency == "emergency"


def test_the_answer_that_calms_takes_the_box_away(client):
    consultation, _ = tell(client, "Brown patches. My skin is blistering all over my chest.", "acne")
    post_answer(client, consultation, next_question(consultation), ["blistering"])
    post_answer(client, consultation, next_question(consultation), "no")
    consultation.refresh_from_db()
    assert consultation.state == State.DRAFT
    text = page(client.get(url("question", consultation, next_question(consultation).id)))
    assert "If this is happening now" not in text
