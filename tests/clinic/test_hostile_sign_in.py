"""Signing in as an attacker would try it: guessing from many places, sessions that were known before, secrets that were
read before, codes that were seen."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver, reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from skinproof.clinic.audit.services import SYSTEM
from skinproof.clinic.people import guessing, services
from skinproof.clinic.post import limits
from skinproof.clinic.post.limits import Limit

from .conftest import PASSWORD, code_of
from .test_permissions import DUMMIES, patterns

pytestmark = pytest.mark.django_db


WRONG = "wrong wrong wrong"


def enter(client, email, password=WRONG, *, place="192.0.2.1", **data):
    data = {"username": email, "password": password, **data}
    return client.post(reverse("people:sign-in"), data, REMOTE_ADDR=place)


# --- guessing
def test_many_accounts_tried_from_one_place_close_that_place_and_no_other(client, make_user, monkeypatch):
    monkeypatch.setattr(guessing, "FROM_A_PLACE", Limit(5, 900))
    users = [make_user() for _ in range(6)]
    for user in users[:5]:
        assert enter(client, user.email).status_code == 200
    closed = enter(client, users[5].email, PASSWORD)
    assert closed.status_code == 429
    assert "15 minutes" in closed.content.decode()
    assert enter(Client(), users[5].email, PASSWORD, place="192.0.2.2").status_code == 302


def test_one_account_tried_from_many_places_is_closed_but_not_to_whoever_it_belongs_to(client, make_user, monkeypatch):
    monkeypatch.setattr(guessing, "FOR_AN_ACCOUNT", Limit(5, 3600))
    user, home = make_user(), "198.51.100.7"
    assert enter(Client(), user.email, PASSWORD, place=home).status_code == 302
    for n in range(5):
        assert enter(client, user.email.upper() if n % 2 else user.email, place=f"192.0.2.{n}").status_code == 200
    closed = enter(client, user.email, PASSWORD, place="192.0.2.99")
    assert closed.status_code == 429, "the right password must not open it to them either"
    assert "set a new password" in closed.content.decode()
    assert enter(Client(), user.email, PASSWORD, place=home).status_code == 302, "where they signed in lately"


def test_a_letter_opens_an_account_that_was_closed_by_guessing(client, make_user, monkeypatch):
    monkeypatch.setattr(guessing, "FOR_AN_ACCOUNT", Limit(2, 3600))
    user = make_user()
    for n in range(2):
        enter(client, user.email, place=f"192.0.2.{n}")
    link = reverse("people:set-password", kwargs=services.password_link_parts(user))
    where = client.get(link, follow=True).redirect_chain[-1][0]
    new = "four other random words"
    assert client.post(where, {"new_password1": new, "new_password2": new}).url == reverse("people:home")
    assert enter(Client(), user.email, new, place="203.0.113.1").status_code == 302


def test_hammering_from_one_place_does_not_close_an_account_to_other_places(client, make_user):
    user = make_user()
    for _ in range(guessing.FOR_AN_ACCOUNT.most // 2):
        enter(client, user.email)
    assert limits.wait("wrong-for", user.email, Limit(settings.AXES_FAILURE_LIMIT + 1, 3600)) == 0
    assert enter(Client(), user.email, PASSWORD, place="192.0.2.2").status_code == 302


@pytest.mark.parametrize(
    ("forwarded", "seen"),
    [
        ("192.0.2.9", "192.0.2.9"),
        ("1.2.3.4, 192.0.2.9", "192.0.2.9"),
        ("192.0.2.9:4711", "192.0.2.9"),
        ("[2001:db8:1:2:3:4:5:6]:4711", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:192.0.2.9", "192.0.2.9"),
        ("unknown", ""),
        ("'; drop table", ""),
        ("192.0.2.9,", ""),
        ("", ""),
    ],
)
def test_a_place_is_an_address_or_nothing_whatever_a_proxy_writes(client, make_user, settings, rf, forwarded, seen):
    settings.BEHIND_PROXY = True
    assert limits.place(rf.get("/", HTTP_X_FORWARDED_FOR=forwarded)) == seen
    data = {"username": make_user().email, "password": "wrong"}
    response = client.post(reverse("people:sign-in"), data, HTTP_X_FORWARDED_FOR=forwarded)
    assert response.status_code == 200


def test_without_a_proxy_nobody_chooses_their_own_place(client, make_user, settings):
    user = make_user()
    for n in range(settings.AXES_FAILURE_LIMIT):
        data = {"username": user.email, "password": "wrong"}
        response = client.post(reverse("people:sign-in"), data, HTTP_X_FORWARDED_FOR=f"192.0.2.{n}")
    assert response.status_code == 429


# --- sessions
def test_no_session_that_was_known_before_is_signed_in_or_verified(client, make_user, make_device):
    doctor = make_user("doctor")
    device = make_device(doctor)
    client.get(reverse("consultations:start"))
    before = client.cookies["sessionid"].value
    enter(client, doctor.email, PASSWORD)
    signed_in = client.cookies["sessionid"].value
    client.post(reverse("people:second-factor"), {"code": code_of(device)})
    verified = client.cookies["sessionid"].value
    assert len({before, signed_in, verified}) == 3
    for known in (before, signed_in):
        other = Client()
        other.cookies["sessionid"] = known
        assert other.get(reverse("desk:queue")).status_code == 302
    assert client.get(reverse("desk:queue")).status_code == 200


def test_a_cookie_kept_from_before_signing_out_opens_nothing(client, make_user, sign_in):
    sign_in(client, make_user("doctor"))
    kept = client.cookies["sessionid"].value
    client.post(reverse("people:sign-out"))
    other = Client()
    other.cookies["sessionid"] = kept
    assert other.get(reverse("desk:queue")).url.startswith(reverse("people:sign-in"))


@pytest.mark.parametrize("change", ["inactive", "another role", "no longer staff"])
def test_a_session_can_do_what_the_account_may_do_now(client, make_user, sign_in, change):
    user = make_user("owner")
    sign_in(client, user)
    assert client.get(reverse("owner:audit")).status_code == 200
    if change == "inactive":
        user.is_active = False
    else:
        user.role = "editor" if change == "another role" else "person"
    user.save()
    assert client.get(reverse("owner:audit")).status_code == (302 if change == "inactive" else 403)


def test_anothers_device_verifies_nobody(client, make_user, make_device, sign_in):
    doctor, other = make_user("doctor"), make_user("doctor")
    make_device(doctor)
    stranger = make_device(other)
    sign_in(client, doctor, verified=False)
    assert client.post(reverse("people:second-factor"), {"code": code_of(stranger)}).status_code == 200
    session = client.session
    session["otp_device_id"] = stranger.persistent_id
    session.save()
    assert client.get(reverse("desk:queue")).url.startswith(reverse("people:second-factor"))


def test_a_secret_that_another_sign_in_has_read_is_not_the_one_that_is_confirmed(make_user, sign_in):
    """Somebody who knew the password first opens the page that shows the secret, and waits."""
    doctor, attacker, rightful = make_user("doctor"), Client(), Client()
    page = reverse("people:second-factor-set-up")
    sign_in(attacker, doctor, verified=False)
    attacker.get(page)
    read = TOTPDevice.objects.get(user=doctor)
    secret = read.key
    sign_in(rightful, doctor, verified=False)
    rightful.get(page)
    rightful.get(page)  # a page can be loaded again
    device = TOTPDevice.objects.get(user=doctor)
    assert device.key != secret
    assert rightful.post(page, {"code": code_of(device)}).url == reverse("people:home")
    assert attacker.post(page, {"code": "123456"}).url == reverse("people:second-factor")
    assert TOTPDevice.objects.get(user=doctor).key == device.key


# --- going elsewhere
@pytest.mark.parametrize(
    "where",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "http:evil.example",
        "javascript:alert(1)", "https:///evil.example", " https://evil.example", "/%0d%0aLocation:%20//evil.example",
        "//evil.example\\@testserver/", "https://testserver@evil.example/", "/account/sign-in/",
    ],
)  # fmt: skip
def test_no_word_in_the_address_leads_out_of_the_clinic(client, make_user, make_device, where):
    doctor = make_user("doctor")
    device = make_device(doctor)
    replies = [enter(client, doctor.email, PASSWORD, next=where)]
    replies.append(client.get(reverse("people:sign-in"), {"next": where}))  # signed in already
    replies.append(client.post(reverse("people:second-factor"), {"code": code_of(device), "next": where}))
    replies.append(client.get(reverse("people:second-factor"), {"next": where}))
    for reply in replies:
        assert reply.status_code == 302
        assert "evil" not in reply.url.lower() or reply.url.startswith("/%0d%0a")


def test_every_form_needs_its_token(make_user, sign_in):
    """By the resolver, so that a new page is asked too; a page that is exempt looks at the token itself."""
    client = sign_in(Client(enforce_csrf_checks=True), make_user("person"))
    names = {"uid": "MQ", "token": "x"}
    taken = {}
    for name, each in patterns(get_resolver()):
        if not name.startswith("library:") and name != "healthz":
            values = {key: names.get(key) or DUMMIES[key] for key in each.pattern.converters}
            response = client.post(reverse(name, kwargs=values), {"key": "x"})
            if response.status_code != 403:
                taken[name] = response.status_code
    assert taken == {"photos:page": 404}, "no such consultation; see test_photos for one's own"


def test_pages_of_the_sign_in_say_so_to_no_frame_and_no_cache(client):
    for name in ("sign-in", "register", "reset"):
        response = client.get(reverse(f"people:{name}"))
        assert "no-store" in response.headers["Cache-Control"]
        assert response.headers["X-Frame-Options"] == "DENY"


def test_a_removed_factor_leaves_no_way_with_the_password_alone(make_user, make_device, sign_in):
    owner, client = make_user("owner"), Client()
    make_device(owner)
    sign_in(client, owner, verified=False)
    services.remove_second_factor(owner, by=SYSTEM, reason="phone lost")
    assert client.get(reverse("people:second-factor-set-up")).url.startswith(reverse("people:sign-in"))
    assert enter(Client(), owner.email, PASSWORD).status_code == 200


def test_a_link_works_in_a_browser_whose_sign_in_was_ended_elsewhere(client, make_user, sign_in):
    user, elsewhere = make_user(), Client()
    sign_in(client, user)
    for browser, new in ((elsewhere, "four other random words"), (client, "five quite other random words")):
        link = reverse("people:set-password", kwargs=services.password_link_parts(user))
        where = browser.get(link, follow=True).redirect_chain[-1][0]
        assert browser.post(where, {"new_password1": new, "new_password2": new}).url == reverse("people:home")
        user.refresh_from_db()
