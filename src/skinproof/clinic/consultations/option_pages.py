"""One person's options as a page shows them: the same parts for each, every figure with the record it was read in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from skinproof.care import events
from skinproof.care.fit import Fit, priorities
from skinproof.care.market import Told
from skinproof.care.options import Option, Options
from skinproof.care.sourced import sources_of
from skinproof.care.young import is_under_age, young
from skinproof.clinic.library import words
from skinproof.clinic.library.courses import Soon, of_form
from skinproof.clinic.library.shown import LEVELS as LEVELS_OF_CERTAINTY
from skinproof.clinic.library.shown import Figure, Shown, show
from skinproof.clinic.library.sources import Address, address
from skinproof.evidence import Finding, Harm, findings
from skinproof.vocabulary import vocabulary

from .models import Consultation

FINDINGS, HARMS = 3, 4  # shown for each option; the rest is a link away
BADGES: Mapping[str, tuple[str, str]] = {  # status: (kind of badge, icon)
    "open": ("fine", "fine"),
    "open-with-care": ("caution", "caution"),
    "ask-first": ("caution", "ask"),
    "doctor-must-check": ("caution", "ask"),
    "by-yourself": ("fine", "fine"),
    "not-yet": ("quiet", "time"),
    "not-here": ("quiet", "closed"),
    "not-for-you": ("stop", "closed"),
    "needs-to-be-seen": ("stop", "stop"),
}
LEVELS = {"fits": "fine", "partly": "note", "does not": "closed", "not known": "ask"}
LEVEL_WORDS = {"fits": "Fits", "partly": "Fits in part", "does not": "Does not fit", "not known": "Not known"}
RATING_WORDS = {0: "not at all", 1: "a little", 2: "quite", 3: "very"}


@dataclass(frozen=True)
class FitShown:
    """How an option fits one thing that the person rated."""

    name: str
    rating: str
    level: str
    icon: str
    reason: str
    source: str  # the record that the reason's figures come from; empty where there is none


@dataclass(frozen=True)
class FitsOn:
    """The things that an option fits, or does not, in one line."""

    level: str
    icon: str
    names: str


@dataclass(frozen=True)
class OptionShown:
    option: Option
    badge: str
    icon: str
    proof: Shown | None  # what its row says of it: `proof_of`
    first: Shown | None  # on the outcome that matters most
    more: tuple[Shown, ...]
    harms: tuple[Figure, ...]
    prices: tuple[Figure, ...]
    times: tuple[tuple[str, tuple[Figure, ...]], ...]  # price first
    untold: tuple[str, ...]  # what of price and time is not known
    soon: Soon | None  # how soon, in studies; None for no treatment
    fit: tuple[FitShown, ...]
    fits: tuple[FitsOn, ...]  # the same in short: the levels that are known, each with its things
    href: str  # the treatment's public page
    usual_source: Address | None


@dataclass(frozen=True)
class OptionsShown:
    """Every option in the order that `order` states."""

    decision: str
    order: str
    rows: tuple[OptionShown, ...]
    rated: bool
    compare_href: str
    wanted: frozenset[str] = frozenset()  # forms of what the person asked about
    young: tuple[str, ...] = ()  # what somebody under 16 reads first
    young_read_at: tuple[Address, ...] = ()

    @property
    def asked(self) -> list[OptionShown]:
        """What the person asked about, in the order of the page."""
        return [row for row in self.rows if row.option.form in self.wanted]


def shown(consultation: Consultation, options: Options, asked: Iterable[str] = ()) -> OptionsShown:
    """The options of a consultation, ready for the page. `asked`: the treatments or forms that the person named."""
    ratings = {name: rating for name, rating in consultation.priorities.items() if name in priorities()}
    chosen = [option.form for option in options.open][:4]
    query = "&".join(f"option={form}" for form in chosen)
    lines = young().person if is_under_age(options.screening) else ()
    pages = {page.url: address(page.url, page.organisation) for line in lines for page in sources_of(line)}
    return OptionsShown(
        decision=options.decision,
        order=options.order,
        rows=tuple(_option(option, options, ratings) for option in options.all),
        rated=bool(ratings),
        compare_href=reverse("library:compare", args=[options.concern]) + f"?{query}",
        wanted=frozenset(form.id for word in asked for form in vocabulary().resolve(word)),
        young=tuple(line.text for line in lines),
        young_read_at=tuple(pages.values()),
    )


def _option(option: Option, options: Options, ratings: Mapping[str, int]) -> OptionShown:
    badge, icon = BADGES[option.status]
    found = [show(findings().get(ids[0])) for concept in options.concepts if (ids := option.findings.get(concept))]
    treatment = _treatment(option.form)
    times = reverse("library:times", args=[treatment]) if treatment else ""
    fit = tuple(_fit(option.fit[name], rating, times) for name, rating in ratings.items())
    return OptionShown(
        option=option,
        badge=badge,
        icon=icon,
        proof=proof_of(found),
        first=found[0] if found else None,
        more=tuple(found[1:FINDINGS]),
        harms=tuple(_harm(harm) for harm in option.harms[:HARMS]),
        prices=tuple(
            Figure(told.text, _told_at(told, times)) for row in option.rows if row.key == "price" for told in row.told
        ),
        times=tuple(
            (row.label, tuple(Figure(told.text, _told_at(told, times)) for told in row.told))
            for row in option.rows
            if row.told
        ),
        untold=tuple(words.lower_first(row.label) for row in option.rows if not row.told),
        soon=of_form(vocabulary().forms[option.form], options.concern) if treatment else None,
        fit=fit,
        fits=_fits_on(fit),
        href=reverse("library:treatment", args=[treatment]) if treatment else "",
        usual_source=address(option.usual_source.url, option.usual_source.organisation)
        if option.usual_source
        else None,
    )


def proof_of(found: Sequence[Shown]) -> Shown | None:
    """What one line says of an option: the outcome that matters most; a later one instead, if it is as sure or surer
    and people who got better were counted out of 100, which says more than points on a scale.

    Args:
        found: one for each outcome, that which matters most first.
    """
    if not found:
        return None
    least = LEVELS_OF_CERTAINTY.index(found[0].level)
    sure = (each for each in found if LEVELS_OF_CERTAINTY.index(each.level) <= least)
    return next((each for each in sure if _counts_the_better(each.finding)), found[0])


def _counts_the_better(finding: Finding) -> bool:
    return finding.absolute is not None and finding.estimate is not None and finding.estimate.better == "higher"


def _fits_on(fit: Iterable[FitShown]) -> tuple[FitsOn, ...]:
    several = tuple(fit)
    return tuple(
        FitsOn(LEVEL_WORDS[level], icon, words.listed(names))
        for level, icon in LEVELS.items()
        if level != "not known"
        and (names := [words.lower_first(each.name) for each in several if each.level == LEVEL_WORDS[level]])
    )


def _treatment(form: str) -> str:
    """The treatment whose public page tells of the form; empty for no treatment."""
    treatments = vocabulary().forms[form].treatments
    return treatments[0] if treatments else ""


def _harm(harm: Harm) -> Figure:
    name = words.sentence_case(events.plain(harm.event))
    of = events.counted(harm)
    return Figure(f"{name}: {of}" if of else name, reverse("library:study", args=[harm.study_id]))


def _told_at(told: Told, times: str) -> str:
    return reverse("library:price", args=[told.prices[0]]) if told.prices else times


def _fit(fit: Fit, rating: int, times: str) -> FitShown:
    if fit.prices:
        source = reverse("library:price", args=[fit.prices[0]])
    elif fit.findings:
        source = reverse("library:finding", args=[fit.findings[0]]) + "#studies"
    elif fit.studies:
        source = reverse("library:study", args=[fit.studies[0]])
    else:
        source = times if fit.pages else ""
    return FitShown(
        name=priorities()[fit.priority],
        rating=RATING_WORDS[rating],
        level=LEVEL_WORDS[fit.level],
        icon=LEVELS[fit.level],
        reason=fit.reason,
        source=source,
    )
