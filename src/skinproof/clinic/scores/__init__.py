"""Totals of named instruments, recorded by a doctor or nurse and shown over time."""
