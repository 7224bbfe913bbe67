"""Pictures of evidence: plain functions that take numbers and names, and know nothing of models or studies.

Each returns a `Picture`: `figure()` for a statistician, `svg()` with `description` and `table` for a page.
"""

from .forest import PREDICTION, ForestRow, Summary, component_effects, forest
from .network_graph import Edge, Node, network_graph
from .picture import Picture, Table
from .scale import Scale
from .style import NARROW, WIDE
from .svg import drawing, to_svg
from .time_course import Claim, Curve, Observed, time_course

__all__ = [
    "NARROW",
    "PREDICTION",
    "WIDE",
    "Claim",
    "Curve",
    "Edge",
    "ForestRow",
    "Node",
    "Observed",
    "Picture",
    "Scale",
    "Summary",
    "Table",
    "component_effects",
    "drawing",
    "forest",
    "network_graph",
    "time_course",
    "to_svg",
]
