"""One picture of every kind, with names long enough to need wrapping, for the tests that look at them all."""

from __future__ import annotations

import math

import numpy as np

from skinproof.evidence import figures as f

LONG = "Platelet-rich plasma added to fractional CO2 laser, against the laser with a dummy treatment"
RATIO = f.Scale("Risk ratio", ratio=True, left="favours adding exosomes", right="favours the laser alone")
SCORE = f.Scale(
    "Change in acne scar score (ECCA points, lower is better)", left="favours it", right="favours the other"
)


def forest(groups: bool = False) -> f.Picture:
    rows = [
        f.ForestRow("Aronson 1948", 0.41, 0.13, 1.26, 20.0, "allotted by chance" if groups else None),
        f.ForestRow(LONG, 0.8, 0.3, 2.13, 30.0, "allotted by chance" if groups else None),
        f.ForestRow("Hart & Sutherland 1977", 0.24, 0.18, 0.31, 50.0, "not by chance" if groups else None),
        f.ForestRow("One with a very wide interval", 1.2, 0.01, math.inf, None, "not by chance" if groups else None),
    ]
    subtotals = {"allotted by chance": f.Summary("Together, by chance", 0.6, 0.3, 1.2)} if groups else {}
    whole = f.Summary("Together", 0.49, 0.34, 0.7, (0.15, 1.55))
    return f.forest(rows, whole, title="Forest", scale=RATIO, subtotals=subtotals)


def components() -> f.Picture:
    parts = [
        f.ForestRow("Exosome", 0.4, -0.1, 0.9),
        f.ForestRow(LONG, 0.6, 0.2, 1.0),
        f.ForestRow("Vitamin C", math.nan, math.nan, math.nan),
    ]
    return f.component_effects(parts, title="Components", scale=SCORE)


def network(size: int = 6, certainty: bool = True) -> f.Picture:
    names = ["Exosome", "Fractional CO2 laser alone", LONG, "Saline", "Hydroquinone 4%", "Tranexamic acid injected"]
    names += [f"Treatment {at}" for at in range(len(names), size)]
    nodes = [f.Node(name, 60 + 40 * at) for at, name in enumerate(names)]
    levels: list[f.Certainty | None] = ["high", "moderate", "low", "very-low"] if certainty else [None] * 4
    pairs = [(0, 1), (0, 2), (1, 2), (1, 3), *((3, at) for at in range(6, size))]
    edges = [f.Edge(names[a], names[b], 1 + at, levels[at % 4]) for at, (a, b) in enumerate(pairs)]
    return f.network_graph(nodes, [*edges, f.Edge(names[4], names[5], 5)], title="Network")


def course() -> f.Picture:
    weeks = np.linspace(0, 24, 50)
    value = -12 * (1 - np.exp(-weeks / 6))
    curve = f.Curve("Fitted course", weeks.tolist(), value.tolist(), (1.3 * value).tolist(), (0.6 * value).tolist())
    points = [
        f.Observed(4, -5, -8, -2, "Kwon 2020", "Kwon 2020, week 4", 25),
        f.Observed(12, -10.5, -14, -7, "Park 2023", "Park 2023, week 12", 60),
    ]
    claims = [
        f.Claim("skin feels smoother and brighter", 1, 2),
        f.Claim("new collagen", 4, 6),
        f.Claim("full results", 12),
    ]
    return f.time_course([curve], points, title="Course", scale=SCORE, claims=claims, claims_by="What the advert says")


def funnel(filled: bool = True) -> f.Picture:
    points = [f.FunnelPoint(f"Study {at}", 0.4 + 0.1 * at, 0.1 + 0.08 * at) for at in range(8)]
    points += [f.FunnelPoint("filled 1", 0.3, 0.5, filled=True)] if filled else []
    return f.funnel(points, centre=0.6, title="Funnel", scale=RATIO)


def adjusted_funnel() -> f.Picture:
    points = [
        f.FunnelPoint(f"Study {at}", 0.1 * (at - 6), 0.1 + 0.03 * at, f"Treatment {at} and placebo") for at in range(12)
    ]
    return f.comparison_adjusted_funnel(
        points, title="Adjusted funnel", scale=f.Scale("Effect less its comparison's own")
    )


def league(size: int = 5) -> f.Picture:
    at = np.arange(size, dtype=float)
    value = at[:, None] - at[None, :]
    names = [LONG, *(f"Treatment {place}" for place in range(1, size))]
    scores = np.linspace(0.9, 0.1, size).tolist()
    return f.league_heat(
        names, value, value - 1.2, value + 1.2, title="League", scale=SCORE, better="lower", scores=scores
    )


def contribution(rows: int = 4) -> f.Picture:
    shares = np.full((rows, 3), 0.2) + np.array([0.3, 0.1, 0.0])
    names = [f"{LONG} {at}" for at in range(rows)]
    return f.contribution(names, ["Direct one", "Direct two", LONG], shares, title="Contribution")


def net_heat() -> f.Picture:
    q = np.array([[2.0, -0.7, 0.1], [-0.7, 9.0, 0.0], [0.1, 5.0, 1.0]])
    return f.net_heat(["A:B", "A:C", LONG], q, np.full((3, 3), 0.3), order=[2, 0, 1], title="Net heat")


def ranks(size: int = 5) -> f.Picture:
    chances = np.full((size, size), 0.5 / (size - 1)) + np.eye(size) * (0.5 - 0.5 / (size - 1))
    names = [LONG, *(f"Treatment {at}" for at in range(1, size))]
    return f.rankogram(names, chances, title="Ranks", sucra=np.linspace(0.9, 0.1, size).tolist())


def albatross() -> f.Picture:
    points = [
        f.AlbatrossPoint("Kwon 2020", 25, 0.03, "right"),
        f.AlbatrossPoint("Park 2023", 60, 0.05, "right", bound=True),
        f.AlbatrossPoint("Chernoff 2024", 240, 0.4, "left"),
    ]
    p = np.geomspace(0.9, 1e-4, 30)
    contours = [f.Contour(f"SMD {d}", p, 4 * np.log10(p) ** 2 / d**2 * 4) for d in (0.2, 0.5, 0.8)]
    sides = {"left": "favours the laser alone", "right": "favours adding exosomes to the laser"}
    return f.albatross(points, contours, title="Albatross", **sides)


def directions() -> f.Picture:
    rows = [
        f.DirectionRow("Kwon 2020", ("better", "better", None), 25),
        f.DirectionRow(LONG, ("better", "mixed", "worse"), 60),
        f.DirectionRow("Park 2023", ("none", "better", None), 400, "numbers hard to believe"),
        f.DirectionRow("Chernoff 2024", ("worse", None, "better")),
    ]
    outcomes = ["Scar severity", "Redness after treatment", "Satisfaction of the people treated"]
    return f.effect_direction(outcomes, rows, title="Directions")


# A picture and words that must be readable in it.
ALL = {
    "forest": (forest, ["Aronson 1948", LONG, "0.49 (0.34 to 0.70)", "0.15 to 1.55", "‹ favours adding exosomes"]),
    "forest of groups": (lambda: forest(True), ["not by chance", "Together, by chance", "0.60 (0.30 to 1.20)"]),
    "components": (components, ["Exosome", LONG, "cannot be told", "0.60 (0.20 to 1.00)"]),
    "network": (network, [LONG, "Saline", "180 people"]),
    "large network": (lambda: network(14, False), [LONG, "Treatment 13, 580 people"]),
    "course": (course, ["Fitted course", "4–6 weeks: new collagen", "12+ weeks: full results", "no data beyond"]),
    "funnel": (funnel, ["Risk ratio", "p below 0.01", "filled in, not observed"]),
    "adjusted funnel": (adjusted_funnel, [f"Treatment {at} and placebo" for at in range(12)]),
    "league": (league, [f"{LONG} (P-score 0.90)", "Treatment 4 (P-score 0.10)"]),
    "large league": (lambda: league(16), [f"{LONG} (P-score 0.90)", "Treatment 15 (P-score 0.10)"]),
    "contribution": (contribution, [f"{LONG} 3", "Direct two", "20 to 40%"]),
    "contribution of one": (lambda: contribution(1), [LONG, "Direct one", "50%"]),
    "net heat": (net_heat, [LONG, "A:B", "below zero: it supports"]),
    "ranks": (ranks, [LONG, "Treatment 4", "SUCRA 0.90"]),
    "many ranks": (lambda: ranks(14), [LONG, "Treatment 13"]),
    "albatross": (albatross, ["SMD 0.5", "favours adding exosomes to the laser ›", "only known to be below this p"]),
    "directions": (directions, [LONG, "numbers hard to believe", "Redness after treatment", "conflicting"]),
}  # fmt: skip
