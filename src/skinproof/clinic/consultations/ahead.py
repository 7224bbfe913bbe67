"""Reading a person's words before their case is locked.

Reading takes far longer than writing a row, and whoever wants the same case waits for as long as it is locked. So a
step that turns on words reads them first. `care` remembers a reading together with all that it depends on (the words,
the day, the person's facts), so that the step, under its lock, reads again only where one of these is otherwise by
then.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import ParamSpec, TypeVar

from django.utils import timezone

from skinproof import care

from . import intake, told
from .models import Consultation
from .selectors import written_later

P = ParamSpec("P")
R = TypeVar("R")


def read_ahead(public_id: str, new: str = "") -> None:
    """Read what the person wrote in a consultation, and `new`, which they are sending just now. Two queries; one while
    the answers are not in."""
    consultation = Consultation.objects.filter(public_id=public_id).first()
    if consultation is None:
        return
    later = () if consultation.answerable else written_later(consultation)
    with suppress(care.FactError):  # answers that cannot be: the step itself checks them, and says so
        intake.texts(consultation, (*later, told.Written("", new, timezone.now())))


def reading_first(new: str = "") -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a step outside of its transaction: the words of the consultation that it is called with (`public_id`)
    are read before it begins. `new` names the argument with words that are being sent."""

    def decorate(step: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(step)

        @wraps(step)
        def ahead(*arguments: P.args, **keywords: P.kwargs) -> R:
            given = signature.bind(*arguments, **keywords).arguments
            read_ahead(given["public_id"], given.get(new, ""))
            return step(*arguments, **keywords)

        return ahead

    return decorate
