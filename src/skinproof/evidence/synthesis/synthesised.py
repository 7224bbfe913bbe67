"""What `synthesise` answers with: one fitted model of a table, as text, columns, and a document for JSON.

Effects are on the analysis scale (logarithms of ratios) under `estimate`, `lower`, `upper`; as people read them under
`value`, `value_lower`, `value_upper`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from skinproof.evidence.statistics.network import Model
from skinproof.evidence.statistics.tabular import Tabular
from skinproof.evidence.statistics.time_course_answers import CannotTell
from skinproof.evidence.studies.tables import Table

from .synthesis_pictures import picture_of
from .synthesis_views import VIEWS

if TYPE_CHECKING:
    from skinproof.evidence.figures import Picture

FORMAT = "skinproof-synthesis/1"
# Measures whose analysis scale is the natural logarithm of what people read.
LOGARITHMS = frozenset(
    {"RR", "OR", "HR", "IRR", "ROM", "PETO", "DOR", "CVR", "VR", "MPRR", "MPOR", "MPORC", "MPORM", "ROMC", "PLN"}
)
Array = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Synthesis(Tabular):
    """A model fitted to a table. `fit` is the library's own result: everything else it can do, is there.

    `effects` is "random" or "common"; `layout` the layout of the table that was used; `level` in percent.
    """

    model: str
    measure: str
    fit: Any
    table: Table
    layout: str
    effects: Model
    method: str
    test: str
    level: float
    reference: str | None
    notes: tuple[str, ...] = ()

    def columns(self) -> dict[str, list[Any]]:
        """pairwise: a row a study, then the pooled effect and the prediction; network: a row a pair of treatments, the
        reference always the one held against; components: a row a component; time-course: a row a treatment and visit
        (none where the data cannot tell)."""
        found: dict[str, list[Any]] = VIEWS[self.model].columns(self)
        return found

    def summary(self) -> str:
        """The synthesis in a page of text."""
        where = f"{self.table.name}: {len(self.table)} rows ({self.layout})"
        return "\n".join([where, "", *VIEWS[self.model].lines(self), *(f"Note: {note}" for note in self.notes)])

    def document(self) -> dict[str, Any]:
        """For JSON, as docs/guides/synthesise-json.md has it: numbers, None where there is none."""
        table = self.table
        head = {
            "format": FORMAT,
            "input": {
                "file": table.name,
                "rows": len(table),
                "layout": self.layout,
                "columns": {
                    **{ours: theirs[0] for ours, theirs in table.found.items()},
                    "study": " and ".join(table.study_columns) or None,
                },
                "unused_columns": list(table.unused),
            },
            "model": {
                "name": self.model,
                "measure": self.measure or None,
                "scale": "log" if self.logarithm else "as given",
                "effects": self.effects,
                "method": self.method or None,
                "test": self.test,
                "level": self.level,
                "reference": self.reference,
            },
        }
        body: dict[str, Any] = _plain({**head, **VIEWS[self.model].document(self), "notes": list(self.notes)})
        return body

    def picture(self) -> Picture:
        """pairwise: a forest plot; network: its graph; components: what each adds; time-course: the curves.

        Raises:
            ValueError: the data cannot tell. ImportError, when drawn: matplotlib (the extra `skinproof[figures]`) is
            not installed.
        """
        return picture_of(self)

    def _told(self) -> str:
        return f"{self.model} {self.measure}".strip() + f" of {self.table.name}: {self.fit!r}"

    @property
    def answered(self) -> bool:
        """False where the data cannot tell; `fit` then says why."""
        return not isinstance(self.fit, CannotTell)

    @property
    def logarithm(self) -> bool:
        """Whether effects are logarithms of what people read."""
        return self.measure in LOGARITHMS

    def read(self, values: Any) -> Array:
        """Effects as people read them."""
        found = np.asarray(values, dtype=np.float64)
        return np.exp(found) if self.logarithm else found


def _plain(value: Any) -> Any:
    """Numbers as JSON has them: None for what is not a finite number."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
