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
        arriving: SQL on a row that is put in or becomes so by an UPDATE (`new.…`); empty: any row may be put in.
    """

    table: str
    message: str
    when: str = ""
    columns: tuple[str, ...] = ()
    arriving: str = ""

    def _name(self, event: str) -> str:
        return f"{self.table}_no_{event}"

    def _events(self) -> list[tuple[str, str, str]]:
        """(event, the statement it answers to, the condition in SQL or nothing for always)."""
        changed = "UPDATE OF " + ", ".join(self.columns) if self.columns else "UPDATE"
        either = f"({self.when}) OR ({self.arriving})" if self.when and self.arriving else self.when
        events = [("update", changed, either), ("delete", "DELETE", self.when)]
        return [*events, ("insert", "INSERT", self.arriving)] if self.arriving else events

    def _statements(self, vendor: str) -> list[str]:
        if vendor == "sqlite":
            return [
                f"CREATE TRIGGER {self._name(event)} BEFORE {what} ON {self.table} FOR EACH ROW "
                + (f"WHEN ({condition}) " if condition else "")
                + f"BEGIN SELECT RAISE(ABORT, '{self.message}'); END"
                for event, what, condition in self._events()
            ]
        if vendor == "postgresql":
            # The condition stands in the function: a trigger's own WHEN may not look into another table.
            statements = []
            for event, what, condition in [*self._events(), ("truncate", "TRUNCATE", "")]:
                row = "STATEMENT" if event == "truncate" else "ROW"
                statements += [
                    f"CREATE OR REPLACE FUNCTION {self._name(event)}() RETURNS trigger LANGUAGE plpgsql AS $$ "
                    f"BEGIN IF {condition or 'TRUE'} THEN RAISE EXCEPTION '{self.message}' "
                    f"USING ERRCODE = 'integrity_constraint_violation'; END IF; "
                    f"RETURN {'OLD' if event == 'delete' else 'NEW'}; END $$",
                    f"CREATE TRIGGER {self._name(event)} BEFORE {what} ON {self.table} FOR EACH {row} "
                    f"EXECUTE FUNCTION {self._name(event)}()",
                ]
            return statements
        raise NotImplementedError(f"no triggers are written for the database {vendor}")

    def install(self, connection) -> None:
        self.remove(connection)
        with connection.cursor() as cursor:
            for statement in self._statements(connection.vendor):
                cursor.execute(statement)

    def remove(self, connection) -> None:
        on_table = f" ON {self.table}" if connection.vendor == "postgresql" else ""
        with connection.cursor() as cursor:
            for event in ("update", "delete", "insert", "truncate"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {self._name(event)}{on_table}")
                if connection.vendor == "postgresql":
                    cursor.execute(f"DROP FUNCTION IF EXISTS {self._name(event)}()")


def _of_signed_plan(table: str, words: str) -> Guard:
    of_signed = "EXISTS (SELECT 1 FROM desk_plan p WHERE p.id = {}.plan_id AND p.signed_at IS NOT NULL)"
    return Guard(table, words, when=of_signed.format("old"), arriving=of_signed.format("new"))


AUDIT = Guard("audit_entry", "the audit trail is append-only")
SIGNED_PLAN = Guard("desk_plan", "a signed plan cannot be changed", when="old.signed_at IS NOT NULL")
OVERRIDE = _of_signed_plan("desk_override", "the overrides of a signed plan cannot be changed")
CASE_FACT = Guard("desk_casefact", "a recorded fact is kept as it was recorded")
FLAG_DEALT_WITH = Guard("desk_flagdealtwith", "what was done about a red flag is kept as it was recorded")
CORRECTION = Guard("consultations_correction", "a correction is kept as it was made")
WORDS_ANSWER = Guard("consultations_wordsanswer", "what a person said of their words is kept as it was said")
MESSAGE = Guard("consultations_message", "a message is kept as it was sent")
PRODUCT_VERSION = Guard("products_version", "a version of a product is kept as it was written")
PRODUCT_ASSESSMENT = Guard("products_assessment", "an assessment is kept as it was written")
PLAN_PRODUCT = _of_signed_plan("products_planproduct", "the products of a signed plan cannot be changed")
RECORDED_SCORE = Guard("scores_recordedscore", "a score is kept as it was recorded")
CONSENT = Guard("consents_consent", "what was agreed to is kept as it was")
GP_SHARING = Guard("papers_gpsharing", "what was said about the GP is kept as it was")
REFERRAL = Guard("papers_referral", "a letter that was issued is kept as it was")
PHOTO = Guard(
    "photos_photo",
    "a photo is kept as it was sent",
    columns=(
        "public_id", "consultation_id", "view", "name", "sha256", "bytes", "width", "height", "hints", "taken_on",
        "uploaded_at", "uploaded_by_id",
    ),
)  # fmt: skip
ASK = Guard(
    "desk_ask",
    "what a person was asked is kept as it was asked",
    columns=("public_id", "consultation_id", "doctor_id", "questions", "views", "photos", "question", "at"),
)
ADDED_FACT = Guard("desk_addedfact", "what a person added is kept as it was said")
REPLY = Guard("desk_reply", "what a person answered is kept as it was said")
PRESCRIBING = tuple(
    Guard(f"prescribing_{table}", f"{what} is kept as it was recorded")
    for table, what in {
        "persondetails": "what a prescription names a person by",
        "practiceaddress": "the address of a prescriber",
        "prescription": "a prescription",
        "issue": "what a prescription was issued with",
        "handoff": "a hand-off to a pharmacy",
        "followup": "a follow-up",
        "repeat": "a repeat",
        "ending": "the end of a prescription",
    }.items()
)
PRESCRIPTION_REVIEW = Guard("prescribing_review", "a review of a prescription is kept as it was written")
QUERY_ANSWER = Guard("prescribing_queryanswer", "an answer to a query is kept as it was written")
RULE_CHANGE = Guard("rulebook_change", "a change of a rule is kept as it was made")
RULE_DECISION = Guard("rulebook_decision", "a decision on a rule is kept as it was made")
RULE_REVIEW = Guard("rulebook_review", "a review of a rule is kept as it was made")
# Every table that is guarded.
GUARDS: tuple[Guard, ...] = (
    AUDIT,
    SIGNED_PLAN,
    OVERRIDE,
    CASE_FACT,
    FLAG_DEALT_WITH,
    ASK,
    ADDED_FACT,
    REPLY,
    CORRECTION,
    WORDS_ANSWER,
    MESSAGE,
    *PRESCRIBING,
    PRESCRIPTION_REVIEW,
    QUERY_ANSWER,
    PRODUCT_VERSION,
    PRODUCT_ASSESSMENT,
    PLAN_PRODUCT,
    CONSENT,
    RECORDED_SCORE,
    GP_SHARING,
    REFERRAL,
    PHOTO,
    RULE_CHANGE,
    RULE_DECISION,
    RULE_REVIEW,
)


def installer(guard: Guard):
    """The two functions a `RunPython` takes."""

    def install(apps, schema_editor):
        guard.install(schema_editor.connection)

    def remove(apps, schema_editor):
        guard.remove(schema_editor.connection)

    return install, remove
