"""A small drawing for each family of treatments: the same three layers of skin, and what is done to them."""

from __future__ import annotations

from django.utils.safestring import SafeString, mark_safe

_TOP = "M2 30q9.5-3 19 0t19 0 19 0 19 0"
_DEEPER = "M2 40q9.5-3 19 0t19 0 19 0 19 0M2 50q9.5-3 19 0t19 0 19 0 19 0"
_DOTS = "".join(
    f'<circle class="dot" cx="{x}" cy="{y}" r="{r}"/>'
    for x, y, r in ((14, 35, 2.6), (27, 35.5, 2.2), (40, 35, 1.8), (53, 35.5, 1.4), (66, 35, 1))
)

# What lies on, in or over the skin. A drawing that changes the top layer itself says so in `_OPEN`.
_DRAWN = {
    "vesicles": (
        '<circle cx="22" cy="13" r="7"/><circle cx="22" cy="13" r="4.2" stroke-dasharray="1.6 2"/>'
        '<circle cx="44" cy="19" r="4.5"/>'
        '<circle cx="58" cy="10" r="6"/><circle cx="58" cy="10" r="3.4" stroke-dasharray="1.6 2"/>'
    ),
    "platelets": (
        '<path d="M40 3q9 11 0 17-9-6 0-17z"/>'
        '<ellipse cx="20" cy="18" rx="6" ry="3.4"/><ellipse cx="60" cy="15" rx="6" ry="3.4"/>'
        '<circle class="dot" cx="20" cy="18" r="1.3"/><circle class="dot" cx="60" cy="15" r="1.3"/>'
    ),
    "needling": '<path d="M14 8h52M20 8v29M30 8v29M40 8v29M50 8v29M60 8v29"/>',
    "lasers-and-light": (
        '<path d="M24 3v44M40 3v44M56 3v44" stroke-dasharray="5 3"/><path d="M19 29.5h10M35 29.5h10M51 29.5h10"/>'
    ),
    "energy-devices": '<path d="M43 2 34 15h11l-8 13"/><path d="M26 36q14 9 28 0M32 33q8 5 16 0"/>',
    "peels": '<path d="M40 30c10 0 20-3 20-13 0-9-12-9-12-2 0 5 6 6 9 3"/>',
    "retinoids": '<path d="M12 24q28-8 56 0"/><path d="M26 47V34m-4 4 4-4 4 4M54 47V34m-4 4 4-4 4 4"/>',
    "pigment": f'<path d="M12 24q28-8 56 0"/>{_DOTS}',
    "acne-rosacea": (
        '<path d="M28 29q12-17 24 0"/><circle class="dot" cx="40" cy="25" r="2.2"/>'
        '<path d="M12 27q5-6 10 0M58 27q5-6 10 0"/>'
    ),
    "antibiotics": '<rect x="24" y="8" width="32" height="13" rx="6.5"/><path d="M40 8v13"/>',
    "hormonal": '<circle cx="40" cy="14" r="9"/><path d="M31 14h18"/>',
    "hair": (
        '<path d="M34 46c-4-9-3-15-1-19L45 2M52 46c-4-9-3-15-1-19L61 6"/>'
        '<circle class="dot" cx="34" cy="47" r="2.4"/><circle class="dot" cx="52" cy="47" r="2.4"/>'
    ),
    "calming": '<path d="M12 24q28-8 56 0M22 17q18-7 36 0M32 10q8-4 16 0"/>',
    "moisturisers": '<path d="M40 6q8 10 0 15-8-5 0-15zM22 13q5 7 0 10-5-3 0-10zM58 13q5 7 0 10-5-3 0-10z"/>',
    "sun-protection": (
        '<path d="M28 1a12 12 0 0 0 24 0M40 17v4M27 14l-3 3M53 14l3 3"/><path d="M8 26q32-7 64 0" stroke-width="3"/>'
    ),
    "cosmetic-actives": '<path d="M34 24V11h12v13zM38 11V3h4v8M34 17h12"/>',
    "injectables": '<path d="M66 2 52 16M58 4l6 6M55 13 47 21l-4-4 8-8zM45 19 30 38"/>',
    "surgery": '<path d="M16 23 64 21M24 18l2 9M34 17.5l2 9M44 17l2 9M54 16.5l2 9"/>',
    "wound-care": '<path d="M18 18h44v7H18zM34 18v7M46 18v7"/>',
}
_OPEN = {"peels": "M2 30q9.5-3 19 0t19 0M66 30q6-2 12 0"}


def family_drawing(family: str) -> SafeString:
    """The drawing of a family as SVG in the colour of its surroundings; nothing where a family has none."""
    if family not in _DRAWN:
        return SafeString("")
    return mark_safe(  # noqa: S308 - drawn here
        '<svg class="art art--family" viewBox="0 0 80 54" fill="none" stroke="currentColor" stroke-width="1.5" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">'
        f'<path class="skin" d="{_OPEN.get(family, _TOP)}{_DEEPER}"/>{_DRAWN[family]}</svg>'
    )
