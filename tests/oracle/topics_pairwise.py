"""What metafor's functions mean in terms of the engine."""

from __future__ import annotations

import re

from reval import Session, resolver


@resolver
def earlier_check(session: Session, name: str, at: int) -> str | None:
    """`res.DL` is the latest check named `<measure>.DL` above; `mr1.REML.z` is `<measure>.metareg1.REML.z`."""
    pattern = re.sub(r"^res\.", "", re.sub(r"^mr(\d+)\.", r"metareg\1.", name))
    if pattern == name:
        return None
    for check in reversed(session.checks[:at]):
        if check["id"].partition(".")[2] == pattern:
            return str(check["id"])
    return None
