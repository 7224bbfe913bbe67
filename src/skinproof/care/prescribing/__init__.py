"""What may be prescribed and within which limits, and the prescription as a document. Pure functions over data."""

from .document import (
    Particular,
    PrescriptionDocument,
    PrescriptionLaw,
    PrescriptionLine,
    months_after,
    prescription_law,
    years_between,
)

__all__ = [
    "Particular",
    "PrescriptionDocument",
    "PrescriptionLaw",
    "PrescriptionLine",
    "months_after",
    "prescription_law",
    "years_between",
]
