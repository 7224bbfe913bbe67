"""What stands on a case's page, in the order in which it is read.

To add a panel: its template (a `<section>` whose heading has the panel's id), and one line in `PANELS` with a selector
that reads what the template shows as `panel.shown`. A selector that gives None leaves its panel out. Each selector
takes a fixed number of queries, however much there is to show.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from skinproof.clinic.consents import selectors as consents
from skinproof.clinic.photos.selectors import of_case
from skinproof.clinic.prescribing.reviews import queries_in
from skinproof.clinic.rulebook.since import rules_changed
from skinproof.clinic.scores import selectors as scores

from .asked import asked
from .case import CaseView
from .found import alarms, found, to_weigh
from .gp import latest
from .judging import Judged

FIRST, TOLD, DECIDED = "first", "told", "decided"  # across the page; the left column; the right column
KEYS = "123456789"  # of the list of parts; digits, as letters are taken by browsers and screen readers


@dataclass(frozen=True)
class Panel:
    """A part of the page."""

    id: str  # of its heading
    title: str  # in the list of parts; empty: not in the list
    template: str
    place: str  # FIRST, TOLD or DECIDED
    select: Callable[[CaseView, Judged], Any] = lambda view, judged: view


@dataclass(frozen=True)
class Shown:
    id: str
    title: str
    template: str
    shown: Any
    key: str = ""


@dataclass(frozen=True)
class Panels:
    """The panels of one case, each list in the page's order."""

    first: tuple[Shown, ...]
    told: tuple[Shown, ...]
    decided: tuple[Shown, ...]

    @property
    def listed(self) -> tuple[Shown, ...]:
        return tuple(panel for panel in (*self.first, *self.told, *self.decided) if panel.title)


PANELS = (
    Panel("flags", "Red flags", "desk/panels/flags.html", FIRST, lambda view, judged: alarms(judged) or ()),
    Panel("in-words", "", "desk/panels/in-words.html", FIRST, lambda view, judged: alarms(judged)),
    Panel("queries", "", "prescribing/queries.html", FIRST, lambda view, judged: queries_in(view.case) or None),
    Panel("asked", "Asked", "desk/panels/asked.html", FIRST, lambda view, judged: asked(view.case)),
    Panel("changed", "", "desk/panels/changed.html", FIRST, lambda view, judged: view.corrections or None),
    Panel(
        "rules-changed", "", "rulebook/panel.html", FIRST, lambda view, judged: rules_changed(view.case, judged.before)
    ),
    Panel("notes", "", "desk/panels/notes.html", FIRST, lambda view, judged: to_weigh(judged)),
    Panel("story", "Their words", "desk/panels/story.html", TOLD, lambda view, judged: found(judged)),
    Panel("photos", "Photos", "photos/panel.html", TOLD, lambda view, judged: of_case(view.case)),
    Panel("scores", "", "scores/panel.html", TOLD, lambda view, judged: scores.of_case(view.case)),
    Panel("wishes", "Wishes", "desk/panels/wishes.html", TOLD),
    Panel("answers", "Answers", "desk/panels/answers.html", TOLD),
    Panel("plan", "Plan", "desk/panels/plan.html", DECIDED),
    Panel("papers", "", "papers/panel.html", DECIDED, lambda view, judged: {"said": latest(view.case)}),
    Panel("consents", "", "consents/panel.html", DECIDED, lambda view, judged: consents.lines(view.case) or None),
    Panel("record", "Find out", "desk/panels/record.html", DECIDED),
    Panel("options", "Options", "desk/panels/options.html", DECIDED),
    Panel("messages", "Messages", "desk/panels/messages.html", DECIDED),
    Panel("history", "", "desk/panels/history.html", DECIDED),
)


def panels(view: CaseView, judged: Judged) -> Panels:
    """The panels that have something to show."""
    places: dict[str, list[Shown]] = {FIRST: [], TOLD: [], DECIDED: []}
    keys = iter(KEYS)
    for panel in sorted(PANELS, key=lambda each: (FIRST, TOLD, DECIDED).index(each.place)):
        shown = panel.select(view, judged)
        if shown is not None:
            key = next(keys, "") if panel.title else ""
            places[panel.place].append(Shown(panel.id, panel.title, panel.template, shown, key))
    return Panels(tuple(places[FIRST]), tuple(places[TOLD]), tuple(places[DECIDED]))
