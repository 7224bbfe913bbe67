"""The address of a paper, on the person's pages or at the desk."""

from __future__ import annotations

from django import template
from django.urls import reverse

from skinproof.clinic.papers.selectors import Line

register = template.Library()


@register.simple_tag
def paper_url(space: str, public_id: str, line: Line) -> str:
    """`space` is "papers" or "case-papers"."""
    return reverse(f"{space}:{line.kind}", args=[public_id, *line.arguments])
