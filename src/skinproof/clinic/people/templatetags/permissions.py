"""What a template shows to whom, by the one table."""

from __future__ import annotations

from typing import Any

from django import template

from skinproof.clinic.people import permissions

register = template.Library()


@register.filter
def may(user: Any, name: str) -> bool:
    """Whether somebody has the permission of this name, such as READ_QUEUE."""
    return user.is_authenticated and permissions.may(user.role, permissions.May[name])
