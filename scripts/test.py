"""Everything `make test` checks, each step timed; stops at the first that fails.

Types and room borders need one processor for a while, so they are checked beside the tests: what they print comes when
the tests' step that they run beside is over, or at once where they fail.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
ENVIRONMENT.pop("DATABASE_URL", None)
PYTHON = [sys.executable, "-m"]
TWO = [*PYTHON, "pytest", "-q", "-n", "2"]

FIRST = [
    ("lint", [*PYTHON, "ruff", "check", "."]),
    ("format", [*PYTHON, "ruff", "format", "--check", "."]),
]
BESIDE = [
    ("types", [*PYTHON, "mypy"]),
    ("rooms", [str(Path(sys.executable).parent / "lint-imports"), "--no-logo"]),
]
# File by file, so that what a file makes for its tests is made by one worker.
BY_FILE = ["--dist", "loadfile", "--no-loadscope-reorder"]
TESTS = [
    ("tests", [*TWO, *BY_FILE, "-m", "not browser"]),
    ("tests on PostgreSQL", [*TWO, *BY_FILE, "--postgres", "tests/clinic"]),
    # One at a time, the long ones first (see tests/browser/conftest.py), so that both workers end together.
    ("browser", [*TWO, "--dist", "load", "--maxschedchunk", "1", "tests/browser", "tests/lforms"]),
]


def need_chromium() -> None:
    """Debian's chromium, installed if we are root; else one line that says what to do."""
    if any(shutil.which(name) for name in CHROMIUM):
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-liberation"]
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        if subprocess.run([*command, "-qq"], check=False).returncode == 0:
            return
    sys.exit(f"The browser tests need Debian's package chromium:  sudo {' '.join(command)}")


class Step:
    """A check under way. `quiet`: what it prints is kept until `tell`."""

    def __init__(self, name: str, command: list[str], quiet: bool = False) -> None:
        self.name, self.began, self.ended = name, time.monotonic(), 0.0
        self.kept: IO[bytes] | None = tempfile.TemporaryFile() if quiet else None  # noqa: SIM115
        if not quiet:
            print(f"── {name}", flush=True)
        self.process = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=self.kept, stderr=self.kept)

    @property
    def code(self) -> int | None:
        code = self.process.poll()
        if code is not None and not self.ended:
            self.ended = time.monotonic()
        return code

    def tell(self) -> int:
        """How it ended, once it has."""
        self.process.wait()
        code = self.code or 0
        if self.kept is not None:
            self.kept.seek(0)
            print(f"── {self.name}\n{self.kept.read().decode(errors='replace').rstrip()}")
        how = f"failed ({code})" if code else "passed"
        print(f"   {self.name}: {how} in {self.ended - self.began:.0f} s", flush=True)
        return code

    def stop(self) -> None:
        """As Ctrl-C does, so that it leaves nothing behind."""
        if self.code is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait()


class Beside:
    """Checks one after another, beside others."""

    def __init__(self, steps: list[tuple[str, list[str]]]) -> None:
        self.left = list(steps)
        self.step: Step | None = None
        self.over: list[Step] = []

    def go_on(self) -> int:
        """Begin the next where one has ended; returns the code of one that failed."""
        if self.step is not None and self.step.code is not None:
            self.over.append(self.step)
            if self.step.code:
                return self.step.code
            self.step = None
        if self.step is None and self.left:
            self.step = Step(*self.left.pop(0), quiet=True)
        return 0

    def tell(self) -> None:
        while self.over:
            self.over.pop(0).tell()

    def finish(self) -> int:
        while not (code := self.go_on()) and self.step is not None:
            self.step.process.wait()
        self.tell()
        return code

    def stop(self) -> None:
        if self.step is not None:
            self.step.stop()


def run(beside: Beside) -> int:
    for name, command in FIRST:
        if code := Step(name, command).tell():
            return code
    for name, command in TESTS:
        step = Step(name, command)
        try:
            while step.code is None:
                if code := beside.go_on():
                    step.stop()
                    beside.tell()
                    return code
                time.sleep(0.2)
        finally:
            step.stop()
        if code := step.tell():
            return code
        beside.tell()
    return beside.finish()


def main() -> int:
    need_chromium()
    began, beside = time.monotonic(), Beside(BESIDE)
    try:
        code = run(beside)
    finally:
        beside.stop()
    print(f"   all: {'failed' if code else 'passed'} in {time.monotonic() - began:.0f} s", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
