"""The document names every kind of issue that there is, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import skinproof.questionnaires as room

DOCUMENT = Path(__file__).resolve().parents[2] / "docs/questionnaires.md"
CODE = "".join(path.read_text(encoding="utf-8") for path in Path(room.__file__).parent.glob("*.py"))
TOLD = re.compile(r"""(?:Issue\(\s*"\w+",\s*|Fault\(|tell\(\s*|found\.append\(\()(?:"[a-z-]+",\s*)?"(\w+)",""")


def test_every_kind_of_issue_is_in_the_document():
    table = DOCUMENT.read_text(encoding="utf-8").split("## What is checked")[1].split("\n## ")[0]
    documented = set(re.findall(r"`(\w+)`", table.split("| --- | --- |")[1].split("\n\n")[0])) - {
        "effectivePeriod",
        "string",
    }
    written = set(TOLD.findall(CODE)) | {
        f"{bound}Value{more}" for bound in ("min", "max") for more in ("", "IncompatUnits")
    }
    assert documented - {"completed", "amended"} == written - {"questionnaire", "invalid"}
