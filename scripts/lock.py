"""Write requirements/*.txt from pyproject.toml: exact versions with hashes, naming no registry."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = {
    "run.txt": ["clinic", "build"],
    "test.txt": ["clinic", "build", "dev", "documents", "figures", "frames", "cluster", "peers"],
}


def main() -> int:
    for name, extras in FILES.items():
        command = [
            sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--quiet", "--upgrade", "--generate-hashes",
            "--no-emit-index-url", "--no-emit-find-links", "--no-header", "--python-version", "3.11", "--universal",
            "--output-file", f"requirements/{name}",
        ]  # fmt: skip
        for extra in extras:
            command += ["--extra", extra]
        if name != "run.txt":
            command += ["--constraint", "requirements/run.txt"]
        subprocess.run(command, cwd=ROOT, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
