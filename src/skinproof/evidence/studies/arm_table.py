"""Results of arms as one table, a row an arm and outcome: out of records, and back into drafts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from skinproof.vocabulary import unknown, vocabulary

from .csv_text import TableError, TextTable, text_table
from .drafts import Draft, Duplicate, draft_id, duplicate_of
from .records import Outcome, Result, Study
from .references import Reference
from .tables import NUMBER

JOINED = " + "  # between the treatments of one arm
CITATION = ("first_author", "year", "journal", "title", "doi", "pmid")
OUTCOME = ("concept", "instrument", "kind", "better", "statistic", "weeks", "primary")
NUMBERS = ("n", "mean", "sd", "se", "median", "events")
ENDS = ("ci", "iqr", "range")
COLUMNS = (
    "study", *CITATION, "design", "concern", "row", *OUTCOME, "arm", "treatment", *NUMBERS,
    *(f"{name}_{end}" for name in ENDS for end in ("low", "high")),
)  # fmt: skip
NEEDED = ("study", "arm", "treatment", "concept")
WHOLE = frozenset({"year", "pmid", "n", "events"})
ID = r"[a-z0-9]+(-[a-z0-9]+)+"


def arm_columns(studies: Iterable[Study]) -> dict[str, list[Any]]:
    """Every result of every arm, by column (`COLUMNS`); None where the record does not say.

    `row` counts a record's outcomes from 0. Rows that give a contrast alone are not in it.
    """
    found: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    for study in studies:
        for index, outcome in enumerate(study.outcomes):
            for arm, result in outcome.results.items():
                values = _values(study, index, outcome, arm, result)
                for name in COLUMNS:
                    found[name].append(values.get(name))
    return found


def _values(study: Study, index: int, outcome: Outcome, arm: str, result: Result) -> dict[str, Any]:
    values: dict[str, Any] = {
        "study": study.id, "design": study.design, "concern": study.concern, "row": index, "arm": arm,
        "treatment": JOINED.join(component.treatment for component in study.arm(arm).components),
    }  # fmt: skip
    values |= {name: getattr(study.citation, name) for name in CITATION}
    values |= {name: getattr(outcome, name) for name in OUTCOME}
    values |= {name: getattr(result, name) for name in NUMBERS}
    for name in ENDS:
        low, high = getattr(result, name) or (None, None)
        values |= {f"{name}_low": low, f"{name}_high": high}
    return values


def drafts_of_arms(
    source: str | Path | bytes, studies: Iterable[Study] = (), *, name: str | None = None
) -> tuple[tuple[Draft, ...], tuple[Duplicate, ...]]:
    """Drafts from such a table: citation, arms and outcomes filled, all else left to a person.

    Columns besides study, arm, treatment and concept may be absent, cells empty. Words that the vocabulary does not
    have stay as they are, with a note in the draft.

    Raises:
        TableError: a column that is missing or not known, numbers that cannot be, an arm twice; file, line and column.
    """
    table = text_table(source, name)
    for needed in NEEDED:
        if needed not in table.header:
            raise TableError(table.name, f"no column {needed}; there are {', '.join(table.header)}", line=1)
    for column in table.header:
        if column not in COLUMNS:
            raise TableError(table.name, f"not a column that is known; {unknown(column, list(COLUMNS))}", line=1,
                             column=column)  # fmt: skip
    groups: dict[str, list[int]] = {}
    rows = [dict(zip(table.header, cells, strict=True)) for cells in table.rows]
    for place, row in enumerate(rows):
        for needed in NEEDED:
            if not row[needed]:
                raise TableError(table.name, "empty", line=table.lines[place], column=needed)
        groups.setdefault(row["study"], []).append(place)
    known = list(studies)
    taken = {study.id for study in known}
    made, twice = [], []
    for label, places in groups.items():
        draft, reference = _draft(table, rows, label, places, taken)
        found = duplicate_of(reference, known, label)
        if found:
            twice.append(found)
            if found.certain:
                continue
        taken.add(draft.id)
        made.append(draft)
    return tuple(made), tuple(twice)


def _draft(
    table: TextTable, rows: Sequence[Mapping[str, str]], label: str, places: Sequence[int], taken: set[str]
) -> tuple[Draft, Reference]:
    words = vocabulary()
    first = rows[places[0]]
    citation = {name: value for name in CITATION if (value := _cell(table, first, places[0], name)) is not None}
    arms: dict[str, list[str]] = {}
    outcomes: dict[tuple[str, ...], dict[str, Any]] = {}
    notes: dict[str, None] = {}
    for place in places:
        row = rows[place]
        parts = [part.strip() for part in row["treatment"].split(JOINED.strip())]
        for what, word, ids in (
            *(("treatment", part, words.treatments) for part in parts),
            ("concept", row["concept"], words.concepts),
            *([("concern", row["concern"], words.concerns)] if row.get("concern") else []),
        ):
            if word not in ids:
                notes[f"{what}: {unknown(word, list(ids))}"] = None
        if arms.setdefault(row["arm"], parts) != parts:
            raise TableError(
                table.name, f"the arm {row['arm']!r} of {label} had other treatments before", line=table.lines[place],
                column="treatment",
            )  # fmt: skip
        key = tuple(row.get(name, "") for name in ("row", *OUTCOME))
        if key not in outcomes:
            told = {n: v for n in OUTCOME if (v := _cell(table, row, place, n)) is not None and v is not False}
            outcomes[key] = {**told, "results": {}}
        results = outcomes[key]["results"]
        if row["arm"] in results:
            raise TableError(
                table.name, f"the arm {row['arm']!r} of {label} has a result for this outcome already",
                line=table.lines[place], column="arm",
            )  # fmt: skip
        results[row["arm"]] = _result(table, row, place)
    given = {name: first[name] for name in ("design", "concern") if first.get(name)}
    fits = re.fullmatch(ID, label) is not None and label not in taken
    made = label if fits else draft_id(first.get("first_author") or label, None, None, taken)
    content = {
        "draft": True, "id": made, "citation": citation, **given,
        "arms": [{"id": arm, "components": [{"treatment": part} for part in parts]} for arm, parts in arms.items()],
        "outcomes": list(outcomes.values()),
    }  # fmt: skip
    told = {name: citation.get(name) for name in CITATION}
    reference = Reference(**told, line=table.lines[places[0]])
    return Draft(made, content, f"{table.name}, line {table.lines[places[0]]}", tuple(notes)), reference


def _result(table: TextTable, row: Mapping[str, str], place: int) -> dict[str, Any]:
    found = {name: value for name in NUMBERS if (value := _cell(table, row, place, name)) is not None}
    for name in ENDS:
        ends = [_cell(table, row, place, f"{name}_{end}") for end in ("low", "high")]
        if (ends[0] is None) != (ends[1] is None):
            raise TableError(table.name, "one end without the other", line=table.lines[place], column=f"{name}_low")
        if ends[0] is not None:
            found[name] = ends
    try:
        Result.model_validate({name: tuple(v) if isinstance(v, list) else v for name, v in found.items()})
    except ValidationError as error:
        first = error.errors()[0]
        column = str(first["loc"][0]) if first["loc"] else "events"
        raise TableError(
            table.name, first["msg"].removeprefix("Value error, "), line=table.lines[place], column=column
        ) from None
    return found


def _cell(table: TextTable, row: Mapping[str, str], place: int, name: str) -> Any:
    """A cell as its column has it: text, number, or yes and no; None where it is empty."""
    text = row.get(name, "")
    if not text:
        return None
    if name == "primary":
        if text.casefold() not in ("true", "false"):
            raise TableError(table.name, f"{text!r} is not true or false", line=table.lines[place], column=name)
        return text.casefold() == "true"
    if name in (*CITATION, *OUTCOME) and name not in ("year", "pmid", "weeks"):
        return text
    whole = name in WHOLE
    if not NUMBER.fullmatch(text) or "," in text or (whole and not float(text).is_integer()):
        expected = "whole number" if whole else "number"
        raise TableError(table.name, f"{text[:40]!r} is not a {expected}", line=table.lines[place], column=name)
    return int(float(text)) if whole else float(text)
