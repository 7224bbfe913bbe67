import os
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction

from skinproof.clinic.audit.models import Entry, Verb
from skinproof.clinic.audit.services import SYSTEM, Actor, OutsideTransactionError, record
from skinproof.clinic.triggers import AUDIT, installer


@pytest.fixture
def entry(db):
    return record(SYSTEM, Verb.VIEWED, "consultation", "abc", reason="why", count=2)


def test_an_entry_says_who_what_and_why(entry, make_user):
    doctor = make_user("doctor")
    second = record(Actor("doctor", doctor.pk, "r" * 32), Verb.SIGNED, "plan", "p1")
    assert list(Entry.objects.values_list("role", "verb", "object_id")) == [
        ("doctor", "signed", "p1"),
        ("system", "viewed", "abc"),
    ]
    entry.refresh_from_db()
    assert (entry.reason, entry.detail) == ("why", {"count": 2})
    assert second.actor == doctor
    assert str(second) == "doctor signed plan p1"


@pytest.mark.django_db(transaction=True)
def test_an_entry_apart_from_its_change_is_refused():
    with pytest.raises(OutsideTransactionError, match="open a transaction"):
        record(SYSTEM, Verb.VIEWED, "consultation", "abc")
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_entry_goes_when_its_change_is_undone():
    with pytest.raises(RuntimeError, match="undo"), transaction.atomic():  # noqa: PT012 - the point is what is undone
        record(SYSTEM, Verb.VIEWED, "consultation", "abc")
        raise RuntimeError("undo")
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET verb = 'closed'",
        "UPDATE audit_entry SET reason = ''",
        "DELETE FROM audit_entry",
        pytest.param("TRUNCATE audit_entry", marks=pytest.mark.postgres),
        pytest.param(
            "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry",
            marks=pytest.mark.skipif("DATABASE_URL" in os.environ, reason="SQLite's own words"),
        ),
    ],
)
def test_the_database_itself_refuses_to_change_or_remove_entries(entry, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entry.objects.get().verb == "viewed"


def test_the_guard_can_be_taken_off_by_a_migration_and_put_back(entry):
    install, remove = installer(AUDIT)
    editor = SimpleNamespace(connection=connection)
    remove(None, editor)
    Entry.objects.update(verb="closed")
    install(None, editor)
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.update(verb="viewed")


def test_an_entry_outlives_the_account(make_user):
    person = make_user()
    record(Actor("person", person.pk), Verb.VIEWED, "consultation", "abc")
    pk = person.pk
    person.delete()
    assert Entry.objects.get().actor_id == pk
