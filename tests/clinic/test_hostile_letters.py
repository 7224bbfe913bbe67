"""Letters as somebody would misuse them: addresses that carry more than an address, one mailbox under many names, links
that lead elsewhere, texts that tell."""

from __future__ import annotations

import email
import email.policy
import re

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from skinproof.clinic.consultations.models import State
from skinproof.clinic.people.models import User, normalise_email
from skinproof.clinic.post import sending
from skinproof.clinic.post.models import Kind, Letter, LetterState
from skinproof.clinic.post.services import tell
from skinproof.vocabulary import vocabulary

from .journeys import begin, url

pytestmark = pytest.mark.django_db
NO_ADDRESSES = [
    "a@example.org\r\nBcc: victim@example.net",
    "a@example.org\nTo: victim@example.net",
    "a@example.org%0aBcc:victim@example.net",
    "a@example.org,victim@example.net",
    "a@example.org;victim@example.net",
    "a@example.org victim@example.net",
    "Victim <victim@example.net>",
    '"a\x0bb"@example.org',
    '"a\x1cBcc: victim@example.net"@example.org',
    '"a\\\r\n b"@example.org',
    '"victim@example.net"@example.org',
    "a\u2028b@example.org",
    "a@exam\u2029ple.org",
    "a\x85b@example.org",
    "=?utf-8?q?victim=40example.net?=@example.org",
    "=?utf-8?q?victim?=@example.org",
    "\u0130@example.org",
    "\uff41@example.org",
    "a@[127.0.0.1]",
    "a@[IPv6:::1]",
    "a@localhost",
    "a@-example.org",
    "x" * 65 + "@example.org",
    "a@" + "d" * 64 + ".org",
    "a@" + ".".join(["d" * 60] * 5) + ".org",
    "x" * 100_000 + "@example.org",
]


@pytest.mark.parametrize("given", NO_ADDRESSES)
def test_what_is_more_than_an_address_gets_no_letter(client, given):
    for page in ("register", "reset"):
        response = client.post(reverse(f"people:{page}"), {"email": given})
        assert response.status_code == 200
        assert "Enter an email address" in response.content.decode() or "characters" in response.content.decode()
    consultation = begin(client)
    assert client.post(url("link", consultation), {"do": "mail", "email": given}).status_code == 200
    assert not Letter.objects.exists()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "given",
    ["ADA@EXAMPLE.ORG", "ada@\uff45xample.org", "ada@exam\u00adple.org", "ada@exam\u200dple.org", " ada@example.org "],
)
def test_one_mailbox_under_many_names_is_one_account_and_one_allowance(client, settings, given):
    for address in ["ada@example.org", given] * 3:
        client.post(reverse("people:register"), {"email": address})
    assert User.objects.get().email == "ada@example.org"
    assert Letter.objects.count() == settings.LETTERS_TO_AN_ADDRESS
    assert set(Letter.objects.values_list("address", flat=True)) == {"ada@example.org"}


def test_a_domain_in_letters_of_any_language_is_kept_as_mail_servers_name_it(client, make_user):
    client.post(reverse("people:register"), {"email": "Ada@Ex\u00e4mple.org"})
    user = User.objects.get()
    assert user.email == "ada@xn--exmple-cua.org"
    assert normalise_email("ADA@EX\u00c4MPLE.ORG") == user.email, "and found by either"
    sending.send_waiting()
    assert mail.outbox[0].to == ["ada@xn--exmple-cua.org"]


@pytest.mark.parametrize("address", ["a@example.org\nBcc: victim@example.net", "a@example.org\r\n\r\nbody", "nobody"])
def test_an_address_that_came_past_the_forms_is_given_up_and_holds_up_no_other(address):
    bad = Letter.objects.create(kind=Kind.RESET, address=address, subject="S", body="B", secret=True)
    good = Letter.objects.create(kind=Kind.RESET, address="ada@example.org", subject="S", body="B")
    sending.send_waiting()
    good.refresh_from_db()
    assert good.state == LetterState.SENT
    bad.refresh_from_db()
    if "\n" in address:
        assert (bad.state, bad.body) == (LetterState.DEAD, "")
        assert [message.to for message in mail.outbox] == [["ada@example.org"]]


def test_a_letter_as_it_goes_out_has_one_reader_and_tells_nothing(client, make_case, make_user):
    """All kinds that a case causes and that anybody can ask for, as bytes on the way to a mail server."""
    person = make_user(name="Wren Applegarth\r\nBcc: victim@example.net", email="wren@example.org")
    case = make_case(State.IN_REVIEW, person=person, doctor=make_user("doctor", name="Dr Juniper Quill"))
    from django.db import transaction

    with transaction.atomic():
        for kind in (Kind.MESSAGE, Kind.PLAN_READY, Kind.ASKED, Kind.REMINDER):
            tell(kind, case)
    for page in ("register", "reset"):
        client.post(reverse(f"people:{page}"), {"email": person.email})
    client.post(reverse("people:register"), {"email": "new@example.org"})
    consultation = begin(client)
    client.post(url("link", consultation), {"do": "mail", "email": "other@example.org"})
    assert set(Letter.objects.values_list("kind", flat=True)) >= {
        Kind.MESSAGE, Kind.PLAN_READY, Kind.ASKED, Kind.REMINDER, Kind.RESET, Kind.ALREADY, Kind.FINISH, Kind.RESUME,
    }  # fmt: skip
    sending.send_waiting()
    words = {form.name.lower() for form in vocabulary().forms.values()} | set(vocabulary().concerns)
    for message in mail.outbox:
        sent = email.message_from_bytes(message.message().as_bytes(), policy=email.policy.default)
        assert len(sent.get_all("To")) == 1
        assert sent["Bcc"] is sent["Cc"] is None
        assert sent["Auto-Submitted"] == "auto-generated"
        told = f"{sent['Subject']} {sent.get_content()} {sent['Message-ID']}"
        for secret in (
            case.public_id,
            consultation.public_id,
            "Applegarth",
            "Quill",
            "wren@",
            str(timezone.now().year),
        ):
            assert secret not in told
        assert not [word for word in words if re.search(rf"\b{re.escape(word)}\b", told.lower())]


def test_a_link_leads_to_the_clinic_whatever_the_request_calls_it(client, make_user, settings):
    user = make_user()
    assert client.post(reverse("people:reset"), {"email": user.email}, HTTP_HOST="evil.example").status_code == 400
    assert client.post(
        reverse("people:reset"), {"email": user.email}, HTTP_X_FORWARDED_HOST="evil.example"
    ).status_code == 200  # fmt: skip
    assert "evil" not in Letter.objects.get().body
    settings.SITE, settings.SITE_IS_KNOWN = "https://clinic.example", True
    client.post(reverse("people:reset"), {"email": user.email}, HTTP_HOST="testserver:9999")
    client.post(reverse("people:register"), {"email": user.email}, HTTP_HOST="testserver:9999")
    consultation = begin(client)
    client.post(url("link", consultation), {"do": "mail", "email": "a@example.org"}, HTTP_HOST="testserver:9999")
    bodies = list(Letter.objects.order_by("id").values_list("body", flat=True))[1:]
    assert len(bodies) == 3
    assert all("https://clinic.example/" in body and "9999" not in body for body in bodies)


@pytest.mark.parametrize(("what", "most"), [("STARTS_FROM_A_PLACE", 3), ("PHOTOS_FROM_A_PLACE", 2)])
def test_one_place_does_not_fill_the_clinic(client, settings, what, most):
    setattr(settings, what, most)
    if what == "STARTS_FROM_A_PLACE":
        ask = lambda **more: client.post(  # noqa: E731
            reverse("consultations:start"), {"concern": "melasma", "key": "k" * 43}, **more
        )
    else:
        from .conftest import put_case

        consultation = begin(client)
        type(consultation).objects.filter(pk=consultation.pk).update(state="submitted", response=put_case().response)
        ask = lambda **more: client.post(reverse("photos:page", args=[consultation.public_id]), {}, **more)  # noqa: E731
    for _ in range(most):
        assert ask().status_code == 302
    refused = ask()
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 3_000
    assert "letters" not in refused.content.decode()
    assert ask(REMOTE_ADDR="192.0.2.77").status_code == 302


def test_one_visitor_does_not_use_up_the_links_of_all(client, settings):
    settings.KEPT_REPORTS_FROM_A_PLACE = 2

    def ask(**more):
        sent = {"text": "It cures melasma in 2 weeks.", "source": "x"}
        return client.post(reverse("check:keep"), sent, **more).status_code

    assert [ask(), ask(), ask(), ask(REMOTE_ADDR="192.0.2.77")] == [302, 302, 429, 302]


def test_a_long_text_waits_its_turn_to_be_kept_as_it_does_to_be_checked(client, monkeypatch):
    from skinproof.clinic.check import views

    monkeypatch.setattr(views, "PATIENCE", 0.01)
    taken = [views._turns.acquire(timeout=1) for _ in range(views.AT_ONCE)]
    try:
        sent = {"text": "It cures melasma. " * 20_000, "source": "x"}
        assert client.post(reverse("check:keep"), sent).status_code == 503
    finally:
        for _ in taken:
            views._turns.release()


def test_a_flood_of_messages_ends_and_what_was_typed_is_given_back(client, settings, make_case, make_user, sign_in):
    settings.OFTEN_IN_A_CONSULTATION = 2
    case = make_case(person=make_user("person"))
    sign_in(client, case.person)
    write = lambda n: client.post(url("message", case), {"key": f"{n}" * 43, "text": f"Message <{n}>"})  # noqa: E731
    assert [write(n).status_code for n in range(3)] == [302, 302, 429]
    told = write(3).content.decode()
    assert "Too many messages" in told
    assert "Message &lt;3&gt;" in told
    assert case.messages.count() == 2
    links = [client.post(url("link", case), {}).status_code for _ in range(3)]
    assert links == [200, 200, 429]
