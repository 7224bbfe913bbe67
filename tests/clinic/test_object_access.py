"""Every page about one record by somebody who has the role and not the record, and every step in another's case."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.apps import apps
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from skinproof.clinic.audit.models import Entry
from skinproof.clinic.audit.services import SYSTEM
from skinproof.clinic.consents import selectors as consent_texts
from skinproof.clinic.consents import services as consents
from skinproof.clinic.consultations.messaging import write_message
from skinproof.clinic.consultations.models import Consultation, State
from skinproof.clinic.desk import drafting
from skinproof.clinic.papers import services as papers
from skinproof.clinic.people.models import Role
from skinproof.clinic.people.permissions import PAGES, May, may
from skinproof.clinic.photos import checking
from skinproof.clinic.photos import services as photos

from . import photo_files
from .conftest import actor
from .prescriptions import content, issued, medicine
from .test_permissions import patterns

pytestmark = pytest.mark.django_db
FORM = "azelaic-acid"
# Pages about a record that is nobody's: rules, products, letters that were not sent.
NOBODYS = ("rulebook:", "products:", "owner:")


def about_one():
    """{name: what its address asks for} of every private page that is about one person's record."""
    found = {name: set(each.pattern.converters) for name, each in patterns(get_resolver()) if name in PAGES}
    return {name: asked for name, asked in found.items() if asked and not name.startswith(NOBODYS)}


class World:
    """One person's case with everything that a case can have, in the hands of one doctor."""

    def __init__(self, case, doctor, person, rx, photo):
        self.case, self.doctor, self.person = case, doctor, person
        self.values = {
            "public_id": case.public_id, "photo_id": photo.public_id, "rx": rx.public_id, "number": 1, "line": 0,
            "form": FORM, "view": "face-front", "size": "full", "question_id": "age", "step": "cancel",
            "rule": "no-such-rule", "token": "no-such-token",
        }  # fmt: skip

    def address(self, name, **other):
        return reverse(name, kwargs={key: {**self.values, **other}[key] for key in about_one()[name]})

    @property
    def objects(self):
        """What is named in an address beside the case."""
        return {key: self.values[key] for key in ("photo_id", "rx")}


@pytest.fixture
def make_world(make_case, make_user, make_device, settings, tmp_path):
    settings.PHOTOS = tmp_path / "photos"

    def make():
        doctor, person = make_user("doctor"), make_user("person")
        make_device(doctor)
        case = make_case(State.IN_REVIEW, doctor=doctor, person=person, concern="acne", choices=[FORM])
        read = checking.read(photo_files.photo(size=(300, 300)))
        photo = photos.add(case.public_id, "face-front", read, person=person, by=SYSTEM)
        rx = issued(case, doctor, content(medicine()))
        born = dt.date(1990, 5, 1)
        gp = papers.GpDetails(allowed=True, practice="Example Surgery", born=born, address="2 Low Road")
        papers.say_about_gp(case.public_id, gp, user=person, by=actor(person))
        papers.issue_referral(
            case.public_id, doctor, flags=(), to="A dermatologist", reason="Please look at this in person.",
            key=f"key-{case.pk:030}", by=actor(doctor),
        )  # fmt: skip
        text = consent_texts.text_for(case, FORM, case.plan_in_force)
        consents.agree(
            case.public_id, person, FORM, text_hash=text.fingerprint, key=f"c-{case.pk:030}", by=actor(person)
        )
        write_message(
            case.public_id, "May I use it twice?", key=f"m-{case.pk:040}", author=person, from_doctor=False,
            by=actor(person),
        )  # fmt: skip
        drafting.start_draft(case.public_id, doctor, by=actor(doctor))  # back in this doctor's hands, with a draft
        case.refresh_from_db()
        return World(case, doctor, person, rx, photo)

    return make


@pytest.fixture
def world(make_world):
    return make_world()


def stored():
    """Every row of the clinic's tables but the trail, to see whether a step changed anything."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("skinproof.") and model is not Entry]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in ours}


def body(name, world):
    """What a browser would send, so that a step would be done if nothing but access kept it."""
    plan = world.case.plans.get(signed_at=None)
    typed = {
        "key": "x" * 43, "text": "A text that is long enough.", "reason": "A reason that is long enough.",
        "cancel-reason": "A reason that is long enough.", "plan": plan.public_id, "version": world.case.version,
        "question": "Since when?", "method": "document", "fact-age-verified": "yes", "allowed": "no", "to": "Somebody",
        "seen_by": "Somebody", "how": "Seen and dealt with by somebody.", "note": "", "do": "save",
        f"product-{FORM}": "", "name": "N", "address": "A", "born": "1980-01-01", "verdict": "agreed",
    }  # fmt: skip
    if name in ("desk:plan", "desk:discard-plan", "desk:sign"):
        typed["version"] = plan.version
    return typed


# --- the person's own pages
def own_pages():
    return [name for name in about_one() if PAGES[name] in (May.OWN, May.ACCOUNT)]


def test_the_pages_of_a_person_open_for_that_person(world, sign_in):
    """Else the tests below could not fail."""
    client = sign_in(Client(), world.person)
    for name in ("now", "status", "link"):
        assert client.get(world.address(f"consultations:{name}")).status_code in (200, 302), name
    for name in (
        "plans:plan", "plans:earlier-plan", "papers:papers", "papers:gp", "papers:plan", "papers:letter",
        "papers:referral", "papers:prescription", "photos:page", "photos:image", "consents:overview",
        "consents:consent",
    ):  # fmt: skip
        assert client.get(world.address(name)).status_code == 200, name


@pytest.mark.parametrize("stranger", ["another person", "a guest"])
def test_a_stranger_finds_nothing_and_changes_nothing(world, make_user, sign_in, stranger):
    client = Client()
    if stranger == "another person":
        sign_in(client, make_user("person"))
    before, trail, wrong = stored(), Entry.objects.count(), {}
    for name in own_pages():
        if name == "consultations:resume":
            continue  # its address holds a token in place of an id; test_resume has it
        for method in ("get", "post"):
            data = body(name, world) if method == "post" else {}
            got = getattr(client, method)(world.address(name), data).status_code
            closed = (404, 405, 415) if name == "consultations:response" else (404, 405)
            if PAGES[name] == May.ACCOUNT and stranger == "a guest":
                closed = (302, 403)
            if got not in closed:
                wrong[name, method] = got
    assert wrong == {}
    assert stored() == before
    assert Entry.objects.count() == trail


def test_a_response_is_not_put_into_anothers_consultation(world, make_user, sign_in):
    client = sign_in(Client(), make_user("person"))
    where = world.address("consultations:response")
    got = client.post(where, world.case.response, content_type="application/fhir+json")
    assert got.status_code == 404


def test_ones_own_consultation_does_not_open_anothers_photo(make_world, sign_in):
    mine, other = make_world(), make_world()
    client = sign_in(Client(), mine.person)
    for name in own_pages():
        for key in about_one()[name] & set(other.objects):
            for method in ("get", "post"):
                got = getattr(client, method)(mine.address(name, **{key: other.values[key]})).status_code
                assert got in (404, 405), (name, method)


# --- the clinic's pages
def desk_pages():
    names = [name for name in about_one() if PAGES[name] not in (May.OWN, May.ACCOUNT)]
    return [name for name in names if may(Role.DOCTOR, PAGES[name])]


def test_a_case_does_not_open_what_belongs_to_another(make_world, sign_in):
    mine, other = make_world(), make_world()
    client = sign_in(Client(), mine.doctor)
    before = stored()
    for name in desk_pages():
        keys = about_one()[name] & set(other.objects)
        if "public_id" in about_one()[name]:
            for key in keys:
                for method in ("get", "post"):
                    got = getattr(client, method)(mine.address(name, **{key: other.values[key]})).status_code
                    assert got in (404, 405), (name, method)
    assert stored() == before


# What another doctor does in a case that is not theirs: take it over with a reason, and write to the person.
ALSO_FOR_OTHERS = {"desk:take-over", "desk:reply"}


def test_another_doctor_changes_nothing_in_a_case_that_is_not_theirs(world, make_user, sign_in):
    client = sign_in(Client(), make_user("doctor"))
    changed = {}
    for name in desk_pages():
        if name in ALSO_FOR_OTHERS:
            continue
        before = stored()
        client.post(world.address(name), body(name, world))
        after = stored()
        if after != before:
            changed[name] = [table for table in after if after[table] != before[table]]
    assert changed == {}


@pytest.mark.parametrize("step", ["details", "practice", "hand-off", "follow-up", "cancel"])
def test_another_doctor_does_nothing_with_a_prescription(world, make_user, sign_in, step):
    client = sign_in(Client(), make_user("doctor"))
    fields = {
        "name": "N", "address": "A", "born": "1980-01-01", "pharmacy": "P", "how": "post", "on": timezone.localdate(),
        "found": "All well.", "reason": "A reason that is long enough.",
    }  # fmt: skip
    if step == "follow-up":
        fields["how"] = "video"
    before = stored()
    got = client.post(world.address("desk-prescribing:act", step=step), {f"{step}-{k}": v for k, v in fields.items()})
    assert got.status_code == 302
    assert stored() == before
    sign_in(client, world.doctor)
    client.post(world.address("desk-prescribing:act", step=step), {f"{step}-{k}": v for k, v in fields.items()})
    assert stored() != before, "else nothing but a wrong form kept it"


def test_photos_in_full_are_for_the_doctor_who_has_the_case(world, make_user, sign_in):
    for user, expected in ((world.doctor, 200), (make_user("doctor"), 404)):
        assert sign_in(Client(), user).get(world.address("case-photos:image")).status_code == expected


def test_a_case_that_was_not_sent_is_nobodys_at_the_clinic(world, make_user, sign_in):
    Consultation.objects.filter(pk=world.case.pk).update(state=State.SUBMITTED, sent_at=None)
    for role in (Role.DOCTOR, Role.NURSE):
        client = sign_in(Client(), world.doctor if role == Role.DOCTOR else make_user("nurse"))
        for name in desk_pages():
            if may(role, PAGES[name]):
                assert client.get(world.address(name)).status_code in (404, 405), (role, name)


def test_a_case_that_its_person_ended_is_open_to_its_doctor_alone_and_to_nothing_new(
    make_case, make_user, make_device, sign_in, world
):
    case = world.case
    Consultation.objects.filter(pk=case.pk).update(state=State.CLOSED)
    for user in (make_user("doctor"), make_user("nurse")):
        client = sign_in(Client(), user)
        for name in desk_pages():
            if may(user.role, PAGES[name]):
                assert client.get(world.address(name)).status_code in (404, 405), (user.role, name)
    client = sign_in(Client(), world.doctor)
    assert client.get(world.address("desk:case")).status_code == 200
    changed = {}
    for name in desk_pages():
        if name in ("desk-prescribing:act", "desk:no-answer-needed", "case-records:download"):
            # A prescription can always be cancelled, what the person left unanswered put away, and a copy taken, which
            # counts how often it is asked for.
            continue
        before = stored()
        client.post(world.address(name), body(name, world))
        if stored() != before:
            changed[name] = [table for table, rows in stored().items() if rows != before[table]]
    assert changed == {}


def test_a_doctor_with_a_later_case_of_the_person_reads_the_one_that_was_ended(world, make_case, make_user, sign_in):
    Consultation.objects.filter(pk=world.case.pk).update(state=State.CLOSED)
    other = make_user("doctor")
    client = sign_in(Client(), other)
    assert client.get(world.address("desk:case")).status_code == 404
    make_case(State.IN_REVIEW, doctor=other, person=world.person)
    assert client.get(world.address("desk:case")).status_code == 200


# --- nobody is shown a door that is closed to them
def doors(page, at):
    """Addresses within the site that a page leads to, with what stands in them to look at."""
    found = re.findall(r'(?:href|src)="(/[^"#]*)', page) + re.findall(r'<form[^>]*action="(/[^"]*)"', page)
    return {each.replace("&amp;", "&") for each in found if not each.startswith(("/static/", "/account/sign-out"))}


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PERSON])
@pytest.mark.parametrize("state", [State.IN_REVIEW, State.WAITING, State.PLAN_READY])
def test_no_page_leads_somebody_to_a_page_that_refuses_them(world, make_user, sign_in, role, state):
    held = world.doctor if state != State.WAITING else None
    Consultation.objects.filter(pk=world.case.pk).update(state=state, doctor=held)
    user = world.doctor if role == Role.DOCTOR else make_user(role)
    client = sign_in(Client(), user)
    start = client.get("/account/").url
    starts = {start} | ({world.address("desk:case")} if may(role, May.READ_CASE) else set())
    private = ("/desk/", "/owner/", "/rulebook/", "/products/", "/prescriptions/", "/consultation/")
    seen, refused = set(), {}
    for first in starts:
        response = client.get(first)
        assert response.status_code == 200
        for door in doors(response.content.decode(), first):
            if door in seen or not door.startswith(private):
                continue
            seen.add(door)
            got = client.get(door).status_code
            if got in (403, 404):
                refused[door] = (first, got)
    assert refused == {}
    assert seen
