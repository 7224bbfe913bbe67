"""A calm line drawing for each view: what should be in the frame, and how the head is turned."""

from __future__ import annotations

from django.utils.safestring import SafeString, mark_safe

_FRAME = '<path class="outline__frame" d="M10 24V10h14M96 10h14v14M110 96v14H96M24 110H10V96"/>'
_HEAD = (
    '<path d="M36 50c0-20 10-30 24-30s24 10 24 30c0 22-12 38-24 38S36 72 36 50z"/>'
    '<path d="M36 48c-5-2-6 10 1 12M84 48c5-2 6 10-1 12"/>'
    '<path d="M50 86v9c-7 4-15 5-20 13M70 86v9c7 4 15 5 20 13"/>'
)
_FACE = '<path d="M46 53h8M66 53h8M60 53v11l-4 3h6M53 76h14"/>'
_HAIRLINE = "M37 44c9-3 12-11 23-11s14 8 23 11"
# Turned to the viewer's left: the person's left cheek is to the camera.
_TURNED = (
    '<path d="M41 47c1-17 11-27 25-27 15 0 24 12 23 29-1 17-10 26-19 34-6 5-15 6-20 0-5-6-8-13-8-17'
    'l-6-2 5-9c-1-3 0-6 0-8z"/>'
    '<path d="M81 52c6-4 9 9 1 12"/><path d="M46 53h6M60 53h9M46 75h12"/>'
    '<path d="M58 87v10c-8 3-15 4-19 11M80 74v20c6 4 13 6 17 14"/>'
)
_TURNED_HAIR = '<path d="M43 42c12 1 19-4 24-11 3 9 8 14 21 16"/>'
_RING = '<circle class="outline__ring" cx="{}" cy="{}" r="{}"/>'

_DRAWN = {
    "face-front": f'{_HEAD}{_FACE}<path d="{_HAIRLINE}"/>',
    "face-left": f"{_TURNED}{_TURNED_HAIR}",
    "area": (
        '<path d="M10 66c26-14 50-20 72-21 10 0 18 3 28 9M10 98c28-10 50-17 74-21 10-2 16-5 26-11"/>'
        '<path d="M92 52c4 3 8 5 12 6"/>' + _RING.format(52, 70, 11)
    ),
    "close-up": (
        '<path d="M18 46c14-7 28-9 42-9s28 2 42 9M18 92c14 5 28 7 42 7s28-2 42-7"/>'
        '<path d="M52 62q4-4 8 0t8 0M50 72q5-4 10 0t9 0"/>'
        f'{_RING.format(60, 67, 19)}<circle cx="94" cy="72" r="8"/><circle cx="94" cy="72" r="5.5"/>'
    ),
    "scalp-front": (
        f'{_HEAD}<path d="M46 57h8M66 57h8M60 57v9l-4 3h6M53 77h14"/>'
        f'<path class="outline__ring" d="{_HAIRLINE}"/><path d="M46 27v9M54 23v9M62 22v9M70 24v9M77 30v8"/>'
    ),
    "scalp-top": (
        '<ellipse cx="60" cy="62" rx="30" ry="36"/><path d="M55 26l5-6 5 6M30 58c-5-1-5 10 1 11M90 58c5-1 5 10-1 11"/>'
        '<path class="outline__ring" d="M60 32v50"/>'
        '<path d="M56 40c-9 3-16 11-19 23M56 54c-7 3-13 10-15 20M64 40c9 3 16 11 19 23M64 54c7 3 13 10 15 20"/>'
    ),
    "scalp-crown": (
        '<path d="M34 50c0-20 11-31 26-31s26 11 26 31c0 20-6 34-10 38H44c-4-4-10-18-10-38z"/>'
        '<path d="M34 54c-5-1-5 11 2 12M86 54c5-1 5 11-2 12M48 88v8c-7 3-14 5-18 12M72 88v8c7 3 14 5 18 12"/>'
        '<path d="M60 47c5 0 5 7 0 7-8 0-8-13 1-13 12 0 13 19-1 19-15 0-18-19-9-26"/>' + _RING.format(60, 51, 20)
    ),
    "scalp-left": f"{_TURNED}{_TURNED_HAIR}{_RING.format(72, 41, 12)}",
}
_MIRRORED = {"face-right": "face-left", "scalp-right": "scalp-left"}


def outline(name: str) -> SafeString:
    """The drawing as SVG in the colours of its surroundings; nothing for a name that has none."""
    drawn = _DRAWN.get(_MIRRORED.get(name, name))
    if drawn is None:
        return SafeString("")
    if name in _MIRRORED:
        drawn = f'<g transform="matrix(-1 0 0 1 120 0)">{drawn}</g>'
    return mark_safe(  # noqa: S308 - constant text
        f'<svg class="outline" viewBox="0 0 120 120" aria-hidden="true" focusable="false">{_FRAME}{drawn}</svg>'
    )
