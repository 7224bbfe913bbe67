"""Accounts, sign-in, the second factor."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from skinproof.clinic.audit.models import Entry
from skinproof.clinic.audit.services import SYSTEM
from skinproof.clinic.people import services
from skinproof.clinic.people.models import Role, User
from skinproof.clinic.post.sending import send_waiting

from .conftest import PASSWORD, code_of

pytestmark = pytest.mark.django_db


def post_sign_in(client, email, password=PASSWORD, **data):
    return client.post(reverse("people:sign-in"), {"username": email, "password": password, **data})


def link_in(message) -> str:
    return re.search(r"https?://testserver(\S+)", message.body)[1]


# --- accounts
def test_an_address_has_one_account_whatever_its_capitals(make_user):
    make_user(email="Ada@Example.org")
    assert User.objects.get().email == "ada@example.org"
    with pytest.raises(IntegrityError), transaction.atomic():
        make_user(email="ADA@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():  # past the model, too
        User.objects.bulk_create([User(email="ADA@example.ORG", name="x")])


def test_a_doctor_needs_a_name_and_a_registration():
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="d@example.org", name="Dr Who", role=Role.DOCTOR)
    with pytest.raises(ValidationError, match="7 digits"):
        services.add_staff(email="d@example.org", name="Dr Who", role=Role.DOCTOR, gmc_number="12", by=SYSTEM)
    doctor = services.add_staff(email="D@example.org", name="Dr Who", role=Role.DOCTOR, gmc_number="1234567", by=SYSTEM)
    assert doctor.prescriber == "Dr Who, GMC number 1234567"
    assert not doctor.has_usable_password()
    assert str(doctor) == f"doctor {doctor.pk}"


def test_registering_sends_a_link_that_sets_a_name_and_a_password_and_works_once(client):
    response = client.post(reverse("people:register"), {"email": "New@example.org"})
    assert response.status_code == 200
    send_waiting()
    link = link_in(mail.outbox[0])
    assert "example.org" not in link
    form = client.get(link, follow=True)
    assert form.status_code == 200
    where = form.redirect_chain[-1][0]
    weak = client.post(where, {"name": "Ada", "new_password1": "short", "new_password2": "short"})
    assert "too short" in weak.content.decode()
    done = client.post(where, {"name": "Ada", "new_password1": PASSWORD, "new_password2": PASSWORD})
    assert (done.status_code, done.url) == (302, reverse("people:home"))
    user = User.objects.get(email="new@example.org")
    assert (user.name, user.role) == ("Ada", Role.PERSON)
    assert client.get(reverse("people:home")).status_code == 200
    client.logout()
    assert client.get(link, follow=True).status_code == 410
    assert {e.verb for e in Entry.objects.all()} == {"registered", "password-changed", "signed-in"}


def test_registering_twice_makes_one_account(client):
    for _ in range(2):
        client.post(reverse("people:register"), {"email": "new@example.org"})
    assert User.objects.count() == 1
    send_waiting()
    assert [m.subject for m in mail.outbox] == ["Finish your Skinproof account"] * 2


def test_registering_and_resetting_answer_the_same_with_and_without_an_account(client, make_user):
    known = make_user().email
    pages = {
        (page, address): client.post(reverse(f"people:{page}"), {"email": address}).content
        for page in ("register", "reset")
        for address in (known, "unknown@example.org")
    }
    assert len(set(pages.values())) == 1
    send_waiting()
    letters = {(m.subject, m.to[0]) for m in mail.outbox}
    assert letters == {
        ("You have a Skinproof account", known),
        ("Finish your Skinproof account", "unknown@example.org"),
        ("Set a new password for Skinproof", known),
    }


def test_a_mail_server_that_is_away_changes_nothing_on_the_page(client, make_user, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    user = make_user()
    response = client.post(reverse("people:reset"), {"email": user.email})
    assert response.status_code == 200
    assert send_waiting() == 0
    assert "could not be sent" in caplog.text
    assert user.email not in caplog.text


def test_a_new_password_by_link_ends_other_sign_ins(client, make_user):
    from django.test import Client

    user, elsewhere = make_user(), Client()
    post_sign_in(elsewhere, user.email)
    client.post(reverse("people:reset"), {"email": user.email})
    send_waiting()
    where = client.get(link_in(mail.outbox[0]), follow=True).redirect_chain[-1][0]
    page = client.get(where).content.decode()
    assert "Your name" not in page
    client.post(where, {"new_password1": "four other random words", "new_password2": "four other random words"})
    assert elsewhere.get(reverse("people:home")).status_code == 302
    assert client.get(reverse("people:home")).status_code == 200


@pytest.mark.parametrize(
    "link", ["/account/set-password/MQ/x-y/", "/account/set-password/%00/%00/", "/account/set-password/!/set-password/"]
)
def test_an_altered_link_is_gone_and_says_so(client, link):
    response = client.get(link)
    assert response.status_code in (400, 410)
    assert "link" in response.content.decode() or response.status_code == 400


# --- signing in
def test_signing_in_takes_any_capitals_and_goes_to_the_page_asked_for_if_it_is_ours(client, make_user):
    user = make_user(email="ada@example.org")
    assert post_sign_in(client, "Ada@Example.ORG", next="/account/?x=1").url == "/account/?x=1"
    client.logout()
    assert post_sign_in(client, user.email, next="https://evil.example/").url == reverse("people:home")


def test_a_wrong_sign_in_does_not_tell_which_part_was_wrong(client, make_user):
    user = make_user()
    wrong_password = post_sign_in(client, user.email, "wrong wrong wrong")
    unknown = post_sign_in(client, "nobody@example.org", "wrong wrong wrong")
    text = "do not match an account"
    assert text in wrong_password.content.decode()
    assert text in unknown.content.decode()
    assert list(Entry.objects.values_list("object_id", flat=True)) == ["unknown", str(user.pk)]


def test_an_inactive_account_cannot_sign_in_and_looks_like_none(client, make_user):
    user = make_user(is_active=False)
    assert "do not match an account" in post_sign_in(client, user.email).content.decode()


def test_too_many_wrong_sign_ins_close_the_door_for_a_while_with_words(client, make_user, settings):
    user = make_user()
    for n in range(settings.AXES_FAILURE_LIMIT - 1):
        address = user.email.upper() if n % 2 else user.email
        assert post_sign_in(client, address, "wrong wrong wrong").status_code == 200
    closed = post_sign_in(client, user.email, "wrong wrong wrong")
    assert closed.status_code == 429
    assert "15 minutes" in closed.content.decode()
    assert post_sign_in(client, user.email).status_code == 429, "the right password must not open it either"
    other = make_user()
    assert post_sign_in(client, other.email).status_code == 302


def test_signing_out_is_by_post_and_empties_the_session(client, make_user, sign_in):
    sign_in(client, make_user())
    assert client.get(reverse("people:sign-out")).status_code == 405
    assert client.post(reverse("people:sign-out")).status_code == 302
    assert client.get(reverse("people:home")).status_code == 302
    assert client.session.is_empty()


@pytest.mark.parametrize("field", ["username", "password"])
@pytest.mark.parametrize("value", ["\x00", "a\x00b@example.org", "x" * 100_000, "\ud83d\ude00", "'; drop table"])
def test_odd_sign_ins_are_refused_not_broken(client, field, value):
    data = {"username": "a@example.org", "password": "p", field: value.encode("utf-8", "replace").decode()}
    assert client.post(reverse("people:sign-in"), data).status_code == 200


# --- the second factor
def test_staff_set_up_a_second_factor_and_need_it_every_time(client, make_user):
    doctor = make_user("doctor")
    assert post_sign_in(client, doctor.email).url == reverse("people:home")
    assert client.get(reverse("people:home")).url.startswith(reverse("people:second-factor"))
    set_up = client.get(reverse("people:second-factor"), follow=True)
    assert set_up.redirect_chain[-1][0] == reverse("people:second-factor-set-up")
    page = set_up.content.decode()
    device = TOTPDevice.objects.get(user=doctor)
    assert "<svg" in page
    assert services.typed_key(device) in page
    assert not device.confirmed
    done = client.post(reverse("people:second-factor-set-up"), {"code": code_of(device)})
    assert done.url == reverse("people:home")
    assert client.get(reverse("people:home")).url == reverse("desk:queue")

    client.post(reverse("people:sign-out"))
    post_sign_in(client, doctor.email)
    assert client.get(reverse("people:home")).url.startswith(reverse("people:second-factor"))
    assert client.get(reverse("people:second-factor-set-up")).url == reverse("people:second-factor"), (
        "a password alone must not replace the second factor"
    )
    spaced = code_of(device)
    passed = client.post(reverse("people:second-factor"), {"code": f"{spaced[:3]} {spaced[3:]}", "next": "/desk/"})
    assert passed.url == "/desk/"
    assert TOTPDevice.objects.count() == 1


def test_a_code_works_once(client, make_user, make_device, sign_in):
    owner = make_user("owner")
    device = make_device(owner)
    code = code_of(device)
    sign_in(client, owner, verified=False)
    assert client.post(reverse("people:second-factor"), {"code": code}).status_code == 302
    client.logout()
    sign_in(client, owner, verified=False)
    again = client.post(reverse("people:second-factor"), {"code": code})
    assert again.status_code == 200
    assert "used before" in again.content.decode()


def test_wrong_codes_slow_the_guessing_down(client, make_user, make_device, sign_in):
    doctor = make_user("doctor")
    device = make_device(doctor)
    sign_in(client, doctor, verified=False)
    right = code_of(device)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(20):
        response = client.post(reverse("people:second-factor"), {"code": wrong})
        if response.status_code == 429:
            break
    assert response.status_code == 429
    assert "Wait" in response.content.decode()
    assert client.post(reverse("people:second-factor"), {"code": right}).status_code == 429


def test_a_removed_second_factor_is_set_up_anew(client, make_user, make_device, sign_in):
    doctor = make_user("doctor")
    make_device(doctor)
    sign_in(client, doctor)
    assert services.remove_second_factor(doctor, by=SYSTEM, reason="lost phone") == 1
    assert Entry.objects.get(verb="factor-removed").reason == "lost phone"
    assert client.get(reverse("people:home")).url.startswith(reverse("people:sign-in")), "every sign-in is ended"
    assert post_sign_in(client, doctor.email).status_code == 200, "nor does the old password set up a new device"
    link = reverse("people:set-password", kwargs=services.password_link_parts(doctor))
    form = client.get(link, follow=True)
    new = "four other random words"
    client.post(form.redirect_chain[-1][0], {"new_password1": new, "new_password2": new})
    assert client.get(reverse("people:second-factor")).url == reverse("people:second-factor-set-up")


def test_a_staff_sign_in_ends_after_a_working_day(client, make_user):
    post_sign_in(client, make_user("owner").email)
    assert client.session.get_expiry_age() == 8 * 3600
