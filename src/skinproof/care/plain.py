"""An effect in plain words, as a person reads it; `shown.estimate` is the form of it for a statistician."""

from __future__ import annotations

from skinproof.evidence import Absolute, Estimate, Finding
from skinproof.evidence.synthesis.comparisons import without_brackets
from skinproof.evidence.synthesis.importance import bands

SIZES = {"trivial": "hardly any", "small": "a small one", "moderate": "a medium one", "large": "a large one"}
# What is counted in people, where "counted as better" or "had this problem" would not say it.
COUNTED = {
    "erythema-success": "had clearly less redness",
    "satisfaction": "were pleased",
    "relapse": "had it come back",
    "discontinuation": "stopped early",
    "post-inflammatory-hyperpigmentation": "got dark marks",
    "dyspigmentation": "got uneven colour",
}
# Instruments whose numbers are a count, with what is counted: "on average 5.2 fewer days".
COUNTS = {"day": "days", "hair": "hairs", "lesion": "spots"}
PERCENT = "percentage points of "


def effect(finding: Finding) -> list[str] | None:
    """The effect in words and whole people where that is honest; None where nothing was worked out."""
    against = without_brackets(finding.comparison.against)
    if finding.absolute is not None:
        return out_of_100(finding.absolute, against, counted(finding))
    if finding.estimate is None:
        return None
    if finding.estimate.measure == "MD":
        return [difference(finding.estimate)]
    if finding.estimate.measure == "SMD":
        return [standardised(finding.estimate)]
    return counts(finding, counted(finding)) or [ratio(finding.estimate, against, counted(finding))]


def counted(finding: Finding) -> str:
    """What the people counted did: 'were counted as better', 'had this problem'."""
    better = finding.estimate.better if finding.estimate is not None else "higher"
    return COUNTED.get(finding.concept) or ("were counted as better" if better == "higher" else "had this problem")


def out_of_100(absolute: Absolute, against: str, did: str) -> list[str]:
    """['41 of 100 people were counted as better with it (likely between 34 and 50)', '22 of 100 with hydroquinone']."""
    with_, low, high, without = (
        out_of(x) for x in (absolute.with_, absolute.with_low, absolute.with_high, absolute.without)
    )
    return [
        f"{with_} of 100 people {did} with it (likely between {low} and {high})",
        f"{without} of 100 with {against}",
    ]


def more_of_100(absolute: Absolute) -> str:
    """'19 more of 100 with it (likely between 8 and 33 more)', 'no difference (likely between 4 fewer and 5 more)'."""
    middle, *ends = (round(x) for x in (absolute.difference, absolute.difference_low, absolute.difference_high))
    first = f"{abs(middle)} {'more' if middle > 0 else 'fewer'} of 100 with it" if middle else "no difference of 100"
    near, far = sorted(ends, key=abs)
    if near * far > 0:
        return f"{first} (likely between {abs(near)} and {abs(far)} {'more' if far > 0 else 'fewer'})"
    return f"{first} (likely between {_signed(ends[0])} and {_signed(ends[1])})"


def _signed(number: int) -> str:
    return f"{abs(number)} {'more' if number > 0 else 'fewer'}" if number else "none"


def out_of(share: float) -> str:
    """How many of 100: '41', 'under 1', 'over 99'."""
    return f"{share:.0f}" if share == 0 or 1 <= share <= 99 or share == 100 else ("under 1" if share < 1 else "over 99")


def difference(given: Estimate) -> str:
    """'on average 1.9 points lower on MASI (likely between 0.5 and 3.2 lower); lower is better'."""
    instrument = given.scale.rsplit(", ", 1)[0]
    percent, instrument = instrument.startswith(PERCENT), instrument.removeprefix(PERCENT)
    name = instrument.split(",")[0].split(" (")[0]
    thing = None if percent else next((many for one, many in COUNTS.items() if one in name.lower()), None)
    more, less = ("more", "fewer") if thing else ("higher", "lower")
    digits = decimals(given.value, given.low, given.high)
    size = f"{abs(given.value):,.{digits}f}"
    way = more if given.value > 0 else less
    if given.value == 0:
        first = "no difference" if thing else f"no difference on {name}"
    elif thing:
        first = f"{size} {way} {thing}{' per cm²' if 'cm2' in name else ''}"
    else:
        first = f"{size} {'percentage points' if percent else 'points'} {way} on {name}"
    good = {"lower": less, "higher": more}[given.better]
    return f"on average {first} (likely between {_between(given, more, less, digits)}); {good} is better"


def _between(given: Estimate, more: str, less: str, digits: int) -> str:
    """'0.5 and 3.2 lower', '1.4 lower and 0.1 higher': the smaller end first where both go one way."""
    near, far = sorted((given.low, given.high), key=abs)
    if near * far > 0:
        return f"{abs(near):,.{digits}f} and {abs(far):,.{digits}f} {more if far > 0 else less}"
    return f"{abs(given.low):,.{digits}f} {less} and {abs(given.high):,.{digits}f} {more}"


def decimals(*numbers: float) -> int:
    """One number of decimals for all: fit for the largest, and enough that none but 0 itself reads as 0."""
    largest = max(abs(x) for x in numbers)
    fit = 0 if largest >= 20 else 1 if largest >= 2 else 2
    return next((d for d in range(fit, 4) if all(x == 0 or abs(x) >= 0.5 * 10**-d for x in numbers)), 3)


def standardised(given: Estimate) -> str:
    """'the average difference: a medium one for the better (likely from hardly any to a large one for the better)'."""
    turn = -1 if given.better == "lower" else 1
    worst, best = sorted((turn * given.low, turn * given.high))
    low, high = _size(worst), _size(best)
    likely = low if low == high else f"from {low} to {high}"
    return f"the average difference: {_size(turn * given.value)} (likely {likely})"


def _size(x: float) -> str:
    """A difference in standard deviations, more being better, in the words of the bands it is judged by."""
    known = bands("SMD")
    name = known.size(x) if known is not None else "unknown"
    return SIZES[name] + ("" if name == "trivial" else " for the better" if x > 0 else " for the worse")


def ratio(given: Estimate, against: str, did: str) -> str:
    """'1.9 times as many people were pleased with it as with …', '54 people had it with it for every 100 with …'."""
    if given.measure == "RR" and given.value < 1 and given.high * 100 < 1000:
        value, low, high = (f"{100 * x:.0f}" for x in (given.value, given.low, given.high))
        return f"{value} people {did} with it for every 100 with {against} (likely between {low} and {high})"
    value, low, high = (_times(x) for x in (given.value, given.low, given.high))
    if given.measure == "RR":
        return f"{value} times as many people {did} with it as with {against} (likely between {low} and {high} times)"
    name = "the odds" if given.measure == "OR" else "the pace"
    return f"{name} that people {did}: {value} times as high with it (likely between {low} and {high} times)"


def _times(x: float) -> str:
    return f"{x:,.0f}" if x >= 10 else f"{x:.1f}" if x >= 0.1 else f"{x:.2f}"


def counts(finding: Finding, did: str) -> list[str] | None:
    """The people counted in the only study of a ratio in which one group had none: the ratio is then hardly one."""
    lines = [line for line in finding.studies if line.role == "estimate" and line.effect is not None]
    if len(lines) != 1 or (effect := lines[0].effect) is None or effect.events is None or effect.n[1] is None:
        return None
    (with_, without), (n_with, n_without) = effect.events, effect.n
    if with_ and without:
        return None
    return [
        f"{_many(with_)} of {n_with} people {did} with it",
        f"{_many(without)} of {n_without} with {without_brackets(finding.comparison.against)}",
    ]


def _many(n: float) -> str:
    return f"{n:g}" if n else "none"
