"""Synthesis without meta-analysis: what studies say together where their effects cannot be pooled.

McKenzie and Brennan, Cochrane Handbook chapter 12: counting directions with a sign test, combining p-values, describing
the effects there are; Harrison et al. 2017 for the contours of an albatross plot. None of these is an estimate of how
large an effect is. Directions are counted whatever their p-value: counting significant results is not valid (12.4.2.3).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, ndtr, ndtri
from scipy.stats import binom

from .tabular import Tabular

WHETHER = "This says whether there is a difference, not how much."
Sign = Literal["=", "<", ">"]
ALPHA = 0.05


@dataclass(frozen=True, repr=False)
class DirectionCount(Tabular):
    """How many studies point which way, with the sign test.

    `proportion` of those that tell a direction favours the intervention, with Wilson's interval `low` to `high`; `pval`
    is the exact two-sided binomial test against one half. `needed` is the least number of studies with which that test
    can fall below 0.05 at all.
    """

    favouring: int
    against: int
    untold: int
    proportion: float
    low: float
    high: float
    pval: float
    level: float
    needed: int

    @property
    def n(self) -> int:
        """Studies that tell a direction."""
        return self.favouring + self.against

    @property
    def can_tell(self) -> bool:
        """Whether there are studies enough for the sign test to show anything."""
        return self.n >= self.needed

    def summary(self) -> str:
        rest = f"; {self.untold} more do not tell" if self.untold else ""
        lines = [
            f"{self.favouring} of {self.n} studies that tell a direction favour the intervention{rest}.",
            f"That is {self.proportion:.0%} ({self.level:g}% interval {self.low:.0%} to {self.high:.0%}).",
        ]
        if self.can_tell:
            lines.append(f"Sign test: p = {self.pval:.3g}.")
        else:
            lines.append(f"Too few for a sign test to tell: it needs {self.needed} studies at least.")
        return " ".join([*lines, WHETHER])


def count_directions(favouring: int, against: int, untold: int = 0, *, level: float = 95) -> DirectionCount:
    """Directions counted and tested (Handbook 12.4.2.3); `untold` studies are reported and not tested.

    Raises:
        ValueError: a negative count, or no study that tells a direction.
    """
    if min(favouring, against, untold) < 0:
        raise ValueError(f"counts of studies are not negative: {favouring}, {against}, {untold}")
    n = favouring + against
    if not n:
        raise ValueError("no study tells a direction")
    low, high = wilson(favouring, n, level)
    tail = float(binom.cdf(min(favouring, against), n, 0.5))
    needed = 1 + math.floor(1 - math.log2(ALPHA))  # the least n with 2 · ½ⁿ below alpha
    return DirectionCount(favouring, against, untold, favouring / n, low, high, min(1.0, 2 * tail), level, needed)


def wilson(count: int, n: int, level: float = 95) -> tuple[float, float]:
    """Wilson's (1927) score interval of a proportion.

    Raises:
        ValueError: a count outside 0 to n, no n, or a level outside 0 to 100.
    """
    if not 0 <= count <= n or n < 1:
        raise ValueError(f"{count} of {n}")
    if not 0 < level < 100:
        raise ValueError(f"a level of {level} percent")
    z2 = float(ndtri(0.5 + level / 200)) ** 2
    share = count / n
    half = math.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n)))
    low, high = ((share + z2 / (2 * n) + side * half) / (1 + z2 / n) for side in (-1, 1))
    return (0.0 if count == 0 else low), (1.0 if count == n else high)


@dataclass(frozen=True, repr=False)
class CombinedP(Tabular):
    """p-values of k studies combined, of no effect in any study against an effect, that way, in at least one.

    `benefit` and `harm` are the combined one-sided p for either way. Each is a pair, the least and the most that it can
    be: alike where every p is known, apart where some are only bounds ("p < 0.05"). `left_out` names studies that tell
    no direction.
    """

    method: Literal["fisher", "stouffer"]
    k: int
    statistic: float
    benefit: tuple[float, float]
    harm: tuple[float, float]
    left_out: tuple[str, ...]

    @property
    def exact(self) -> bool:
        """Whether every p-value was told, not only a bound."""
        return self.benefit[0] == self.benefit[1] and self.harm[0] == self.harm[1]

    def summary(self) -> str:
        name = "Fisher's method" if self.method == "fisher" else "Stouffer's method"
        lines = [f"p-values of {self.k} studies combined by {name}."]
        for pair, what in ((self.benefit, "favouring the intervention"), (self.harm, "against it")):
            told = f"p = {pair[0]:.3g}" if pair[0] == pair[1] else f"p between {pair[0]:.3g} and {pair[1]:.3g}"
            shown = "some" if pair[1] < ALPHA else "no clear"
            lines.append(f"An effect {what} in at least one study: {shown} evidence ({told}).")
        if not self.exact:
            lines.append("Some studies tell only a bound of p, hence the range.")
        if self.left_out:
            lines.append(f"Left out, since they tell no direction: {', '.join(self.left_out)}.")
        return " ".join([*lines, WHETHER])


def combine_p(
    p: Sequence[float], favours: Sequence[bool | None], *, method: Literal["fisher", "stouffer"] = "fisher",
    sign: Sequence[Sign] | None = None, weights: Sequence[float] | None = None, slab: Sequence[str] | None = None,
) -> CombinedP:  # fmt: skip
    """Two-sided p-values made one-sided by their direction and combined (Handbook 12.4.2.2).

    Fisher: −2 Σ ln p, chi-square with 2k degrees of freedom. Stouffer: Σ w z / √Σ w², normal; weights of √n are usual.

    Args:
        p: k two-sided p-values. favours: whether each favours the intervention, None where that is not told.
        sign: "=" for a value told (the default); "<" and ">" for a bound, which then counts as everything it may be.
        weights: for Stouffer's method, above zero. slab: names of studies.

    Raises:
        ValueError: lengths that differ, a p outside 0 to 1 or a weight that is not above zero (names the study),
            weights for Fisher's method, no study with a direction.
    """
    k = len(p)
    names = list(slab) if slab is not None else [str(at + 1) for at in range(k)]
    signs: list[Sign] = list(sign) if sign is not None else ["="] * k
    given = list(weights) if weights is not None else [1.0] * k
    if not len(favours) == len(names) == len(signs) == len(given) == k:
        raise ValueError("p-values, directions, signs, weights and names must be as many")
    if method not in ("fisher", "stouffer") or (method == "fisher" and weights is not None):
        raise ValueError(f"method {method!r}{' takes no weights' if method == 'fisher' else ''}")
    for name, value, weight in zip(names, p, given, strict=True):
        if not 0 < value <= 1:
            raise ValueError(f"study {name}: a p-value of {value:g}")
        if not weight > 0:
            raise ValueError(f"study {name}: a weight of {weight:g}")
    used = [at for at in range(k) if favours[at] is not None]
    if not used:
        raise ValueError("no study tells which way its p-value goes")
    ends = np.array([one_sided(p[at], bool(favours[at]), signs[at]) for at in used])
    w = np.array([given[at] for at in used])
    low, high = (_combined(ends[:, side], w, method) for side in (0, 1))
    harm_low, harm_high = (_combined(1 - ends[:, side], w, method) for side in (1, 0))
    return CombinedP(
        method, len(used), low[0] if low == high else math.nan, (low[1], high[1]), (harm_low[1], harm_high[1]),
        tuple(names[at] for at in range(k) if favours[at] is None),
    )  # fmt: skip


def one_sided(p: float, favours: bool, sign: Sign = "=") -> tuple[float, float]:
    """The least and the most that the one-sided p for benefit can be, from a two-sided p or its bound.

    Raises:
        ValueError: a sign that is none of "=", "<", ">".
    """
    if sign not in ("=", "<", ">"):
        raise ValueError(f"a p-value is told with =, < or >, not {sign!r}")
    least, most = {"=": (p, p), "<": (0.0, p), ">": (p, 1.0)}[sign]
    return (least / 2, most / 2) if favours else (1 - most / 2, 1 - least / 2)


def _combined(p: NDArray[np.float64], w: NDArray[np.float64], method: str) -> tuple[float, float]:
    """(statistic, combined p) of one-sided p-values; a bound of 0 or 1 is infinitely strong."""
    with np.errstate(divide="ignore"):
        if method == "fisher":
            statistic = float(-2 * np.log(p).sum())
            return statistic, float(chdtrc(2 * p.size, statistic)) if math.isfinite(statistic) else 0.0
        z = float((w * -ndtri(p)).sum() / math.sqrt(float((w**2).sum())))
    return z, float(ndtr(-z))


@dataclass(frozen=True, repr=False)
class EffectsDescribed(Tabular):
    """Effects of k studies as they are: median, quartiles and range, unweighted and with no interval."""

    k: int
    median: float
    q1: float
    q3: float
    least: float
    most: float

    def summary(self) -> str:
        return (
            f"Effects of {self.k} studies: median {self.median:.3g}, middle half {self.q1:.3g} to {self.q3:.3g}, "
            f"range {self.least:.3g} to {self.most:.3g}. Each study counts the same, however small, and how sure one "
            "can be of them is not told."
        )


def describe_effects(effects: ArrayLike) -> EffectsDescribed:
    """Median, interquartile range and range of effect estimates (Handbook 12.4.2.1); quartiles by linear interpolation.

    Raises:
        ValueError: no effects, or one that is not a finite number (names its place).
    """
    values = np.asarray(effects, dtype=np.float64)
    if values.ndim != 1 or not values.size:
        raise ValueError("effects must be a list, not empty")
    if not np.isfinite(values).all():
        raise ValueError(f"effect {int(np.flatnonzero(~np.isfinite(values))[0]) + 1} is not a finite number")
    least, q1, median, q3, most = np.quantile(values, [0, 0.25, 0.5, 0.75, 1]).tolist()
    return EffectsDescribed(values.size, median, q1, q3, least, most)


def albatross_people(
    measure: Literal["SMD", "RR", "OR"], size: float, p: ArrayLike, *, ratio: float = 1.0, baseline: float | None = None
) -> NDArray[np.float64]:
    """People in all at which an effect of `size` gives each two-sided `p`: a contour of an albatross plot.

    From z = effect/se, where N·se² depends on the effect alone: (r+1)²/r + d²/2 for SMD; with risks p₁ and p₀,
    (r+1)(1/(r·p₁(1−p₁)) + 1/(p₀(1−p₀))) for log OR and (r+1)((1−p₁)/(r·p₁) + (1−p₀)/p₀) for log RR (Harrison et al.
    2017, doi 10.1002/jrsm.1239, under simple designs).

    Args:
        size: the SMD, or the ratio (not its logarithm). ratio: people in the intervention group to those in the other.
        baseline: p₀, the risk in the comparison group; needed for RR and OR.

    Raises:
        ValueError: no effect, a ratio or a risk that cannot be, or a p outside 0 to 1.
    """
    values = np.asarray(p, dtype=np.float64)
    if not ((values > 0) & (values <= 1)).all():
        raise ValueError("p-values of a contour lie above 0 and up to 1")
    if not ratio > 0:
        raise ValueError(f"groups in a ratio of {ratio:g}")
    z = -ndtri(values / 2)
    if measure == "SMD":
        effect, spread = size, (ratio + 1) ** 2 / ratio + size**2 / 2
    else:
        if baseline is None or not 0 < baseline < 1 or not size > 0:
            raise ValueError(f"{measure} of {size:g} needs a baseline risk between 0 and 1, not {baseline}")
        odds = baseline / (1 - baseline)
        with_ = size * baseline if measure == "RR" else size * odds / (1 + size * odds)
        if not 0 < with_ < 1:
            raise ValueError(f"a risk ratio of {size:g} on a risk of {baseline:g} is a risk of {with_:g}")
        effect = math.log(size)
        if measure == "RR":
            spread = (ratio + 1) * ((1 - with_) / (ratio * with_) + (1 - baseline) / baseline)
        else:
            spread = (ratio + 1) * (1 / (ratio * with_ * (1 - with_)) + 1 / (baseline * (1 - baseline)))
    if effect == 0:
        raise ValueError("no effect has no contour")
    return np.asarray(z**2 * spread / effect**2)
