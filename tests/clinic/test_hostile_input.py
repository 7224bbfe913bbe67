"""Every address of the clinic, by the resolver, asked in ways that no browser asks; and what is too much, too odd or a
formula in the places that people fill in."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from skinproof.clinic.audit.models import Verb
from skinproof.clinic.audit.services import SYSTEM, record
from skinproof.clinic.consultations import intake
from skinproof.clinic.desk.content import MOST_DECLINED, MOST_ITEMS, MOST_MEDICINES, MOST_SESSIONS
from skinproof.clinic.owner.export import FORMULA_STARTS, safe
from skinproof.clinic.people.permissions import PAGES, may

from .journeys import begin, url
from .test_object_access import make_world, world  # noqa: F401
from .test_permissions import DUMMIES, patterns

pytestmark = pytest.mark.django_db
ROLES = ("guest", "person", "doctor", "nurse", "pharmacist", "editor", "owner")
QUERIES = (
    "?page=1e999&view=%00&next=//evil.example&change=check",
    "?page=%D9%A1%D9%A2&concern=%ff%fe&asked=x&fact=x&from=files&show=x&beside=x",
    "?page=99999999999999999999&since=0001-01-01&until=9999-12-31&words=" + "%F0%9F%92%A9" * 200,
    "?since=%EF%BC%91&until=NaN&role=x&q=" + "x" * 20_000,
    "?" + "a=1&" * 2_000,
    "?next=/account/sign-in/",
)
FORM = "application/x-www-form-urlencoded"
PART = b'--x\r\nContent-Disposition: form-data; name="text"%s\r\n\r\n%s\r\n--x--\r\n'
BODIES = (
    (b"", FORM),
    (b"a=1&" * 2_000, FORM),
    (b"\xff\xfe=%ff%fe&version=1e999&text=%ed%a0%80&key=%00&plan=%00&ask=%00&note=%00&quote=%00&of=%00&seen=%00", FORM),
    (PART % (b"", b"\\ud800"), "multipart/form-data; boundary=x; charset=unicode_escape"),
    (PART % (b"", b"abc"), "multipart/form-data; boundary=x; charset=rot13"),
    (PART % (b'; filename="../../a\xe2\x80\xae.jpg"', b"abc"), "multipart/form-data; boundary=x"),
    (b"a=1", f"{FORM}; charset=utf-16"),
    (b'[1e999, NaN, "\\ud800"]', "application/json"),
)
METHODS = ("HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "PATCH", "BREW")


def addresses(role, values):
    """(name, address) of every page that this role may open; a guest gets the public ones beside their own."""
    for name, each in patterns(get_resolver()):
        public = name not in PAGES
        if (role == "guest" if public else may(role, PAGES[name])) and name != "people:sign-out":
            known = {"uid": "MQ", "token": "x", **DUMMIES, **values}
            yield name, reverse(name, kwargs={key: known.get(key, "x") for key in each.pattern.converters})


@pytest.mark.parametrize("role", ROLES)
def test_no_page_breaks_whatever_it_is_asked(make_world, make_user, sign_in, settings, role):  # noqa: F811
    """With records that are there: an unknown one stops most requests at the door."""
    settings.LETTERS_FROM_A_PLACE = settings.STARTS_FROM_A_PLACE = 10_000
    there = make_world()
    client = Client(raise_request_exception=False)
    if role != "guest":
        known = {"person": there.person, "doctor": there.doctor}
        sign_in(client, known.get(role) or make_user(role, registration="2012345"))
    broken = {}
    for name, where in addresses(role, there.values):
        reader = name.startswith("library:")  # draws figures, and asks no database
        replies = {f"GET {query[:30]}": client.get(where + query) for query in QUERIES[: 1 if reader else None]}
        if not reader:
            replies |= {method: client.generic(method, where) for method in METHODS}
            replies |= {
                f"POST {body[:30]!r} {kind}": client.generic("POST", where, body, kind) for body, kind in BODIES
            }
        for how, reply in replies.items():
            if reply.status_code >= 500 and not (reply.status_code == 503 and name == "healthz"):
                broken[name, how] = reply.status_code
            if how in ("TRACE", "BREW", "PUT") and reply.status_code not in (302, 403, 404, 405, 410):
                broken[name, how] = reply.status_code
    assert broken == {}


@pytest.mark.parametrize(
    "charset", ["unicode_escape", "utf-16", "utf-7", "rot13", "idna", "latin-1", "raw_unicode_escape"]
)
def test_an_encoding_that_makes_what_no_database_takes_is_refused_with_a_page(client, charset):
    consultation = begin(client)
    where = url("question", consultation, "age")
    body = PART.replace(b"text", b"answer") % (b"", b"\\ud800")
    response = client.generic("POST", where, body, f"multipart/form-data; boundary=x; charset={charset}")
    assert response.status_code == 400
    assert "could not read what was sent" in response.content.decode()
    assert client.get(where, CONTENT_TYPE=f"text/plain; charset={charset}").status_code == 400
    assert intake.answers(consultation) == {}


def test_utf_8_by_any_of_its_names_is_taken(client):
    consultation = begin(client)
    for name in ("utf-8", "UTF8", "utf_8"):
        body = PART.replace(b"text", b"answer") % (b"", b"34")
        response = client.generic(
            "POST", url("question", consultation, "age"), body, f"multipart/form-data; boundary=x; charset={name}"
        )
        assert response.status_code in (200, 302)
    consultation.refresh_from_db()
    assert intake.answers(consultation) == {"age": 34}


def test_a_plan_with_every_row_filled_is_taken_and_far_more_is_told_with_a_way_back(client, world, sign_in):  # noqa: F811
    sign_in(client, world.doctor)
    plan = world.case.plans.get(signed_at=None)
    typed = {"plan": plan.public_id, "version": plan.version, "do": "save", "plan-summary": "What we agreed."}
    rows = {"items": (MOST_ITEMS, ("form", "what", "how", "when")), "declined": (MOST_DECLINED, ("form", "why")),
            "sessions": (MOST_SESSIONS, ("form", "on", "what")),
            "medicines": (MOST_MEDICINES, ("form", "product", "named", "quantity", "unit", "each_time", "times_a_day",
                                           "site", "course_weeks", "repeats", "directions", "reason", "tests_on",
                                           "tests"))}  # fmt: skip
    for kind, (most, names) in rows.items():
        typed[f"{kind}-count"] = most
        typed |= {f"{kind}-{n}-{name}": "" for n in range(most) for name in names}
    typed |= {f"why-azelaic-acid--rule-{n}": "" for n in range(300)}
    assert 700 < len(typed) < 1_500
    where = reverse("desk:plan", args=[world.case.public_id])
    assert client.post(where, typed).status_code == 302
    plan.refresh_from_db()
    assert plan.content["summary"] == "What we agreed."
    version = plan.version
    refused = client.post(where, {**typed, **{f"x{n}": "" for n in range(2_000)}})
    assert refused.status_code == 400
    assert "Back button" in refused.content.decode()
    plan.refresh_from_db()
    assert plan.version == version


# --- what is taken out
@pytest.mark.parametrize("start", [*FORMULA_STARTS, "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_no_cell_of_the_trail_is_a_formula_in_any_width(client, make_user, sign_in, start):
    from django.db import transaction

    with transaction.atomic():
        record(SYSTEM, Verb.VIEWED, "consultation", "x", reason=f"{start}cmd|' /C calc'!A0")
    sign_in(client, make_user("owner"))
    response = client.post(reverse("owner:export"), {"as": "csv"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    reasons = [row["reason"] for row in csv.DictReader(io.StringIO(text, newline=""))]
    assert any(reason.startswith("'") for reason in reasons)
    assert not any(reason.startswith(start) for reason in reasons)
    assert safe(f"{start}1") == f"'{start}1"


def test_no_cell_of_a_checked_advert_is_a_formula_in_any_width():
    from skinproof.cli._check import _cell

    for start in "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20":
        assert _cell(f"{start}HYPERLINK()") == f"'{start}HYPERLINK()"
    assert _cell("cures 80%") == "cures 80%"
    assert _cell("") == ""


# --- photos by their names and in pieces
@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "..\\..\\x.jpg", "a\x00b.jpg", "\u202egpj.exe", "x" * 300 + ".jpg", "", ".", "con.jpg",
     "a\r\nX: y.jpg", "<script>.jpg", "a.php.jpg", "\U0001f4a9.jpg", "%00.jpg"],
)  # fmt: skip
def test_a_photos_own_name_is_used_nowhere(client, settings, tmp_path, make_case, name):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from . import photo_files

    settings.PHOTOS = tmp_path / "photos"
    consultation = begin(client)
    type(consultation).objects.filter(pk=consultation.pk).update(state="submitted", response=make_case().response)
    file = SimpleUploadedFile("photo.jpg", photo_files.photo(size=(300, 300)), "text/html")
    file._name = name
    response = client.post(reverse("photos:page", args=[consultation.public_id]), {"face-front": file})
    assert response.status_code in (200, 302)
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert all(path.is_relative_to(settings.PHOTOS) for path in kept)
    assert len(kept) == 2 * consultation.photos.count()
    for photo in consultation.photos.all():
        shown = client.get(reverse("photos:image", args=[consultation.public_id, photo.public_id, "full"]))
        assert shown.headers["Content-Type"] == "image/jpeg"
        assert shown.headers["Content-Disposition"] == 'inline; filename="photo-face-front.jpg"'


@pytest.mark.parametrize(
    "asked",
    ["bytes=0-10", "bytes=-1", "bytes=99999999999-", "bytes=5-1", "bytes=0-0,1-1,2-2", "x" * 5_000, "bytes=", "\u0661"],
)
def test_a_piece_of_a_photo_is_never_more_than_the_photo(client, world, sign_in, asked):  # noqa: F811
    sign_in(client, world.person)
    where = world.address("photos:image")
    whole = client.get(where)
    piece = client.get(where, HTTP_RANGE=asked)
    assert (piece.status_code, piece.content) == (200, whole.content)
    assert "no-store" in piece.headers["Cache-Control"]


def test_a_null_character_where_no_form_looks_is_no_fault(world, sign_in):  # noqa: F811
    """PostgreSQL does not take it; SQLite would."""
    client = sign_in(Client(), world.person)
    where = reverse("plans:more", args=[world.case.public_id])
    assert client.post(where, {"ask": "\x00", "text": "x"}).status_code == 302


@pytest.mark.parametrize("years", [119, 121, 125, 131, 2_000])
def test_a_birth_too_long_ago_is_told_beside_its_field_on_every_page_that_asks(world, sign_in, years):  # noqa: F811
    born = f"{max(1, timezone.localdate().year - years):04}-01-01"
    gp = {"allowed": "yes", "practice": "Example Surgery", "born": born}
    details = {"details-name": "Sam Reed", "details-address": "2 Low Road", "details-born": born}
    person, doctor = sign_in(Client(), world.person), sign_in(Client(), world.doctor)
    act = world.address("desk-prescribing:act", step="details")
    for client, where, data in (
        (person, world.address("papers:gp"), gp),
        (doctor, world.address("case-papers:gp"), gp),
        (doctor, act, details),
    ):
        reply = client.post(where, data)
        assert reply.status_code == 302 if years < 120 else reply.status_code in (200, 422), where
