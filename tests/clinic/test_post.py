"""The outbox: kept with what causes a letter, sent by a worker, whatever dies in between; limits; links."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected
from threading import Event

import pytest
from django.core import mail
from django.db import IntegrityError, OperationalError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from skinproof.clinic.audit.models import Entry
from skinproof.clinic.audit.services import OutsideTransactionError
from skinproof.clinic.consultations import messaging
from skinproof.clinic.consultations.models import State
from skinproof.clinic.people import services as people
from skinproof.clinic.people.models import User
from skinproof.clinic.post import limits, links, selectors, sending, services
from skinproof.clinic.post.models import Allowance, Kind, Letter, LetterState, ResumeLink
from skinproof.vocabulary import vocabulary

from .conftest import actor
from .journeys import begin, url
from .plans import signed

pytestmark = pytest.mark.django_db
SECRET = "https://clinic.example/account/set-password/MQ/secret-token/"


class Crash(BaseException):
    """What ends a process: no handler of ours sees it."""


def letter(**fields) -> Letter:
    with transaction.atomic():
        context = {"link": SECRET}
        made = services.write(
            Kind.RESET, "ada@example.org", "people/mail/reset.txt", context, lasts=dt.timedelta(hours=24)
        )
        Letter.objects.filter(pk=made.pk).update(**fields)
    return Letter.objects.get(pk=made.pk)


def let_claims_run_out():
    Letter.objects.filter(state=LetterState.WAITING).update(next_at=timezone.now())


class Server:
    """Stands in for the mail server: does what it is told at each sending, in turn."""

    def __init__(self, monkeypatch):
        self.taken, self.turns = [], []
        monkeypatch.setattr(sending, "_send", self.send)

    def send(self, letter, connection):
        turn = self.turns.pop(0) if self.turns else None
        if turn == "dies-before":
            raise Crash
        if isinstance(turn, Exception):
            raise turn
        self.taken.append((sending.message_id(letter), letter.body))
        if turn == "dies-after":
            raise Crash


@pytest.fixture
def server(monkeypatch):
    return Server(monkeypatch)


# --- part of the change
def test_a_letter_is_not_written_outside_of_the_change_it_tells_of(transactional_db):
    with pytest.raises(OutsideTransactionError):
        services.write(Kind.RESET, "ada@example.org", "people/mail/reset.txt", {"link": SECRET})


def test_a_change_that_fails_leaves_no_letter_and_a_letter_that_fails_no_change(monkeypatch):

    @transaction.atomic
    def write_and_fail():
        services.write(Kind.RESET, "ada@example.org", "people/mail/reset.txt", {"link": SECRET})
        raise Crash

    with pytest.raises(Crash):
        write_and_fail()
    assert not Letter.objects.exists()

    def broken(*_, **__):
        raise OperationalError("gone")

    monkeypatch.setattr(people, "write", broken)
    with pytest.raises(OperationalError):
        people.ask_for_account("ada@example.org", by=actor_of_nobody(), link=lambda user: "/x", sign_in_url="/y")
    assert not User.objects.exists()
    assert not Entry.objects.exists()


def actor_of_nobody():
    from skinproof.clinic.audit.services import Actor

    return Actor("guest")


# --- sent
def test_a_letter_goes_out_as_it_was_written_and_is_emptied(settings):
    settings.DEFAULT_FROM_EMAIL = "Clinic <post@clinic.example>"
    waiting = letter()
    assert SECRET in waiting.body
    assert sending.send_waiting() == 1
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["ada@example.org"], "Set a new password for Skinproof")
    assert SECRET in sent.body
    headers = sent.message()
    assert headers["Message-ID"] == f"<{waiting.public_id}@clinic.example>"
    assert headers["Auto-Submitted"] == "auto-generated"
    waiting.refresh_from_db()
    assert (waiting.state, waiting.body, waiting.address) == (LetterState.SENT, "", "")
    assert sending.send_waiting() == 0
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("kept", [{"body": SECRET}, {"address": "ada@example.org"}])
def test_the_database_keeps_no_text_and_no_address_of_a_sent_letter(kept):
    waiting = letter()
    emptied = {"state": LetterState.SENT, "body": "", "address": ""}
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.filter(pk=waiting.pk).update(**{**emptied, **kept})


def test_nor_the_link_in_one_that_was_given_up():
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.filter(pk=letter().pk).update(state=LetterState.DEAD)


# --- something dies
def test_a_worker_that_dies_before_it_sends_leaves_the_letter_to_the_next(server):
    letter()
    server.turns = ["dies-before"]
    with pytest.raises(Crash):
        sending.send_waiting()
    assert sending.send_waiting() == 0, "it is the dead one's until its claim runs out"
    let_claims_run_out()
    assert sending.send_waiting() == 1
    assert len(server.taken) == 1


def test_a_worker_that_dies_after_it_claimed_and_before_it_does_anything_leaves_it_too(server, monkeypatch):
    letter()
    claimed = sending.claim_one()
    assert claimed is not None
    assert sending.claim_one() is None
    let_claims_run_out()
    assert sending.send_waiting() == 1
    sending.mark_sent(claimed)  # it was not dead after all: its word counts no more
    assert Letter.objects.get().claim != claimed.claim
    assert len(server.taken) == 1


def test_a_worker_that_dies_between_sending_and_marking_sends_twice_and_both_copies_can_be_told_as_one(server):
    letter()
    server.turns = ["dies-after"]
    with pytest.raises(Crash):
        sending.send_waiting()
    let_claims_run_out()
    assert sending.send_waiting() == 1
    assert len(server.taken) == 2
    assert len({message_id for message_id, _ in server.taken}) == 1
    assert Letter.objects.get().state == LetterState.SENT


def test_the_database_gone_between_sending_and_marking_is_the_same(server, monkeypatch):
    letter()

    def gone(_):
        raise OperationalError("gone")

    with monkeypatch.context() as away:
        away.setattr(sending, "mark_sent", gone)
        with pytest.raises(OperationalError):
            sending.send_waiting()
    let_claims_run_out()
    assert sending.send_waiting() == 1
    assert len({message_id for message_id, _ in server.taken}) == 1


def test_a_letter_that_kills_every_worker_is_given_up(server):
    letter()
    server.turns = ["dies-before"] * 99
    deaths = 0
    for _ in range(sending.MOST_ATTEMPTS + 1):
        let_claims_run_out()
        try:
            sending.send_waiting()
        except Crash:
            deaths += 1
    assert deaths == sending.MOST_ATTEMPTS
    assert Letter.objects.values_list("state", "fault", "body").get() == (LetterState.DEAD, sending.SPENT, "")


# --- the mail server
def test_what_fails_is_tried_again_later_and_later_and_then_given_up(server, caplog):
    waiting = letter()
    waits = []
    for attempt in range(sending.MOST_ATTEMPTS):
        server.turns = [SMTPServerDisconnected("ada@example.org is away")]
        now = timezone.now()
        assert sending.send_waiting() == 0
        waiting.refresh_from_db()
        if attempt < sending.MOST_ATTEMPTS - 1:
            waits.append(round((waiting.next_at - now).total_seconds() / 60))
            assert waiting.fault == "SMTPServerDisconnected"
            assert sending.send_waiting() == 0, "not before its time"
        let_claims_run_out()
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240]
    assert (waiting.state, waiting.body) == (LetterState.DEAD, "")
    assert "ada@example.org" not in caplog.text


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (SMTPRecipientsRefused({"ada@example.org": (550, b"no such user")}), LetterState.DEAD),
        (SMTPRecipientsRefused({"ada@example.org": (450, b"busy")}), LetterState.WAITING),
        (SMTPDataError(554, b"never"), LetterState.DEAD),
        (SMTPDataError(451, b"later"), LetterState.WAITING),
        (ConnectionRefusedError(), LetterState.WAITING),
    ],
)
def test_a_refusal_for_good_is_told_from_one_that_passes(server, fault, state):
    letter()
    server.turns = [fault]
    sending.send_waiting()
    assert Letter.objects.get().state == state


def test_one_that_fails_holds_up_no_other(server):
    letter()
    letter()
    server.turns = [SMTPServerDisconnected()]
    assert sending.send_waiting() == 1


def test_a_letter_whose_link_is_too_old_is_not_sent(server):
    letter(expires_at=timezone.now() - dt.timedelta(minutes=1))
    assert sending.send_waiting() == 0
    assert server.taken == []
    assert Letter.objects.values_list("state", "fault").get() == (LetterState.DEAD, sending.TOO_LATE)


def test_a_worker_waits_for_a_database_that_is_away(monkeypatch):
    letter()
    stop, looks = Event(), []

    def job():
        looks.append(1)
        if len(looks) == 1:
            raise OperationalError("away")
        if len(looks) == 3:
            stop.set()

    monkeypatch.setattr(sending, "close_old_connections", lambda: None)  # the test's own connection stays
    sending.run(stop, every=0.0, also=(job,))
    assert len(mail.outbox) == 1


def test_old_emptied_letters_and_allowances_are_thrown_away():
    letter()
    sending.send_waiting()
    limits.take("address", "ada@example.org", limits.to_address())
    sending.tidy()
    assert (Letter.objects.count(), Allowance.objects.count()) == (1, 1)
    long_ago = timezone.now() - dt.timedelta(days=31)
    Letter.objects.update(done_at=long_ago)
    Allowance.objects.update(last_at=long_ago)
    letter(written_at=long_ago)
    sending.tidy()
    assert Letter.objects.get().state == LetterState.WAITING
    assert not Allowance.objects.exists()


def test_the_command_sends_and_the_loop_ends_when_told(transactional_db, settings):
    from django.core.management import call_command
    from django.db import connection

    letter()
    call_command("send_post", stdout=sys.stderr)
    assert len(mail.outbox) == 1

    letter()
    name = connection.settings_dict["NAME"]
    database = f"sqlite:///{name}" if connection.vendor == "sqlite" else os.environ["DATABASE_URL"].rpartition("/")[0]
    if connection.vendor == "postgresql":
        database = os.environ["DATABASE_URL"].replace("/postgres?", f"/{name}?")
    environment = {**os.environ, "DATABASE_URL": database, "SKINPROOF_DEMO": "1", "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "django", "send_post", "--loop", "--every", "0.1"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        until = time.monotonic() + 60
        while Letter.objects.filter(state=LetterState.WAITING).exists() and time.monotonic() < until:
            assert process.poll() is None, process.stdout.read()
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        told, _ = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0, told
    assert "secret-token" in told, "the console stands in for a mail server"
    assert not Letter.objects.filter(state=LetterState.WAITING).exists()


# --- what letters say
def test_news_is_told_once_without_a_word_about_what_it_is(make_case, make_user, make_device, settings):
    settings.SITE = "https://clinic.example/"
    person, doctor = make_user(name="Wren Applegarth"), make_user("doctor")
    make_device(doctor)
    held = make_case(State.IN_REVIEW, doctor=doctor, person=person, special={}, note="My patches")
    for key in "ab":
        messaging.write_message(
            held.public_id, "Azelaic acid at night.", key=key * 43, author=doctor, from_doctor=True, by=actor(doctor)
        )
    signed(held, doctor)
    assert sending.send_waiting() == 2
    assert [sent.to for sent in mail.outbox] == [[person.email]] * 2
    nouns = vocabulary()
    words = {noun.name.lower() for each in (nouns.concerns, nouns.forms, nouns.treatments) for noun in each.values()}
    for sent in mail.outbox:
        text = f"{sent.subject}\n{sent.body}".lower()
        assert "https://clinic.example/account/" in text
        assert not any(word in text for word in words)
        for private in ("wren", "melasma", "azelaic", "patches", held.public_id.lower(), doctor.name.lower()):
            assert private not in text
    messaging.write_message(held.public_id, "More.", key="c" * 43, author=doctor, from_doctor=True, by=actor(doctor))
    assert sending.send_waiting() == 1, "what is written after the first was sent is told again"


def test_a_guest_has_no_address_and_gets_no_letter(make_case, make_user):
    doctor = make_user("doctor")
    case = make_case(special={})
    messaging.write_message(case.public_id, "?", key="k" * 43, author=doctor, from_doctor=True, by=actor(doctor))
    assert not Letter.objects.exists()


def test_the_same_key_is_the_same_letter():
    with transaction.atomic():
        made = [
            services.write(Kind.RESET, "a@example.org", "people/mail/reset.txt", {"link": "/x"}, once="key")
            for _ in range(2)
        ]
    assert made[0] == made[1]


# --- limits
def ask(client, address, page="reset", **more):
    return client.post(reverse(f"people:{page}"), {"email": address}, **more)


def test_an_address_gets_a_few_letters_an_hour_and_the_page_says_the_same(client, make_user, settings, monkeypatch):
    user = make_user()
    pages = {ask(client, user.email.upper() if n % 2 else user.email, ("reset", "register")[n % 2]).content
             for n in range(6)}  # fmt: skip
    assert len(pages) == 1
    assert Letter.objects.count() == settings.LETTERS_TO_AN_ADDRESS == 3
    now = time.time()
    monkeypatch.setattr(limits.time, "time", lambda: now + 3_601)
    ask(client, user.email)
    assert Letter.objects.count() == 4


def test_an_address_without_an_account_is_counted_just_the_same(client, make_user, settings):
    for _ in range(5):
        ask(client, "nobody@example.org")
    assert not Letter.objects.exists()
    ask(client, "nobody@example.org", "register")
    assert not Letter.objects.exists(), "else it would tell that nobody has an account"


def test_a_flood_from_one_place_is_told_when_to_come_again(client, settings):
    settings.LETTERS_FROM_A_PLACE = 4
    for n in range(4):
        assert ask(client, f"a{n}@example.org", "register").status_code == 200
    refused = ask(Client(), "b@example.org", "register")
    assert refused.status_code == 429
    assert 3_500 < int(refused.headers["Retry-After"]) <= 3_600
    assert "Nothing was sent" in refused.content.decode()
    assert not User.objects.filter(email="b@example.org").exists()
    consultation = begin(client)
    assert client.post(url("link", consultation), {"do": "mail", "email": "c@example.org"}).status_code == 429
    assert not ResumeLink.objects.exists(), "nothing of it is kept"
    elsewhere = ask(Client(), "b@example.org", "register", REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 200


def test_behind_the_proxy_a_place_is_what_the_proxy_saw(rf, settings):
    request = rf.get("/", HTTP_X_FORWARDED_FOR="1.2.3.4, 192.0.2.9", REMOTE_ADDR="10.0.0.1")
    assert limits.place(request) == "10.0.0.1"
    settings.BEHIND_PROXY = True
    assert limits.place(request) == "192.0.2.9", "what the sender claims to be counts for nothing"


def test_allowances_hold_no_address(client):
    ask(client, "ada@example.org")
    assert Allowance.objects.count() == 2
    assert not any("ada" in f"{row.who}{row.times}" or "127.0.0.1" in row.who for row in Allowance.objects.all())


def test_letters_of_one_consultation_are_few_whatever_the_addresses(client, settings):
    consultation = begin(client)
    pages = [
        client.post(url("link", consultation), {"do": "mail", "email": f"a{n}@example.org"}).content.decode()
        for n in range(5)
    ]
    assert all("The letter is on its way" in page and "/consultation/resume/" in page for page in pages)
    assert Letter.objects.count() == 3


# --- links
def test_links_can_be_called_back(client):
    consultation = begin(client)
    page = client.post(url("link", consultation)).content.decode()
    token = page.split("/consultation/resume/")[1].split("/")[0]
    assert links.open_link(token) == consultation
    page = client.get(url("link", consultation)).content.decode()
    assert "Call back the link" in page
    assert client.post(url("link", consultation), {"do": "end"}).status_code == 302
    with pytest.raises(links.LinkError):
        links.open_link(token)
    assert Client().get(reverse("consultations:resume", args=[token])).status_code == 410
    assert "Call back" not in client.get(url("link", consultation)).content.decode()
    assert Entry.objects.get(verb="called-back-links").detail == {"links": 1}


def test_every_link_of_a_consultation_ends_with_the_first_that_is_used(client):
    consultation = begin(client)
    tokens = [
        client.post(url("link", consultation)).content.decode().split("/consultation/resume/")[1].split("/")[0]
        for _ in range(2)
    ]
    assert Client().post(reverse("consultations:resume", args=[tokens[0]])).status_code == 302
    for token in tokens:
        assert Client().post(reverse("consultations:resume", args=[token])).status_code == 410


# --- the owner
def test_the_owner_is_told_of_what_was_given_up_and_can_have_it_sent_again(client, make_user, sign_in, server):
    person = make_user()
    with transaction.atomic():
        services.write(Kind.MESSAGE, person.email, "post/mail/message.txt", {"link": "/account/"}, account=person)
    letter()
    server.turns = [SMTPDataError(554, b"no"), SMTPDataError(554, b"no")]
    sending.send_waiting()
    sign_in(client, make_user("owner"))
    page = client.get(reverse("owner:overview")).content.decode()
    assert "Given up: neither the address nor the text is shown" in page
    assert page.count("SMTPDataError") == 2
    assert page.count("Send again") == 1, "the other one's link is not kept"
    assert person.email not in page
    assert "ada@example.org" not in page
    news, reset = Letter.objects.order_by("id")
    client.post(reverse("owner:letter", args=[news.public_id]), {"do": "again"})
    assert sending.send_waiting() == 1
    said = client.post(reverse("owner:letter", args=[reset.public_id]), {"do": "again"}, follow=True)
    assert "was not kept" in said.content.decode()
    client.post(reverse("owner:letter", args=[reset.public_id]), {"do": "away"})
    assert not Letter.objects.filter(state=LetterState.DEAD).exists()
    assert list(Entry.objects.filter(object_type="letter").order_by("id").values_list("verb", flat=True)) == [
        "sent-again", "put-away",
    ]  # fmt: skip


def test_the_owner_is_told_when_nothing_sends_letters():
    assert not selectors.standing().late
    letter(written_at=timezone.now() - dt.timedelta(hours=1))
    assert selectors.standing().late
    sending.send_waiting()
    assert not selectors.standing().late
