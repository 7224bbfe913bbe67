"""Several things at the same moment: what a person or two presses of a button can do to each other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from skinproof.clinic.audit.models import Entry
from skinproof.clinic.consultations import intake
from skinproof.clinic.consultations.models import Consultation, Message, State
from skinproof.clinic.people.models import User

from . import journeys
from .journeys import begin, hidden, ready, url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
AT_ONCE = 6


def together(*tasks):
    """Run each task in a thread and connection of its own, all at the same moment; returns what each gave."""
    start = Barrier(len(tasks))

    def run(task):
        try:
            start.wait(timeout=10)
            return task()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def twin(client: Client) -> Client:
    """The same browser, sending a second request at the same time."""
    other = Client()
    other.cookies = client.cookies
    return other


def post(client: Client, path: str, data: dict):
    """The task of one more request by the same browser."""
    return partial(twin(client).post, path, data)


def posts(client: Client, path: str, data: dict, times: int = AT_ONCE) -> list:
    return together(*[post(client, path, data) for _ in range(times)])


def test_start_pressed_several_times_at_once_begins_one_consultation(client):
    page = client.get(reverse("consultations:start")).content.decode()
    replies = posts(client, reverse("consultations:start"), {"concern": "melasma", "key": hidden(page, "key")})
    assert {reply.status_code for reply in replies} == {302}
    assert len({reply.url for reply in replies}) == 1
    assert Consultation.objects.count() == 1
    assert Entry.objects.filter(verb="started").count() == 1
    assert client.get(replies[0].url).status_code == 302, "the browser holds it"


def test_submit_pressed_several_times_at_once_submits_one(client):
    consultation = ready(client)
    data = journeys.agreed(client, consultation)
    replies = posts(client, url("consent", consultation), data)
    assert {(reply.status_code, reply.url) for reply in replies} == {(302, url("options", consultation))}
    assert Consultation.objects.get().state == State.SUBMITTED
    assert Entry.objects.filter(verb="submitted").count() == 1
    assert Entry.objects.filter(verb="consented").count() == 1


def test_submit_and_a_change_at_once_never_submit_what_was_not_seen(client):
    for _ in range(4):
        consultation = ready(client)
        data = journeys.agreed(client, consultation)
        together(
            post(client, url("consent", consultation), data),
            post(client, url("question", consultation, "age"), {"answer": "50"}),
        )
        consultation.refresh_from_db()
        assert (consultation.state, intake.answers(consultation)["age"]) in [(State.SUBMITTED, 34), (State.DRAFT, 50)]


def test_answers_to_two_questions_at_once_are_both_kept(client):
    consultation = ready(client)
    together(
        post(client, url("question", consultation, "age"), {"answer": "51"}),
        post(client, url("question", consultation, "story"), {"answer": "Since the summer."}),
    )
    consultation.refresh_from_db()
    assert intake.answers(consultation)["age"] == 51
    assert intake.answers(consultation)["story"] == "Since the summer."
    assert consultation.version == 3


def test_a_message_sent_several_times_at_once_is_one_message(client):
    consultation = ready(client)
    Consultation.objects.update(state=State.WAITING, choices=["no-treatment"])
    key = hidden(client.get(url("status", consultation)).content.decode(), "key")
    replies = posts(client, url("message", consultation), {"text": "Hello?", "key": key})
    assert {reply.status_code for reply in replies} == {302}
    assert Message.objects.count() == 1


def test_an_account_asked_for_several_times_at_once_is_one_account(client):
    replies = posts(client, reverse("people:register"), {"email": "new@example.org"})
    assert {reply.status_code for reply in replies} == {200}
    assert User.objects.count() == 1


def test_a_code_sent_several_times_at_once_works_once(client, make_user, make_device, sign_in):
    from .conftest import code_of

    doctor = make_user("doctor")
    code = code_of(make_device(doctor))
    sign_in(client, doctor, verified=False)
    replies = posts(client, reverse("people:second-factor"), {"code": code})
    # A press that comes when the first one's work is done is led onward too, without its code being looked at.
    assert 302 in {reply.status_code for reply in replies}
    assert Entry.objects.filter(verb="factor-passed").count() == 1


def test_two_accounts_that_take_the_same_consultation_at_once_do_not_both_get_it(client, make_user, sign_in):
    from skinproof.clinic.audit.services import Actor
    from skinproof.clinic.consultations import moving, steps

    consultation = begin(client)
    people = [make_user(), make_user()]

    def take(person):
        try:
            return moving.take_into_account(consultation, person, by=Actor("person", person.pk))
        except steps.StateError:
            return None

    taken = together(*[partial(take, person) for person in people])
    assert sum(each is not None for each in taken) == 1
    consultation.refresh_from_db()
    assert consultation.person in people


def test_several_workers_send_each_letter_once(monkeypatch):
    from django.db import transaction

    from skinproof.clinic.post import sending, services
    from skinproof.clinic.post.models import Kind, Letter

    taken = []
    monkeypatch.setattr(sending, "_send", lambda letter, connection: taken.append(letter.public_id))
    with transaction.atomic():
        for number in range(40):
            services.write(Kind.RESET, f"a{number}@example.org", "people/mail/reset.txt", {"link": "/x"})
    sent = together(*[sending.send_waiting] * 4)
    assert sum(sent) == len(taken) == len(set(taken)) == 40
    assert not Letter.objects.exclude(state="sent").exists()


def test_a_worker_passes_over_a_letter_that_another_is_taking(monkeypatch):
    from django.db import transaction

    from skinproof.clinic.post import sending, services
    from skinproof.clinic.post.models import Kind, Letter

    with transaction.atomic():
        first, second = (
            services.write(Kind.RESET, f"a{number}@example.org", "people/mail/reset.txt", {"link": "/x"})
            for number in range(2)
        )
    with transaction.atomic():
        Letter.objects.select_for_update().get(pk=first.pk)
        with ThreadPoolExecutor(1) as pool:
            claimed = pool.submit(together, sending.claim_one).result(timeout=4)  # it does not wait for the lock
    assert claimed == [second]


def test_an_allowance_is_counted_exactly_however_many_ask_at_once():
    from skinproof.clinic.post import limits

    waits = together(*[partial(limits.take, "address", "ada@example.org", limits.Limit(3, 3600))] * 8)
    assert sorted(wait == 0 for wait in waits) == [False] * 5 + [True] * 3


def test_a_link_opened_on_two_devices_at_once_opens_on_one(client):
    from skinproof.clinic.post import links

    consultation = begin(client)
    where = reverse("consultations:resume", args=[links.make(consultation)])
    replies = together(*[partial(Client().post, where) for _ in range(4)])
    assert sorted(reply.status_code for reply in replies) == [302, 410, 410, 410]


def test_an_answer_sent_several_times_at_once_is_one_answer(make_case, make_user):
    from skinproof.clinic.audit.services import Actor
    from skinproof.clinic.desk import asking
    from skinproof.clinic.desk.models import AddedFact, Reply

    doctor, person = make_user("doctor"), make_user()
    case = make_case(State.IN_REVIEW, doctor=doctor, person=person, special={"pregnancy": "not-sure"})
    there = asking.ask(case.public_id, doctor, questions=["pregnancy"], by=Actor("doctor", doctor.pk))
    answer = partial(
        asking.reply, case.public_id, there.public_id, {"pregnancy": "pregnant"}, by=Actor("person", person.pk)
    )
    assert len({reply.pk for reply in together(*[answer] * 4)}) == Reply.objects.count() == 1
    assert AddedFact.objects.filter(fact="pregnant").count() == 1


def test_asked_several_times_at_once_is_asked_once(make_case, make_user):
    from skinproof.clinic.audit.services import Actor
    from skinproof.clinic.desk import asking
    from skinproof.clinic.desk.models import Ask
    from skinproof.clinic.post.models import Letter

    doctor, person = make_user("doctor"), make_user()
    case = make_case(State.IN_REVIEW, doctor=doctor, person=person)
    ask = partial(asking.ask, case.public_id, doctor, questions=["pregnancy"], by=Actor("doctor", doctor.pk))
    together(*[ask] * 4)
    assert Ask.objects.count() == Letter.objects.count() == 1


def test_a_reminder_is_written_once_by_however_many_workers(make_case, make_user):
    from django.utils import timezone

    from skinproof.clinic.audit.services import Actor
    from skinproof.clinic.desk import asking
    from skinproof.clinic.desk.models import Ask
    from skinproof.clinic.post.models import Kind, Letter

    doctor, person = make_user("doctor"), make_user()
    case = make_case(State.IN_REVIEW, doctor=doctor, person=person)
    asking.ask(case.public_id, doctor, questions=["pregnancy"], by=Actor("doctor", doctor.pk))
    Ask.objects.update(remind_at=timezone.now())
    assert sum(together(*[asking.remind] * 4)) == 1
    assert Letter.objects.filter(kind=Kind.REMINDER).count() == 1


def test_two_doctors_who_take_a_case_at_once_do_not_both_have_it(make_case, make_user):
    from skinproof.clinic.audit.services import Actor
    from skinproof.clinic.desk import holding

    case, doctors = make_case(), [make_user("doctor") for _ in range(4)]

    def take(doctor):
        try:
            return holding.claim(case.public_id, doctor, by=Actor("doctor", doctor.pk))
        except holding.ReasonError:
            return None

    taken = together(*[partial(take, doctor) for doctor in doctors])
    assert sum(each is not None for each in taken) == 1


def test_these_tests_do_run_on_postgresql():
    assert connection.vendor == "postgresql"
    assert journeys.calm_response("melasma")


# --- photos and rules
def test_photos_of_one_view_sent_at_once_leave_one_that_counts_and_no_file_too_many(client, settings, tmp_path):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from skinproof.clinic.photos.models import Photo

    from . import photo_files

    settings.PHOTOS = tmp_path / "photos"
    consultation = begin(client)
    Consultation.objects.filter(pk=consultation.pk).update(state=State.SUBMITTED)
    where = reverse("photos:page", args=[consultation.public_id])
    contents = [photo_files.photo(size=(300, 300), seed=number) for number in range(4)]
    replies = together(
        *[post(client, where, {"face-front": SimpleUploadedFile("a.jpg", content)}) for content in contents]
    )
    assert {reply.status_code for reply in replies} == {302}
    assert Photo.objects.filter(removed_at=None).count() == 1
    assert Photo.objects.count() == 4
    assert len(list(settings.PHOTOS.glob("*/*"))) == 2
    assert Entry.objects.filter(verb="uploaded").count() == 4


def test_two_reviewers_at_once_make_one_change_and_one_decision(make_user):
    from skinproof.care.rule_changes import fingerprint, own_rows
    from skinproof.clinic.rulebook import services
    from skinproof.clinic.rulebook.models import Change, Decision

    from .conftest import actor

    rule, reason = "gen-age-not-verified", "Read again with the page that it names."
    users = [make_user("pharmacist") for _ in range(4)]
    of = fingerprint(own_rows()[rule])

    def tried(step, *arguments, **named):
        try:
            return step(*arguments, **named)
        except services.RuleChangeError as error:
            return error

    made = together(*[partial(tried, services.suspend, rule, of=of, reason=reason, user=u, by=actor(u)) for u in users])
    assert sum(isinstance(each, Change) for each in made) == Change.objects.count() == 1
    change = Change.objects.get()
    others = [user for user in users if user.pk != change.by_id]
    decided = together(
        *[
            partial(tried, services.decide, change.public_id, confirmed=True, reason="", user=user, by=actor(user))
            for user in others
        ]
    )
    assert sum(isinstance(each, Decision) for each in decided) == Decision.objects.count() == 1
