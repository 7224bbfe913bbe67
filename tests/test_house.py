"""What the house holds itself to beyond what linters see."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def named(requirement: str) -> str:
    return re.split(r"[\[<>=~! ]", requirement)[0].lower()


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False).stdout.decode()
    if not listed:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("file", ["run.txt", "test.txt"])
def test_lock_is_exact_hashed_and_names_no_registry(file: str) -> None:
    text = (ROOT / "requirements" / file).read_text()
    rows = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert rows
    assert all("==" in row for row in rows)
    assert text.count("--hash=sha256:") >= len(rows)
    assert "://" not in text
    assert "--index-url" not in text


def test_lock_holds_every_dependency_of_the_project() -> None:
    run = (ROOT / "requirements/run.txt").read_text()
    test = (ROOT / "requirements/test.txt").read_text()
    extras = PROJECT["optional-dependencies"]
    for requirement in [*PROJECT["dependencies"], *extras["clinic"], *extras["build"]]:
        assert re.search(rf"^{named(requirement)}==", run, re.M), requirement
    for requirement in extras["dev"]:
        assert re.search(rf"^{named(requirement)}==", test, re.M), requirement


def test_every_dependency_has_its_line() -> None:
    text = (ROOT / "docs/dependencies.md").read_text().lower()
    extras = PROJECT["optional-dependencies"]
    for requirement in [*PROJECT["dependencies"], *(r for rows in extras.values() for r in rows)]:
        name = named(requirement)
        if name.startswith("types-"):
            continue
        assert re.search(rf"\b{re.escape(name)}\b", text), f"{name} has no line in docs/dependencies.md"


def test_every_room_is_told_in_the_architecture() -> None:
    text = (ROOT / "docs/architecture.md").read_text()
    rooms = {path.parent.name for path in (ROOT / "src/skinproof").glob("*/__init__.py")}
    below = {"vocabulary", "language", "questionnaires", "evidence"}
    assert rooms == below | {"claims", "care", "exchange", "clinic", "cli"}
    for room in rooms:
        assert f"**{room}**" in text


def test_no_host_of_a_registry_in_the_tree() -> None:
    hosts = re.compile("|".join(["py" + r"pi\.org", "python" + r"hosted\.org", r"registry\.n" + r"pmjs\.org"]))
    faults = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if path.suffix not in (".png", ".woff2")
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if hosts.search(line)
    ]
    assert not faults


def test_browser_tests_are_where_they_are_looked_for() -> None:
    """`scripts/test.py` runs them by folder, so that seven thousand other tests need not be collected once more."""
    marker = ".".join(("mark", "browser"))
    found = {path.parent.name for path in (ROOT / "tests").rglob("*.py") if marker in path.read_text(encoding="utf-8")}
    assert found == {"browser", "lforms"}
