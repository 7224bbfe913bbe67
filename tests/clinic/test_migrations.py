"""What a migration moves arrives, and what guards its table stands again."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

pytestmark = pytest.mark.django_db
BORN = dt.date(1990, 2, 3)


class Rows(list):
    """As much of a manager as the migration uses, over plain rows."""

    def exclude(self, **given):
        ((name, value),) = given.items()
        return Rows(row for row in self if getattr(row, name) != value)

    def order_by(self, *names):
        return Rows(sorted(self, key=lambda row: tuple(getattr(row, name) for name in names)))

    def iterator(self):
        return iter(self)


def test_details_of_letters_move_to_the_table_of_prescriptions(make_case, make_user):
    from types import SimpleNamespace

    from skinproof.clinic.prescribing.models import PersonDetails

    person, cases = make_user("person"), [make_case() for _ in range(3)]
    early, late = (dt.datetime(2026, month, 1, tzinfo=dt.UTC) for month in (2, 6))
    PersonDetails.objects.create(consultation=cases[1], name="Sam Reed", address="Old Road", born=BORN, at=early)
    PersonDetails.objects.create(consultation=cases[2], name="Lee Low", address="New Road", born=BORN, at=late)

    def row(number, case, at, **fields):
        given = {
            "id": number,
            "consultation_id": case.pk,
            "by_id": person.pk,
            "at": at,
            "born": BORN,
            "address": "Hill",
        }
        return SimpleNamespace(**{**given, **fields})

    middle = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
    rows = Rows(
        [
            row(1, cases[0], middle), row(2, cases[1], middle, address=""), row(3, cases[1], late),
            row(4, cases[2], middle), row(5, cases[0], late, born=None),
        ]
    )  # fmt: skip
    tables = {"GpSharing": SimpleNamespace(objects=rows), "PersonDetails": PersonDetails}
    migration = import_module("skinproof.clinic.papers.migrations.0003_details_in_one_table")
    migration.move(SimpleNamespace(get_model=lambda app, name: tables[name]), None)
    kept = [
        [(each.name, each.address, each.at) for each in PersonDetails.objects.filter(consultation=case)]
        for case in cases
    ]
    assert kept == [
        [("", "Hill", middle)],
        [("Sam Reed", "Old Road", early), ("Sam Reed", "Hill", late)],
        [("Lee Low", "New Road", late)],
    ]


def test_the_tables_end_without_what_moved_and_no_migration_is_missing():
    from django.core.management import call_command

    with connection.cursor() as cursor:
        columns = {each.name for each in connection.introspection.get_table_description(cursor, "papers_gpsharing")}
    assert not columns & {"born", "address"}
    assert "practice" in columns
    assert not MigrationLoader(connection).detect_conflicts()
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
