"""The guides' sessions run as they stand, in Python and in the terminal, and their links lead somewhere."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest

from skinproof import cli

ROOT = Path(__file__).resolve().parent.parent
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.fixture(autouse=True)
def _from_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_python_sessions(guide: Path) -> None:
    found = doctest.testfile(str(guide), module_relative=False, optionflags=FLAGS)
    assert not found.failed
    if guide.name in ("pairwise.md", "network.md", "components.md"):
        assert found.attempted > 5


def terminal_sessions() -> list[tuple[str, str, str]]:
    found = []
    for guide in GUIDES:
        for block in re.findall(r"^    \$ (skinproof .*(?:\n(?:    .*)?)*)", guide.read_text(encoding="utf-8"), re.M):
            command, _, output = block.partition("\n")
            found.append((guide.name, command, output))
    return found


@pytest.mark.parametrize(("guide", "command", "output"), terminal_sessions())
def test_terminal_sessions(guide: str, command: str, output: str, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(shlex.split(command)[1:])
    shown = capsys.readouterr()
    got = shown.out + shown.err
    assert doctest.OutputChecker().check_output(output, got, FLAGS), got


def test_there_are_terminal_sessions() -> None:
    assert {guide for guide, _, _ in terminal_sessions()} >= {"pairwise.md", "network.md", "components.md"}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_links(guide: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", guide.read_text(encoding="utf-8")):
        assert (guide.parent / target).exists(), target
