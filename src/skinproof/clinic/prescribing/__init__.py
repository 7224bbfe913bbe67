"""Prescriptions that follow from signed plans, and what became of them."""
