"""Skinproof: the virtual skin clinic that shows its evidence."""

__version__ = "0.1.0"
