"""What has been shown: records, effects, synthesis, certainty, findings. Usable alone as a library."""

from .library import Library, library
from .model import (
    Absolute,
    Certainty,
    Comparison,
    Directions,
    Effect,
    Estimate,
    Finding,
    Harm,
    Reason,
    StudyLine,
    UnusedRow,
)
from .prices import PriceRange
from .records import Price, Study, Time

__all__ = [
    "Absolute",
    "Certainty",
    "Comparison",
    "Directions",
    "Effect",
    "Estimate",
    "Finding",
    "Harm",
    "Library",
    "Price",
    "PriceRange",
    "Reason",
    "Study",
    "StudyLine",
    "Time",
    "UnusedRow",
    "library",
]
