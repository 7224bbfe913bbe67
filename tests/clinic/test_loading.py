"""A server has loaded what pages need before its first request, and Python's collector leaves it alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys

ASK = """
import gc, json
from skinproof.clinic.wsgi import application
from skinproof import care, claims
from skinproof.evidence import findings
frozen, before = gc.get_freeze_count(), len(gc.get_objects())
claims.check("Exosomes make skin smoother in two weeks. Clinically proven, from 1,500 pounds.")
care.read_words("I take Eliquis, and my mole has changed.", today=__import__("datetime").date(2026, 1, 1), facts={})
care.rules(), care.for_concern("acne"), len(findings().networks.all)
gc.collect()
room = application.__code__.co_stacksize
print(json.dumps({"frozen": frozen, "room": room, "more": len(gc.get_objects()) - before, "collects": gc.isenabled()}))
"""


def test_what_pages_need_is_loaded_and_left_alone_before_the_first_request(tmp_path):
    environment = {**os.environ, "SKINPROOF_VAR": str(tmp_path), "SKINPROOF_DEMO": "1"}
    environment.pop("DATABASE_URL", None)
    told = subprocess.run(
        [sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    found = json.loads(told.stdout)
    assert found["frozen"] > 1_000_000
    assert found["more"] < 0.01 * found["frozen"], "nothing of size is loaded later"
    assert found["collects"]
    assert found["room"] * 8 > 2**19, "frames of a request lie in one piece of a megabyte"
