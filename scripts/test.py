"""Everything `make test` checks, in order, each step timed; stops at the first that fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


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


def main() -> int:
    need_chromium()
    python = [sys.executable, "-m"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    environment.pop("DATABASE_URL", None)
    two = ["-q", "-n", "2"]
    steps = [
        ("lint", [*python, "ruff", "check", "."]),
        ("format", [*python, "ruff", "format", "--check", "."]),
        ("types", [*python, "mypy"]),
        ("rooms", [str(Path(sys.executable).parent / "lint-imports"), "--no-logo"]),
        ("tests", [*python, "pytest", *two, "--dist", "loadgroup", "-m", "not browser"]),
        ("tests on PostgreSQL", [*python, "pytest", *two, "--dist", "loadgroup", "--postgres", "tests/clinic"]),
        ("browser", [*python, "pytest", *two, "--dist", "worksteal", "-m", "browser"]),
    ]
    for name, command in steps:
        print(f"── {name}", flush=True)
        began = time.monotonic()
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        print(
            f"   {name}: {'passed' if code == 0 else f'failed ({code})'} in {time.monotonic() - began:.0f} s",
            flush=True,
        )
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
