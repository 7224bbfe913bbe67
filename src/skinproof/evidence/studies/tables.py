"""Tables of results as users of metafor, meta, netmeta and gemtc have them, recognised by the names of their columns.

Five layouts: `arms` (one row an arm), `arm-pairs` (one row a pair of arms, netmeta's event1, n1, event2, n2), `groups`
(one row a study, metafor's ai, n1i, ci, n2i), `contrasts` (TE and seTE of treat1 against treat2) and `effects` (yi and
vi, no treatments). Capitals, dots, underscores and spaces in names do not matter. See docs/guides/tables.md.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .csv_text import TableError, text_table
from .table_names import CANONICAL, COUNTS, NAMES, NEEDED, Layout, plain

NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
SMALLEST, LARGEST = 1e-12, 1e12  # beyond these, squares and their inverses lose all digits
MISSING = frozenset({"", "na", "n/a", "nan", ".", "-", "null"})


@dataclass(frozen=True)
class Table:
    """A table whose columns are recognised; numbers are read when asked for, so that other columns may hold anything.

    `found` gives, for each canonical name, the columns of the file that may be it; `unused` are those that are none.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    separator: str
    found: Mapping[str, tuple[str, ...]]
    unused: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return f"<Table {self.name}: {len(self)} rows, {' or '.join(self.layouts)}>"

    def has(self, name: str) -> bool:
        return any(each in self.found for each in name.split("|"))

    @cached_property
    def layouts(self) -> tuple[Layout, ...]:
        """The layouts that its columns make up: those that hold results first, then those that hold effects.

        Raises:
            TableError: none; says what the nearest lacks.
        """
        fitting = [layout for layout, ways in NEEDED.items() if any(all(map(self.has, way)) for way in ways)]
        if "contrasts" in fitting:
            fitting = [lay for lay in fitting if lay != "effects"]
        if fitting:
            return tuple(fitting)
        nearest = sorted(
            (([name for name in way if not self.has(name)], way) for ways in NEEDED.values() for way in ways),
            key=lambda pair: len(pair[0]) / len(pair[1]),
        )
        lacks = " or ".join(", ".join(name.replace("|", " or ") for name in missing) for missing, _ in nearest[:2])
        raise TableError(
            self.name,
            f"the columns ({', '.join(self.header)}) make up no layout that is known; it lacks {lacks}. "
            "Columns of other names can be mapped: columns={'study': 'trial'}, or --columns study=trial",
            line=1,
        )

    def column(self, name: str) -> str:
        """The file's name for a column.

        Raises:
            TableError: none, or more than one that could be it.
        """
        columns = self.found.get(name, ())
        if not columns:
            raise TableError(self.name, f"no column for {name}; there are {', '.join(self.header)}", line=1)
        if len(columns) > 1 and name != "study":
            raise TableError(
                self.name,
                f"{' and '.join(columns)} could each be {name}; choose: --columns {name}={columns[0]}",
                line=1,
            )
        return columns[0]

    def fault(self, row: int, name: str, message: str) -> TableError:
        """An error at a row (from 0) in a column."""
        return TableError(self.name, message, line=self.lines[row], column=self.column(name))

    def labels(self, name: str) -> tuple[str, ...]:
        """A column of text.

        Raises:
            TableError: an empty cell.
        """
        place = self.header.index(self.column(name))
        found = tuple(" ".join(row[place].split()) for row in self.rows)
        for row, label in enumerate(found):
            if not label:
                raise self.fault(row, name, f"empty; the name of the {name.rstrip('0123456789')} is expected")
        return found

    def numbers(
        self, name: str, *, least: float | None = None, above: float | None = None, gaps: bool = False
    ) -> tuple[float, ...]:
        """A column of numbers, each at least `least`, and above `above`; with `gaps`, NaN where one is missing.

        Raises:
            TableError: not a number, missing, not finite, out of bounds.
        """
        place = self.header.index(self.column(name))
        return tuple(
            math.nan
            if gaps and cells[place].casefold() in MISSING
            else self._number(row, name, cells[place], least, above)
            for row, cells in enumerate(self.rows)
        )

    def _number(self, row: int, name: str, cell: str, least: float | None, above: float | None) -> float:
        limit = f" of at least {least:g}" if least is not None else f" above {above:g}" if above is not None else ""
        expected = f"a {'count' if name in COUNTS else 'number'}{limit} is expected"
        if cell.casefold() in MISSING:
            raise self.fault(row, name, f"missing{f' ({cell})' if cell else ''}; {expected}")
        if not NUMBER.fullmatch(cell):
            raise self.fault(row, name, f"{cell[:40]!r} is not a number; {expected}")
        if "," in cell:
            if self.separator == ",":
                raise self.fault(row, name, f"{cell!r} has a comma; in a file separated by commas write a point")
            if self._points:
                raise self.fault(row, name, f"{cell!r} has a comma, other numbers of this file have a point")
        value = float(cell.replace(",", "."))
        if not math.isfinite(value) or (value and not SMALLEST <= abs(value) <= LARGEST):
            raise self.fault(row, name, f"{cell!r} is no size that a result has; {expected}")
        if self.separator != "," and name in COUNTS and value != int(value):
            raise self.fault(row, name, f"{cell!r} is no whole number; write thousands without a mark")
        if (least is not None and value < least) or (above is not None and value <= above):
            raise self.fault(row, name, f"{cell} cannot be; {expected}")
        return value

    @cached_property
    def _points(self) -> bool:
        """Whether a number of the file has a decimal point."""
        return any("." in cell and NUMBER.fullmatch(cell) for row in self.rows for cell in row)

    def studies(self, *, once: bool = False) -> tuple[str, ...]:
        """Names of the studies: a column of them; author and year; else the number of the row.

        Raises:
            TableError: an empty name, or, where each study has one row (`once`), a name given twice.
        """
        columns = self.study_columns
        if not columns:
            return tuple(str(row + 1) for row in range(len(self)))
        if len(columns) == 1:
            found = self.labels("study")
        else:
            places = [self.header.index(column) for column in columns]
            found = tuple(" ".join(", ".join(row[p] for p in places).split()) for row in self.rows)
        if once:
            self._once(found)
        return found

    @property
    def study_columns(self) -> tuple[str, ...]:
        """The columns that name the studies: `author` and `year` together unless one is there for the study itself."""
        columns = self.found.get("study", ())
        author = next((column for column in columns if plain(column) == "author"), None)
        alone = columns and plain(columns[0]) not in ("trial", "trialid", "author", "id")
        return (author, self.column("year")) if author and "year" in self.found and not alone else columns[:1]

    def _once(self, labels: Sequence[str]) -> None:
        seen: dict[str, int] = {}
        for row, label in enumerate(labels):
            if label in seen:
                raise self.fault(
                    row, "study",
                    f"{label!r} was already given in line {self.lines[seen[label]]}; each study has one row, under a "
                    "name of its own",
                )  # fmt: skip
            seen[label] = row


def read_table(
    source: str | Path | bytes, *, name: str | None = None, columns: Mapping[str, str] | None = None
) -> Table:
    """A table from a CSV file (or its bytes), separated by commas, semicolons or tabs, in UTF-8.

    Args:
        name: what messages call it.
        columns: our name of a column to the file's, for names that are not recognised: {"study": "trial"}.

    Raises:
        TableError: what is wrong, with file, line and column.
    """
    text = text_table(source, name)
    given = {plain(column): column for column in text.header}
    found: dict[str, tuple[str, ...]] = {}
    mapped = set()
    for ours, theirs in (columns or {}).items():
        canonical = CANONICAL.get(plain(ours))
        if canonical is None:
            raise TableError(text.name, f"{ours!r} is no column that is known; known are {', '.join(NAMES)}")
        if plain(theirs) not in given:
            raise TableError(text.name, f"no column {theirs!r}; there are {', '.join(text.header)}", line=1)
        found[canonical] = (given[plain(theirs)],)
        mapped.add(given[plain(theirs)])
    free = [column for column in text.header if column not in mapped]
    for canonical, aliases in NAMES.items():
        if canonical in found:
            continue
        exact = [column for column in free if plain(column) == plain(canonical)]
        named = {plain(alias): place for place, alias in enumerate(aliases)}
        others = sorted((c for c in free if plain(c) in named), key=lambda c: named[plain(c)])
        if canonical == "study":
            exact, others = [*exact, *others], []
        if exact or others:
            found[canonical] = tuple(exact or others)
    known = mapped | {column for columns in found.values() for column in columns}
    unused = tuple(column for column in text.header if column not in known)
    return Table(text.name, text.header, text.rows, text.lines, text.separator, found, unused)
