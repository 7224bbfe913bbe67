"""Whether a photo looks too dark, too bright, blurred or small: a hint to the person, never a reason to refuse it.

The limits are our own choice. Darkness is read from the brightest parts and not from the mean, so that dark skin in
good light is not called dark. Sharpness is read from the sharpest of many small squares, so that smooth skin with one
clear edge in the picture is not called blurred.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

SIDE = 640  # pixels of the longer side, at which everything is measured
SQUARE = 32
BRIGHT_SHARE = 95  # per cent of the pixels that are darker than what counts as the bright parts
DARK, GLARING = 90, 0.35  # brightness (0 to 255) of the bright parts; share of pixels that are nearly white
BLURRED = 18.0  # variance of the Laplacian in the sharpest squares
SMALL = 700  # pixels of the shorter side as it was sent

HINTS = {
    "dark": "This one looks dark. You can try again nearer to a window.",
    "glare": "Much of this one is nearly white. You can try again without flash, or out of the sun.",
    "blurred": "This one looks blurred. You can try again: tap the screen on your skin, and hold still.",
    "small": "This one has few pixels, so small things may not show. If you have the original photo, send that.",
}


def hints(image: Image.Image, *, smallest_side: int) -> tuple[str, ...]:
    """Which of `HINTS` a picture calls for; `smallest_side` is that of the file as it was sent, in pixels."""
    grey = image.convert("L")
    grey.thumbnail((SIDE, SIDE), Image.Resampling.BILINEAR)
    light = np.asarray(grey, dtype=np.float64)
    found = []
    if np.percentile(light, BRIGHT_SHARE) < DARK:
        found.append("dark")
    if np.mean(light > 250) > GLARING:
        found.append("glare")
    if _sharpness(light) < BLURRED:
        found.append("blurred")
    if smallest_side < SMALL:
        found.append("small")
    return tuple(found)


def _sharpness(light: np.ndarray) -> float:
    """The variance of the Laplacian in the sharpest twentieth of the squares."""
    if min(light.shape) < 3:
        return 0.0
    edges = light[:-2, 1:-1] + light[2:, 1:-1] + light[1:-1, :-2] + light[1:-1, 2:] - 4 * light[1:-1, 1:-1]
    rows, columns = (max(1, size // SQUARE) for size in edges.shape)
    squares = [part.var() for band in np.array_split(edges, rows) for part in np.array_split(band, columns, axis=1)]
    return float(np.percentile(squares, 95))
