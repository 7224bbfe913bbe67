"""What may be prescribed and within which limits, and the prescription as a document. Pure functions over data."""

from .checks import check_prescription
from .document import (
    Particular,
    PrescriptionDocument,
    PrescriptionLaw,
    PrescriptionLine,
    months_after,
    prescription_law,
    years_between,
)
from .formulary import LIMITS, Formulary, Limit, Medicine, Product, formulary, read_formulary
from .model import KEY, Consult, History, PastCourse, PrescribedItem, PrescribingProblem, standing
from .turns_on import facts_behind

__all__ = [
    "KEY",
    "LIMITS",
    "Consult",
    "Formulary",
    "History",
    "Limit",
    "Medicine",
    "Particular",
    "PastCourse",
    "PrescribedItem",
    "PrescribingProblem",
    "PrescriptionDocument",
    "PrescriptionLaw",
    "PrescriptionLine",
    "Product",
    "check_prescription",
    "facts_behind",
    "formulary",
    "months_after",
    "prescription_law",
    "read_formulary",
    "standing",
    "years_between",
]
