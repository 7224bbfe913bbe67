"""The sheet to take along when somebody is seen in person: what to tell, what to ask, room for the answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from skinproof.care.in_person import InPerson
from skinproof.care.sourced import Line, sources_of
from skinproof.clinic.library.sources import address
from skinproof.clinic.papers.blocks import Blank, Block, Bullets, Heading, Notice, Paper, Para


def visit_paper(
    name: str,
    seen: InPerson,
    *,
    reference: str,
    dated: dt.datetime,
    fingerprint: str = "",
    mark: str = "",
    product: str = "",
    tell: Iterable[str] = (),
) -> Paper:
    """
    Args:
        name: of the treatment.
        product: of the register, that the plan names; empty where none is.
        tell: what the rules said of this person for it, so that the provider can be told.
    """
    blocks: list[Block] = [
        Para("Take this with you. Ask, and write down the answers. You can leave without deciding.", "lead"),
        Heading("Why somebody must see you"),
        *(Para(line.text) for line in seen.reasons),
    ]
    if told := tuple(tell):
        blocks += [
            Heading("Tell them"),
            Para("This is what your answers came to. Whoever treats you has to know it."),
            Bullets(told),
        ]
    if product:
        blocks += [
            Heading("The product in your plan"),
            Para(product),
            Para("If they offer another one, do not go on: ask us first."),
        ]
    for section in seen.sections:
        blocks.append(Heading(section.title))
        blocks += [Blank(ask.text, 1) for ask in section.asks]
    blocks += [
        Heading("Keep away from"),
        Bullets(tuple(line.text for line in seen.avoid)),
        Notice(
            "Go home if an answer worries you", ("You owe nobody a decision on the day. Write to us what they said.",)
        ),
        Heading("Where this was read"),
        Bullets(tuple(_places(seen))),
    ]
    return Paper(
        title=f"Before your visit: {name}",
        blocks=tuple(blocks),
        reference=reference,
        dated=dated,
        kicker="To take along",
        fingerprint=fingerprint,
        mark=mark,
    )


def _places(seen: InPerson) -> list[str]:
    lines: list[Line] = [*seen.reasons, *seen.avoid, *(ask for section in seen.sections for ask in section.asks)]
    places = [address(source.url, source.organisation) for line in lines for source in sources_of(line)]
    return list(dict.fromkeys(f"{place.organisation}: {place.href or place.host}" for place in places))
