"""Triggers that keep a row as it was written, whatever the code above the database does.

On SQLite, Django alters a table by making a new one and dropping the old, and the triggers go with the old one: a
migration that alters a guarded table must put them back with `Guard.install`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Guard:
    """Forbids DELETE and UPDATE on a table, always or for rows that meet a condition.

    Args:
        table: the table's name.
        message: what the database answers.
        when: SQL on the row as it stands (`old.signed_at IS NOT NULL`); empty for every row.
        columns: columns an UPDATE may not touch; empty for all of them.
    """

    table: str
    message: str
    when: str = ""
    columns: tuple[str, ...] = ()

    def _name(self, event: str) -> str:
        return f"{self.table}_no_{event}"

    def _statements(self, vendor: str) -> list[str]:
        changed = "UPDATE OF " + ", ".join(self.columns) if self.columns else "UPDATE"
        condition = f"WHEN ({self.when}) " if self.when else ""
        if vendor == "sqlite":
            return [
                f"CREATE TRIGGER {self._name(event)} BEFORE {what} ON {self.table} FOR EACH ROW {condition}"
                f"BEGIN SELECT RAISE(ABORT, '{self.message}'); END"
                for event, what in (("update", changed), ("delete", "DELETE"))
            ]
        if vendor == "postgresql":
            function = f"{self.table}_guard"
            return [
                f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ "
                f"BEGIN RAISE EXCEPTION '{self.message}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
                *(
                    f"CREATE TRIGGER {self._name(event)} BEFORE {what} ON {self.table} FOR EACH ROW {condition}"
                    f"EXECUTE FUNCTION {function}()"
                    for event, what in (("update", changed), ("delete", "DELETE"))
                ),
                f"CREATE TRIGGER {self._name('truncate')} BEFORE TRUNCATE ON {self.table} FOR EACH STATEMENT "
                f"EXECUTE FUNCTION {function}()",
            ]
        raise NotImplementedError(f"no triggers are written for the database {vendor}")

    def install(self, connection) -> None:
        self.remove(connection)
        with connection.cursor() as cursor:
            for statement in self._statements(connection.vendor):
                cursor.execute(statement)

    def remove(self, connection) -> None:
        on_table = f" ON {self.table}" if connection.vendor == "postgresql" else ""
        with connection.cursor() as cursor:
            for event in ("update", "delete", "truncate"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {self._name(event)}{on_table}")


AUDIT = Guard("audit_entry", "the audit trail is append-only")
SIGNED_PLAN = Guard("desk_plan", "a signed plan cannot be changed", when="old.signed_at IS NOT NULL")
CORRECTION = Guard("consultations_correction", "a correction is kept as it was made")
MESSAGE = Guard("consultations_message", "a message is kept as it was sent")
GUARDS = (AUDIT, SIGNED_PLAN, CORRECTION, MESSAGE)


def installer(guard: Guard):
    """The two functions a `RunPython` takes."""

    def install(apps, schema_editor):
        guard.install(schema_editor.connection)

    def remove(apps, schema_editor):
        guard.remove(schema_editor.connection)

    return install, remove
