"""Reports that somebody asked to have kept. Nothing else of what is checked is ever stored."""

from __future__ import annotations

from django.db import models


class KeptReport(models.Model):
    """A text and its report, for whoever holds the link. It says nothing of who asked."""

    key = models.CharField(max_length=64, unique=True)  # a digest of what the link carries, not the link itself
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)
    source = models.CharField(max_length=200)
    text = models.TextField()
    report = models.JSONField()

    def __str__(self) -> str:
        return f"kept until {self.expires_at:%Y-%m-%d}"
