"""Consent for each treatment: the text that was shown is kept, and nobody changes what was agreed to."""

from __future__ import annotations

import re

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from skinproof.care import consents as texts
from skinproof.clinic.audit.models import Entry
from skinproof.clinic.consents import selectors, services
from skinproof.clinic.consents.models import Consent
from skinproof.clinic.desk.signing import sign

from . import plans
from .conftest import actor, code_of
from .pages import main_of

pytestmark = pytest.mark.django_db
FORM = "azelaic-acid"


@pytest.fixture
def person(make_user):
    return make_user("person")


@pytest.fixture
def case(make_case, doctor, person):
    return plans.case_with_plan(make_case, doctor, person)


def url(name: str, case, *more: str) -> str:
    return reverse(f"consents:{name}", args=[case.public_id, *more])


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]+)"', page).group(1)


def words(response) -> str:
    return " ".join(text for text, _ in main_of(response.content).texts())


def give(case, person, key="a" * 30):
    text = selectors.text_for(case, FORM, case.plan_in_force)
    return services.agree(case.public_id, person, FORM, text_hash=text.fingerprint, key=key, by=actor(person))


def states(case) -> dict[str, str]:
    return {line.form: line.state for line in selectors.lines(case)}


def test_a_person_reads_agrees_and_takes_it_back(client, case, person, sign_in):
    sign_in(client, person)
    assert "Not agreed yet" in words(client.get(url("overview", case)))
    page = client.get(url("consent", case, FORM))
    shown = words(page)
    for part in ("What is known", "What could go wrong", "What else there is", "You can change your mind"):
        assert part in shown
    sent = {name: hidden(page.content.decode(), name) for name in ("key", "text")}
    assert "Tick this to agree" in client.post(url("consent", case, FORM), sent).content.decode()
    assert not Consent.objects.exists()
    for _ in range(2):  # a second press keeps one
        assert client.post(url("consent", case, FORM), {**sent, "agree": "on"}).status_code == 302
    row = Consent.objects.get()
    assert (row.person, row.agreed, row.text_hash, row.version) == (person, True, sent["text"], "1")
    assert row.intact
    assert row.shown.parts
    page = client.get(url("consent", case, FORM)).content.decode()
    assert "Take it back" in page
    assert client.post(url("take-back", case, FORM), {"key": hidden(page, "key")}).status_code == 302
    assert states(case) == {FORM: "taken-back"}
    assert Consent.objects.count() == 2, "what was agreed to stays"
    verbs = list(Entry.objects.filter(object_id=case.public_id).order_by("id").values_list("verb", flat=True))
    assert verbs[-2:] == ["consented", "took-back-consent"]


def test_a_text_that_changed_while_it_was_read_is_read_again(case, person):
    with pytest.raises(services.TextChangedError):
        services.agree(case.public_id, person, FORM, text_hash="0" * 64, key="a" * 30, by=actor(person))
    assert not Consent.objects.exists()


def test_a_text_that_changes_later_is_told_and_the_old_one_kept(case, person, monkeypatch):
    row = give(case, person)
    now = texts.current()
    changed = now.model_copy(update={"agree": "I agree to something else."})
    monkeypatch.setattr(texts, "current", lambda: changed)
    assert states(case) == {FORM: "given-to-another-text"}
    row.refresh_from_db()
    assert row.intact
    assert row.shown.agree == now.agree


def test_only_the_person_agrees_and_only_to_what_the_plan_asks(case, person, make_user):
    with pytest.raises(services.ConsentError, match="Only the person"):
        give(case, make_user("person"))
    with pytest.raises(services.ConsentError, match="does not ask"):
        services.agree(case.public_id, person, "tretinoin", text_hash="0" * 64, key="a" * 30, by=actor(person))
    with pytest.raises(services.ConsentError, match="nothing to take back"):
        services.take_back(case.public_id, person, FORM, key="b" * 30, by=actor(person))
    give(case, person)
    with pytest.raises(services.ConsentError, match="something else"):
        services.agree(case.public_id, person, "tretinoin", text_hash="0" * 64, key="a" * 30, by=actor(person))


@pytest.mark.parametrize("statement", ["UPDATE consents_consent SET agreed = agreed", "DELETE FROM consents_consent"])
def test_the_database_keeps_what_was_agreed_to(case, person, statement):
    give(case, person)
    with pytest.raises(DatabaseError, match="kept as it was"), transaction.atomic():
        connection.cursor().execute(statement)


def test_consent_is_asked_for_before_the_start_and_not_before_signing(client, make_case, doctor, person, sign_in):
    case = make_case("in-review", doctor=doctor, person=person)
    plan = plans.ready(case, doctor)
    sign_in(client, doctor)
    page = words(client.get(reverse("desk:sign", args=[case.public_id])))
    assert "Nobody starts these without consent" in page
    assert "does not hold up your signature" in page
    device = doctor.totpdevice_set.get()
    assert sign(plan.public_id, doctor, version=plan.version, code=code_of(device), by=actor(doctor)).signed
    assert states(case) == {FORM: "none"}


def test_the_doctor_sees_where_it_stands_and_what_was_read(client, case, person, doctor, sign_in):
    sign_in(client, doctor)
    seen = reverse("case-consents:seen", args=[case.public_id, FORM])
    assert "has not agreed yet" in words(client.get(seen))
    give(case, person)
    board = client.get(reverse("desk:case", args=[case.public_id])).content.decode()
    assert seen in board
    assert "the text as the person read it" in words(client.get(seen))
    assert client.get(reverse("case-consents:seen", args=[case.public_id, "tretinoin"])).status_code == 404


def test_a_row_that_was_tampered_with_shows(case, person):
    row = give(case, person)
    row.text["agree"] = "Something that nobody agreed to."
    assert not row.intact


def test_nobody_else_finds_the_pages(client, case, make_user, sign_in, doctor):
    for name, more in (("overview", ()), ("consent", (FORM,))):
        assert client.get(url(name, case, *more)).status_code == 404
    sign_in(client, make_user("person"))
    assert client.get(url("overview", case)).status_code == 404
    sign_in(client, doctor)
    assert client.get(url("overview", case)).status_code == 403
    assert Client().get(reverse("case-consents:seen", args=[case.public_id, FORM])).status_code == 302


def test_an_unknown_treatment_is_not_there(client, case, person, sign_in):
    sign_in(client, person)
    assert client.get(url("consent", case, "no-such-thing")).status_code == 404
    assert client.get(url("consent", case, "tretinoin")).status_code == 404


def test_the_text_names_the_rules_that_fired_for_this_person(case):
    plan = case.plan_in_force
    plan.sealed["forms"][FORM]["rules"] = ["gen-gp-sharing", "a-rule-that-is-gone"]
    text = selectors.text_for(case, FORM, plan)
    told = [line.text for part in text.parts if part.id == "risks" for line in part.lines]
    assert any(line.startswith("For you: Your GP holds your full history") for line in told)
