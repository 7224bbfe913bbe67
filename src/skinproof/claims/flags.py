"""What in a promise is worth checking against advertising and medicines rules: data with sources, never a judgement."""

from __future__ import annotations

from .model import Flag, Found


def flags_of(found: Found) -> tuple[Flag, ...]:
    return ()
