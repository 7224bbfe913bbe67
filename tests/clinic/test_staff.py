"""`skinproof staff`: accounts that nobody can make for themselves."""

from __future__ import annotations

import re

import pytest

from skinproof.cli import main
from skinproof.clinic.audit.models import Entry
from skinproof.clinic.people.models import User

from .conftest import PASSWORD

pytestmark = pytest.mark.django_db


def test_a_doctor_is_added_sets_a_password_by_the_link_and_needs_a_second_factor(client, capsys):
    arguments = ["staff", "add", "doctor", "A.Jones@clinic.example", "Dr Alex Jones", "--gmc", "1234567"]
    assert main([*arguments, "--site", "http://testserver/"]) == 0
    link = re.search(r"http://testserver(/\S+)", capsys.readouterr().out)[1]
    where = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(where, {"new_password1": PASSWORD, "new_password2": PASSWORD})
    doctor = User.objects.get()
    assert (doctor.email, doctor.role, doctor.gmc_number) == ("a.jones@clinic.example", "doctor", "1234567")
    assert client.get("/account/").url.startswith("/account/second-factor/")
    assert Entry.objects.order_by("id").first().role == "system"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["add", "doctor", "d@example.org", "Dr D"], "a doctor needs --gmc"),
        (["add", "doctor", "d@example.org", "Dr D", "--gmc", "12"], "7 digits"),
        (["add", "owner", "not an address", "O"], "email"),
        (["add", "owner", "taken@example.org", "O"], "already exists"),
        (["add", "owner", "o@example.org", " "], "name"),
        (["remove-factor", "nobody@example.org", "--reason", "lost"], "no account"),
    ],
)
def test_what_cannot_be_added_says_why(arguments, message, make_user, capsys):
    make_user(email="taken@example.org")
    assert main(["staff", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert User.objects.count() == 1


def test_a_lost_second_factor_is_removed_with_a_reason(make_user, make_device, capsys):
    doctor = make_user("doctor")
    make_device(doctor)
    assert main(["staff", "remove-factor", doctor.email, "--reason", "phone lost"]) == 0
    said = capsys.readouterr().out
    assert "1 removed" in said
    assert "/account/set-password/" in said
    assert Entry.objects.get(verb="factor-removed").reason == "phone lost"


@pytest.mark.parametrize(("role", "words"), [("nurse", "NMC"), ("pharmacist", "GPhC"), ("editor", ""), ("owner", "")])
def test_every_role_of_the_clinic_is_added(role, words, capsys):
    arguments = ["staff", "add", role, f"{role}@clinic.example", "Sage Birch"]
    if words:
        assert main(arguments) == 2
        assert "--registration" in capsys.readouterr().err
        arguments += ["--registration", "2012345"]
    assert main(arguments) == 0
    user = User.objects.get()
    assert (user.role, user.is_staff_member) == (role, True)
    assert words in user.reviewer
    assert user.is_reviewer == (role == "pharmacist")


def test_a_doctor_is_named_as_a_reviewer_of_rules_and_no_longer(make_user, capsys):
    doctor = make_user("doctor")
    assert main(["staff", "reviewer", doctor.email]) == 0
    doctor.refresh_from_db()
    assert doctor.is_reviewer
    assert main(["staff", "reviewer", doctor.email, "--off"]) == 0
    doctor.refresh_from_db()
    assert not doctor.is_reviewer
    assert [entry.detail["reviewer"] for entry in Entry.objects.filter(verb="named-reviewer").order_by("id")] == [
        True,
        False,
    ]
    assert main(["staff", "reviewer", make_user("nurse").email]) == 2
    assert main(["staff", "add", "nurse", "n@example.org", "N", "--registration", "1", "--reviewer"]) == 2


def test_who_leaves_is_closed_out_at_once_and_can_be_let_back_in(client, make_user, make_device, sign_in, capsys):
    from skinproof.clinic.people import services

    doctor = make_user("doctor")
    make_device(doctor)
    sign_in(client, doctor)
    old_link = services.password_link_parts(doctor)
    assert client.get("/desk/").status_code == 200
    assert main(["staff", "close", doctor.email.upper(), "--reason", "left the clinic"]) == 0
    assert client.get("/desk/").url.startswith("/account/sign-in/")
    assert client.post("/account/sign-in/", {"username": doctor.email, "password": PASSWORD}).status_code == 200
    assert client.get(f"/account/set-password/{old_link['uid']}/{old_link['token']}/").status_code == 410
    assert Entry.objects.get(verb="account-closed").reason == "left the clinic"
    capsys.readouterr()
    assert main(["staff", "close", doctor.email, "--reason", "back from leave", "--undo"]) == 0
    link = re.search(r"http://127.0.0.1:8000(/\S+)", capsys.readouterr().out)[1]
    where = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(where, {"new_password1": "four other random words", "new_password2": "four other random words"})
    assert client.get("/account/").url.startswith("/account/second-factor/")
    assert client.get("/account/second-factor/").url == "/account/second-factor/set-up/"


def test_the_account_of_a_person_is_not_closed_from_here(make_user, capsys):
    person = make_user("person")
    assert main(["staff", "close", person.email, "--reason", "x"]) == 2
    assert "no account of the clinic" in capsys.readouterr().err
