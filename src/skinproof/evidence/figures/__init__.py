"""Pictures of evidence: plain functions that take numbers and names, and know nothing of models or studies.

Each returns a `Picture`: `figure()` for a statistician, `svg()` with `description` and `table` for a page.
"""

from .directions import AlbatrossPoint, Contour, DirectionRow, albatross, effect_direction
from .forest import PREDICTION, ForestRow, Summary, component_effects, forest
from .funnel import FunnelPoint, comparison_adjusted_funnel, funnel
from .league import contribution, league_heat, net_heat
from .network_graph import Certainty, Edge, Node, network_graph
from .picture import Picture, Table
from .ranks import rankogram
from .scale import Scale
from .style import NARROW, WIDE
from .svg import drawing, to_svg
from .time_course import Claim, Curve, Observed, time_course

__all__ = [
    "NARROW",
    "PREDICTION",
    "WIDE",
    "AlbatrossPoint",
    "Certainty",
    "Claim",
    "Contour",
    "Curve",
    "DirectionRow",
    "Edge",
    "ForestRow",
    "FunnelPoint",
    "Node",
    "Observed",
    "Picture",
    "Scale",
    "Summary",
    "Table",
    "albatross",
    "comparison_adjusted_funnel",
    "component_effects",
    "contribution",
    "drawing",
    "effect_direction",
    "forest",
    "funnel",
    "league_heat",
    "net_heat",
    "network_graph",
    "rankogram",
    "time_course",
    "to_svg",
]
