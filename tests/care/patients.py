"""People against what a careful reader of the rules would accept: `python tests/care/patients.py [-v] DIR`.

Counts the answers that are acceptable, harmful (more is let through than any accepted answer lets) and over-blocked
(less is let through). `screen` is given what a program outside would give: a form and the person's words.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from skinproof.care import screen
from skinproof.vocabulary import read_yaml

TODAY = date(2026, 11, 24)
FOLDER = Path(__file__).with_name("patients")
OTHERS = Path(__file__).with_name("others")  # people by another hand
CALM_FORM: dict[str, Any] = read_yaml(FOLDER / "calm.yaml")
GRAVITY = ("ok", "caution", "ask-first", "delay", "avoid", "contraindicated", "urgent-referral")


@dataclass
class Tally:
    acceptable: int = 0
    harmful: list[str] = field(default_factory=list)
    over_blocked: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        every = self.acceptable + len(self.harmful) + len(self.over_blocked)
        share = 100 * self.acceptable / every if every else 0
        return (
            f"{every} answers: {self.acceptable} acceptable ({share:.1f} of 100), {len(self.harmful)} harmful, "
            f"{len(self.over_blocked)} over-blocked"
        )


def people(folder: Path) -> Iterator[dict[str, Any]]:
    """The people of a folder, each with the whole form as `facts`."""
    calm = read_yaml(folder / "calm.yaml") if (folder / "calm.yaml").exists() else CALM_FORM
    for path in sorted(folder.glob("*.yaml")):
        if path.stem == "calm":
            continue
        for person in read_yaml(path):
            form = {**calm, **person.get("form", {})}
            yield {**person, "facts": {name: form[name] for name in form if name not in person.get("blank", [])}}


def tally(person: dict[str, Any], into: Tally) -> None:
    given = {key: person[key] for key in ("facts", "concern", "complaint") if key in person}
    found = screen({**given, "asks-for": list(person["accept"])}, today=TODAY).to_json()
    name = person["name"]

    def count(what: str, answer: str, accepted: Any, order: tuple[str, ...]) -> None:
        several = accepted if isinstance(accepted, list) else [accepted]
        if answer in several:
            into.acceptable += 1
            return
        less = order.index(answer) < min(order.index(word) for word in several)
        (into.harmful if less else into.over_blocked).append(f"{name}: {what} is {answer}, not {' or '.join(several)}")

    urgencies = ("none", *dict.fromkeys((found["person"]["urgency"] or "none", person["flag"])))
    if found["person"]["flag"] == "none" or person["flag"] == "none":
        count("the red flag", found["person"]["urgency"] or "none", person["flag"], tuple(dict.fromkeys(urgencies)))
    else:
        count("the red flag", found["person"]["urgency"], person["flag"], tuple(dict.fromkeys(urgencies[1:])))
    for rule in person.get("rules", []):
        if rule not in found["person"]["rules"]:
            into.harmful.append(f"{name}: {rule} is not raised")
    for form, accepted in person["accept"].items():
        count(form, found["treatments"][form]["verdict"], accepted, GRAVITY)
    for fact, value in person.get("reads", {}).items():
        read = found["facts_from_text"].get(fact)
        near = isinstance(read, int | float) and isinstance(value, int | float) and abs(read - value) <= 0.4
        fits = set(value) <= set(read or []) if isinstance(value, list) else read == value or near
        if fits:
            into.acceptable += 1
        else:
            into.harmful.append(f"{name}: {fact} is read as {read!r}, not {value!r}")


def run(folder: Path) -> Tally:
    total = Tally()
    for person in people(folder):
        tally(person, total)
    return total


if __name__ == "__main__":
    names = [name for name in sys.argv[1:] if name != "-v"]
    found = run(Path(names[0]) if names else FOLDER)
    print(found)
    print(
        *(f"  harmful: {line}" for line in found.harmful),
        *(f"  over-blocked: {line}" for line in found.over_blocked),
        sep="\n",
    )
    sys.exit(bool(found.harmful))
