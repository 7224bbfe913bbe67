"""Reading what was kept."""

from __future__ import annotations

from django.utils import timezone
from pydantic import ValidationError

from skinproof.claims import Report, check

from .models import KeptReport
from .services import REPORT, key_of


def kept_report(token: str) -> KeptReport | None:
    """What a link leads to, as long as it is kept."""
    key = key_of(token)
    if key is None:
        return None
    return KeptReport.objects.filter(key=key, expires_at__gt=timezone.now()).first()


def report_of(kept: KeptReport) -> tuple[Report, bool]:
    """The report as it was made, and whether it had to be made anew because its form has changed since."""
    try:
        return REPORT.validate_python(kept.report), False
    except ValidationError:
        return check(kept.text, kept.source), True
