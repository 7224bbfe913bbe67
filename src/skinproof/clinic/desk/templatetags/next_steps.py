"""What a consultation waits for, on the person's pages."""

from __future__ import annotations

from django import template

from skinproof.care import Stop
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.desk import next_steps

register = template.Library()


@register.inclusion_tag("desk/_next.html")
def what_comes_next(consultation: Consultation, flag: Stop | None = None) -> dict:
    """`flag`: red flags that the page opens with."""
    told = [each.rule.id for each in flag.flags] if flag else []
    return {"next": next_steps.of(consultation, told)}
