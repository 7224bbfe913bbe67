"""Every page and action by every kind of visitor, held against the one table of who may do what."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from skinproof.clinic.audit.models import ActorRole
from skinproof.clinic.consultations.models import State
from skinproof.clinic.people.models import STAFF, Role
from skinproof.clinic.people.permissions import ALLOWED, GUEST, HOMES, PAGES, May, may, table

pytestmark = pytest.mark.django_db

ROLES = tuple(map(str, Role))
# Open to everybody: they show nobody's record.
PUBLIC = {
    "people:sign-in", "people:sign-out", "people:register", "people:reset", "people:set-password", "healthz",
}  # fmt: skip
PUBLIC_APPS = ("library:", "check:")
SIGN_IN, FACTOR = reverse("people:sign-in"), reverse("people:second-factor")
# Nobody's: no page with these is there, so that an opened gate answers 404 and a closed one never gets so far.
DUMMIES = {
    "public_id": "A" * 22, "photo_id": "B" * 22, "rx": "C" * 22, "number": 1, "line": 0, "rule": "no-such-rule",
    "question_id": "no-such-question", "token": "no-such-token", "view": "area", "size": "full", "form": "no-such-form",
    "step": "no-such-step",
}  # fmt: skip


def patterns(resolver, prefix=""):
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from patterns(each, f"{prefix}{each.namespace}:" if each.namespace else prefix)
        elif isinstance(each, URLPattern):
            yield f"{prefix}{each.name}", each


def private():
    return [
        (name, each)
        for name, each in patterns(get_resolver())
        if name not in PUBLIC and not name.startswith(PUBLIC_APPS)
    ]


def address(name, pattern):
    named = dict(pattern.pattern.converters)
    return reverse(name, kwargs={key: DUMMIES[key] for key in named})


def outcome(response) -> str:
    """ "sign-in", "factor", "refused", or "open" for anything that lies behind the gate."""
    if response.status_code == 302:
        where = response.url.split("?")[0]
        return "sign-in" if where == SIGN_IN else "factor" if where == FACTOR else "open"
    return "refused" if response.status_code == 403 else "open"


def expected(permission: May, visitor: str) -> str:
    role, _, unverified = visitor.partition(" ")
    if role == GUEST:
        return "open" if GUEST in ALLOWED[permission] else "sign-in"
    if role not in ALLOWED[permission]:
        return "refused"
    if unverified and permission != May.SECOND_FACTOR:
        return "factor"
    return "open"


def test_every_private_page_stands_in_the_table_and_nothing_else_does():
    assert {name for name, _ in private()} == set(PAGES)


def test_every_private_view_goes_through_the_gate_with_the_permission_of_the_table():
    asked = {name: getattr(each.callback, "permission", None) for name, each in private()}
    assert {name: (got, PAGES[name]) for name, got in asked.items() if got != PAGES[name]} == {}


def test_no_name_stands_for_two_pages_and_none_is_without_a_name():
    names = [name for name, _ in patterns(get_resolver())]
    assert len(names) == len(set(names))
    assert not any(name.endswith("None") for name in names)


def test_a_view_without_a_permission_does_not_pass(settings):
    from types import ModuleType

    from django.http import HttpResponse
    from django.urls import include, path

    ungated = ModuleType("ungated")
    more = ([path("new/", lambda request: HttpResponse(), name="new")], "new-app")
    ungated.urlpatterns = [path("", include("skinproof.clinic.urls")), path("x/", include(more))]
    names = dict(patterns(get_resolver(ungated)))
    open_to_all = PUBLIC | {name for name in names if name.startswith(PUBLIC_APPS)}
    assert set(names) - set(PAGES) - open_to_all == {"new-app:new"}
    assert not hasattr(names["new-app:new"].callback, "permission")


def test_no_private_page_is_kept_by_a_cache(client):
    kept = {
        name: response.headers.get("Cache-Control")
        for name, each in private()
        if "no-store" not in (response := client.get(address(name, each))).headers.get("Cache-Control", "")
    }
    assert kept == {}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("visitor", [GUEST, *ROLES, *(f"{role} without-factor" for role in STAFF)])
def test_each_visitor_gets_where_the_table_lets_them_and_nowhere_else(make_user, sign_in, visitor, method):
    client = Client()
    role, _, unverified = visitor.partition(" ")
    if role != GUEST:
        sign_in(client, make_user(role), verified=False if unverified else None)
    wrong = {}
    for name, each in private():
        got = outcome(getattr(client, method)(address(name, each)))
        want = expected(PAGES[name], visitor)
        if name in ("people:second-factor", "people:second-factor-set-up") and got in ("open", "factor"):
            got = "open"  # one of the two leads to the other
        if got != want:
            wrong[name] = (got, want)
    assert wrong == {}


def test_no_permission_is_without_a_role_or_a_page():
    assert set(ALLOWED) == set(May)
    assert all(ALLOWED.values())
    assert set(May) == set(PAGES.values())


def test_least_access_in_one_look():
    records = (May.READ_CASE, May.SEE_PHOTOS, May.RECORD, May.WRITE, May.DECIDE)
    for role in (Role.PHARMACIST, Role.EDITOR, Role.OWNER):
        assert not any(may(role, permission) for permission in records), role
    assert not may(Role.NURSE, May.DECIDE)
    assert not any(may(Role.OWNER, permission) for permission in (May.READ_RULES, May.REVIEW_PRESCRIPTIONS))
    assert [role for role in Role if may(role, May.READ_TRAIL)] == [Role.OWNER]
    assert not any(GUEST in ALLOWED[permission] for permission in May if permission != May.OWN)


def test_every_role_has_words_and_staff_a_second_factor_and_a_start_page():
    assert set(STAFF) == set(Role) - {Role.PERSON}
    assert set(HOMES) == set(STAFF)
    assert {getattr(ActorRole, role.name) for role in Role} == set(Role)
    assert all(may(role, PAGES[HOMES[role]]) for role in STAFF)


@pytest.mark.parametrize("role", STAFF)
def test_signing_in_leads_to_the_roles_own_page(make_user, sign_in, client, role):
    sign_in(client, make_user(role))
    response = client.get("/account/")
    assert response.url == reverse(HOMES[role])
    assert client.get(response.url).status_code == 200


def test_the_table_in_the_documentation_is_the_table():
    text = (Path(__file__).parents[2] / "docs" / "roles.md").read_text(encoding="utf-8")
    assert table() in text


# --- a nurse at the desk
@pytest.fixture
def nurse(client, make_user, sign_in):
    user = make_user("nurse", registration="12A3456E")
    sign_in(client, user)
    return client, user


def test_a_nurse_reads_a_case_and_is_offered_nothing_that_decides(nurse, make_case, make_user):
    client, _ = nurse
    for case in (make_case(), make_case(State.IN_REVIEW, doctor=make_user("doctor")), make_case(State.PLAN_READY)):
        text = client.get(reverse("desk:case", args=[case.public_id])).content.decode()
        forms = set(re.findall(r'<form[^>]*action="([^"]+)"', text))
        names = {reverse(f"desk:{name}", args=[case.public_id]) for name in ("reply", "record-facts")}
        assert forms <= {*names, reverse("people:sign-out")}
        assert not re.search(r'href="[^"]*/(plan|ask|flags)/', text)


def test_a_nurse_records_checks_and_measurements_and_no_more(nurse, make_case):
    from skinproof.clinic.desk.holding import CaseError
    from skinproof.clinic.desk.models import CaseFact
    from skinproof.clinic.desk.recording import record_facts

    client, user = nurse
    case = make_case()
    where = reverse("desk:record-facts", args=[case.public_id])
    client.post(
        where, {"fact-identity-verified": "yes", "fact-age-verified": "yes", "method": "document", "note": "passport"}
    )
    rows = CaseFact.objects.filter(consultation=case)
    assert {(row.fact, row.value, row.method, row.doctor_id) for row in rows} == {
        ("identity-verified", True, "document", user.pk), ("age-verified", True, "document", user.pk),
    }  # fmt: skip
    client.post(where, {"fact-in-person-examined": "yes", "method": "in-person"})
    assert rows.count() == 2
    from .conftest import actor

    with pytest.raises(CaseError, match="The rest is the doctor"):
        record_facts(case.public_id, user, {"in-person-examined": True}, method="in-person", by=actor(user))
    closed = make_case(State.CLOSED)
    with pytest.raises(CaseError, match="waits for no doctor"):
        record_facts(closed.public_id, user, {"age-verified": True}, method="document", by=actor(user))


@pytest.mark.parametrize("method", ["phone", "message", "provider"])
def test_identity_and_age_are_not_checked_by_a_persons_word(nurse, make_case, method):
    from skinproof.clinic.desk.models import CaseFact

    client, _ = nurse
    where = reverse("desk:record-facts", args=[make_case().public_id])
    response = client.post(where, {"fact-age-verified": "yes", "method": method})
    assert "Identity and age are not checked by a call or a message alone" in response.content.decode()
    assert not CaseFact.objects.exists()
    client.post(where, {"fact-age-verified": "no", "method": method})
    assert CaseFact.objects.get().value is False, "that it was not checked can be said by anybody"


def test_a_nurses_look_does_not_count_as_the_doctors_reading(nurse, make_case):
    client, _ = nurse
    case = make_case()
    client.get(reverse("desk:case", args=[case.public_id]))
    before = case.doctor_read_to
    case.refresh_from_db()
    assert case.doctor_read_to == before


def test_a_nurse_sees_photos_while_a_case_is_open_and_not_afterwards(nurse, make_case, settings, tmp_path):
    from skinproof.clinic.audit.services import SYSTEM
    from skinproof.clinic.consultations.models import Consultation
    from skinproof.clinic.photos import checking, services

    from . import photo_files

    settings.PHOTOS = tmp_path / "photos"
    client, _ = nurse
    case = make_case()
    photo = services.add(
        case.public_id, "area", checking.read(photo_files.photo(size=(300, 300))), person=None, by=SYSTEM
    )
    full = reverse("case-photos:image", args=[photo.public_id, "full"])
    assert client.get(full).status_code == 200
    assert client.get(reverse("case-photos:compare", args=[case.public_id, "area"])).status_code == 200
    for state in (State.PLAN_READY, State.CLOSED):
        Consultation.objects.filter(pk=case.pk).update(state=state)
        assert client.get(full).status_code == 404
