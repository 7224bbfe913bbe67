"""Photos of the demonstration: drawn by program, of nobody."""

from __future__ import annotations

import io
import math
import random

from PIL import Image, ImageDraw, ImageFilter

from skinproof.care.photo_views import photo_guide
from skinproof.clinic.audit.services import Actor
from skinproof.clinic.consultations.models import Consultation

from . import checking, services

TONES = ((236, 198, 172), (201, 150, 116), (141, 92, 66))


def load(cases: list[Consultation]) -> None:
    """A set of drawn photos for each case, as its person would have sent them."""
    for number, case in enumerate(cases):
        by = Actor(case.person.role, case.person.pk)
        for view in photo_guide().of_concern(case.concern):
            photo = checking.read(drawn(view.id, tone=TONES[number % len(TONES)], seed=number))
            services.add(case.public_id, view.id, photo, person=case.person, by=by)


def drawn(
    view: str, *, tone: tuple[int, int, int] = TONES[0], seed: int = 0, size: tuple[int, int] = (900, 1200)
) -> bytes:
    """A plain picture that stands for a photo of a view, as JPEG: a shape, freckles and light, and no person."""
    rng = random.Random(f"{view} {seed}")  # noqa: S311 - a drawing
    width, height = size
    image = Image.new("RGB", size, (222, 218, 214))
    pen = ImageDraw.Draw(image)
    box = (width * 0.2, height * 0.14, width * 0.8, height * 0.86)
    if view in ("area", "close-up", "close-up-second"):
        box = (-width * 0.1, height * 0.2, width * 1.1, height * 0.8)
    pen.ellipse(box, fill=tone)
    shift = {"left": -0.12, "right": 0.12}.get(view.rsplit("-", 1)[-1], 0.0) * width
    if view.startswith("face"):
        for side in (-1, 1):
            x, y = width / 2 + shift + side * width * 0.12, height * 0.43
            pen.line((x - 45, y, x + 45, y), fill=_darker(tone, 0.5), width=9)
        pen.arc(
            (width / 2 + shift - 70, height * 0.6, width / 2 + shift + 70, height * 0.68),
            20,
            160,
            fill=_darker(tone, 0.55),
            width=9,
        )
    for _ in range(260):
        angle, far = rng.uniform(0, 2 * math.pi), math.sqrt(rng.random()) * 0.27
        x, y = width / 2 + math.cos(angle) * far * width, height / 2 + math.sin(angle) * far * height
        radius = rng.uniform(1.5, 9 if view.startswith("close") else 5)
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_darker(tone, rng.uniform(0.72, 0.94)))
    image = image.filter(ImageFilter.GaussianBlur(0.8))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()


def _darker(tone: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    red, green, blue = (round(part * share) for part in tone)
    return red, green, blue
