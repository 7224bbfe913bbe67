"""What the library says it exports is there."""

from __future__ import annotations

from skinproof import evidence


def test_every_exported_name_is_there_once():
    assert [name for name in evidence.__all__ if not hasattr(evidence, name)] == []
    assert len(set(evidence.__all__)) == len(evidence.__all__)
