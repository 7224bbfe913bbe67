"""What has been shown: records, effects, synthesis, certainty, findings. Usable alone as a library."""

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

__all__ = [
    "Absolute",
    "Certainty",
    "Comparison",
    "Directions",
    "Effect",
    "Estimate",
    "Finding",
    "Harm",
    "Reason",
    "StudyLine",
    "UnusedRow",
]
