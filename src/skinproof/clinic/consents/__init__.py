"""Consent for each treatment: what a person read and agreed to, kept as it was."""
