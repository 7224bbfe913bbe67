"""All findings of a library in one small document, and what changed between two of them, in plain words."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from skinproof.vocabulary import vocabulary

from .comparisons import lower_first, without_brackets
from .findings import Findings
from .judgements import Reason
from .model import RATIOS, Estimate, Finding
from .network_model import Added, ComponentFinding, LeagueEntry, NetworkFinding
from .time_findings import TimeCourseFinding, When

FORMAT = 1
Kind = Literal[
    "study added", "study removed", "study changed", "finding new", "finding gone", "certainty", "estimate", "answer",
    "network", "component", "time course",
]  # fmt: skip
NOUNS = {
    "findings": "finding", "networks": "comparison in a network", "components": "component", "courses": "time course",
}  # fmt: skip
KINDS: dict[str, Kind] = {"networks": "network", "components": "component", "courses": "time course"}
ORDER = ("very-low", "low", "moderate", "high")


class SnapshotError(ValueError):
    """A document that is no snapshot, or one of another format; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was. `about` is an id: a study's, a finding's, a network's."""

    kind: Kind
    about: str
    sentence: str


def snapshot(everything: Findings) -> dict[str, Any]:
    """What every finding says, without its studies' details: plain data, the same for the same library."""
    lib = everything.library
    return {
        "format": FORMAT,
        "library": lib.date.isoformat(),
        "studies": {
            study.id: {
                "citation": study.citation_text,
                "digest": hashlib.sha256(study.model_dump_json().encode()).hexdigest()[:16],
            }
            for study in sorted(lib.studies.values(), key=lambda study: study.id)
        },
        "findings": {each.id: _finding(each) for each in everything.all},
        "networks": {
            f"{network.id}: {entry.first} against {entry.second}": _entry(network, entry)
            for network in everything.networks.all
            for part in network.parts
            if part.is_network
            for entry in part.league
        },
        "components": {
            f"{each.id}: {part.component}": _component(each, part)
            for each in everything.components.all
            for part in each.components
            if part.estimate
        },
        "courses": {each.id: _course(each) for each in everything.time_courses.all if each.fit},
    }


def _about(concern: str, concept: str, *more: str | None) -> str:
    words = vocabulary()
    names = (words.concerns[concern].name, words.concepts[concept].name, *more)
    return "; ".join(lower_first(without_brackets(name)) for name in names if name)


def _finding(finding: Finding) -> dict[str, Any]:
    name = f"{finding.comparison.name} ({_about(finding.concern, finding.concept, finding.event)})"
    return _answer(name, finding) | {"sentence": finding.sentence, "studies": sorted(set(finding.study_ids))}


def _entry(network: NetworkFinding, entry: LeagueEntry) -> dict[str, Any]:
    pair = f"{network.node(entry.first).name} against {network.node(entry.second).name}"
    pair = pair[:1].upper() + pair[1:]
    name = f"{pair} ({_about(network.concern, network.concept, network.event, 'in a network')})"
    return _answer(name, entry) | {"sentence": entry.sentence, "studies": list(entry.estimate.study_ids)}


def _component(found: ComponentFinding, part: Added) -> dict[str, Any]:
    name = f"What is due to {part.name} ({_about(found.concern, found.concept, found.event, found.scale)})"
    return _answer(name, part) | {"sentence": part.sentence, "studies": sorted(part.studies)}


def _course(found: TimeCourseFinding) -> dict[str, Any]:
    name = f"How soon: {lower_first(found.comparisons[0].name)} ({_about(found.concern, found.concept, found.event)})"
    times = {"onset": found.onset, "half": found.half, "ninety": found.ninety}
    return {"name": name, "studies": list(found.study_ids)} | {key: _when(each) for key, each in times.items()}


def _answer(name: str, told: Finding | LeagueEntry | Added) -> dict[str, Any]:
    return {
        "name": name,
        "level": told.certainty.level if told.certainty else None,
        "reasons": _reasons(told.certainty.reasons) if told.certainty else {},
        "size": told.size,
        "favours": told.favours,
        "estimate": _estimate(told.estimate),
    }


def _reasons(reasons: Iterable[Reason]) -> dict[str, list[Any]]:
    """Levels off and sentences by domain."""
    found: dict[str, list[Any]] = {}
    for reason in reasons:
        told = found.setdefault(reason.domain, [0, ""])
        told[0] += reason.down
        told[1] = f"{told[1]} {reason.sentence}".strip()
    return found


def _estimate(made: Estimate | None) -> dict[str, Any] | None:
    if made is None:
        return None
    numbers = {name: _rounded(getattr(made, name)) for name in ("value", "low", "high")}
    return {"measure": made.measure, "scale": made.scale, **numbers, "k": made.k}


def _rounded(value: float) -> float | None:
    """Ten significant digits: what is left of rounding errors of another machine is no change."""
    return float(f"{value:.10g}") if math.isfinite(value) else None


def _when(found: When) -> dict[str, Any]:
    return {"weeks": None if found.weeks is None else _rounded(found.weeks), "sentence": found.sentence}


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """What is not as it was, studies first.

    Raises:
        SnapshotError: either document is no snapshot of this format.
    """
    for which, each in (("the earlier", before), ("the later", after)):
        if not isinstance(each, Mapping) or "findings" not in each or "studies" not in each:
            raise SnapshotError(f"{which} document is no snapshot of findings")
        if each.get("format") != FORMAT:
            raise SnapshotError(f"{which} snapshot has format {each.get('format')!r}, not {FORMAT}")
    return (
        *_studies(before["studies"], after["studies"]),
        *(
            change
            for part in NOUNS
            for change in _part(part, before.get(part, {}), after.get(part, {}), before["studies"], after["studies"])
        ),
    )


def _studies(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for study in sorted({*before, *after}):
        if study not in before:
            yield Change("study added", study, f"Study added: {after[study]['citation']}.")
        elif study not in after:
            yield Change("study removed", study, f"Study removed: {before[study]['citation']}.")
        elif before[study]["digest"] != after[study]["digest"]:
            yield Change("study changed", study, f"Record changed: {after[study]['citation']}.")


def _part(
    part: str, before: Mapping[str, Any], after: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Change]:
    noun = NOUNS[part]
    for about in sorted({*before, *after}):
        if about not in before:
            now = after[about]
            yield Change(KINDS.get(part, "finding new"), about, f"New {noun}: {now['name']}.{_said(now)}")
        elif about not in after:
            yield Change(KINDS.get(part, "finding gone"), about, f"{noun.capitalize()} gone: {before[about]['name']}.")
        elif before[about] != after[about]:
            yield from _moved(part, about, before[about], after[about], old, new)


def _said(entry: Mapping[str, Any]) -> str:
    text = entry.get("sentence") or (entry.get("onset") or {}).get("sentence")
    level = f" Certainty: {_level(entry['level'])}." if entry.get("level") else ""
    return f" {text}{level}" if text else level


def _moved(
    part: str,
    about: str,
    was: Mapping[str, Any],
    now: Mapping[str, Any],
    old: Mapping[str, Any],
    new: Mapping[str, Any],
) -> Iterator[Change]:
    name = now["name"]
    if part == "courses":
        for each, words in (("onset", "is first shown"), ("half", "is half there"), ("ninety", "is nearly all there")):
            if was[each] != now[each]:
                told = f"“{was[each]['sentence']}” and is now “{now[each]['sentence']}”"
                yield Change("time course", about, f"{name}: when the effect {words} was {told}")
        return
    if was["estimate"] != now["estimate"] and (text := _estimates(was["estimate"], now["estimate"])):
        yield Change("estimate", about, f"{name}: {text}{_because(was, now, old, new)}.")
    if was["level"] != now["level"] and was["level"] and now["level"]:
        verb = "fell" if ORDER.index(now["level"]) < ORDER.index(was["level"]) else "rose"
        yield Change(
            "certainty", about,
            f"Certainty of {lower_first(name)} {verb} from {_level(was['level'])} to {_level(now['level'])} because: "
            f"{_why(was['reasons'], now['reasons'])}",
        )  # fmt: skip
    if (was["size"], was["favours"]) != (now["size"], now["favours"]):
        yield Change("answer", about, f"{name}: the answer was “{_told(was)}” and is now “{_told(now)}”.")


def _estimates(was: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> str:
    if was is None or now is None:
        return f"an estimate is now there, {_number(now)}" if now else "there is no estimate any more"
    if was["scale"] != now["scale"]:
        return f"the estimate was {_number(was)} and is now on another scale, {_number(now)}"
    if was == now:
        return ""
    if all(was[each] == now[each] for each in ("value", "low", "high")):
        return f"the estimate stays, from {now['k']} instead of {was['k']} studies"
    return f"the estimate moved from {_number(was)} to {_number(now)}"


def _number(made: Mapping[str, Any] | None) -> str:
    if made is None or made["value"] is None:
        return "none"
    unit = f" ({made['scale']})" if made["measure"] not in RATIOS else ""
    return f"{made['measure']} {made['value']:.3g} (95 % {made['low']:.3g} to {made['high']:.3g}){unit}"


def _because(was: Mapping[str, Any], now: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Which of its studies came, went or were changed."""
    came, went = (sorted(set(a["studies"]) - set(b["studies"])) for a, b in ((now, was), (was, now)))
    both = set(was["studies"]) & set(now["studies"])
    changed = sorted(each for each in both if old.get(each, {}).get("digest") != new.get(each, {}).get("digest"))
    parts = [
        f"{verb} {', '.join((new if each in new else old)[each]['citation'] for each in ids)}"
        for verb, ids in (("with", came), ("without", went), ("record changed:", changed))
        if ids
    ]
    return f" ({'; '.join(parts)})" if parts else ""


def _why(was: Mapping[str, list[Any]], now: Mapping[str, list[Any]]) -> str:
    """What the reasons say now in domains that take more or fewer levels off."""
    changed = [each for each in {**was, **now} if was.get(each, [0, ""])[0] != now.get(each, [0, ""])[0]]
    if "start" in now and was.get("start") != now["start"]:
        changed.insert(0, "start")
    told = [f"{each}: {now[each][1] if each in now else 'nothing is held against it now'}" for each in changed]
    return " ".join(told) or "the limits of what a rule alone may say are others."


def _level(level: str) -> str:
    return level.replace("-", " ")


def _told(entry: Mapping[str, Any]) -> str:
    if entry.get("sentence"):
        return str(entry["sentence"]).rstrip(".")
    return f"{entry['size']}, favours {entry['favours']}"
