"""Take the README's pictures on the journeys of the browser tests, and keep them small in docs/images/.

.venv/bin/python scripts/screenshots.py
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
LIMIT = 250_000  # bytes a picture
WIDEST = 1600  # pixels; phones are taken at 750


def squeeze(source: Path, target: Path) -> int:
    """Write a picture with as many colours as fit the limit; returns its bytes."""
    picture = Image.open(source).convert("RGB")
    if picture.width > WIDEST:
        picture = picture.resize((WIDEST, round(picture.height * WIDEST / picture.width)), Image.Resampling.LANCZOS)
    for colours in (256, 128, 64, 32):
        picture.quantize(colours, kmeans=1, dither=Image.Dither.NONE).save(target, optimize=True)
        if target.stat().st_size <= LIMIT:
            break
    return target.stat().st_size


def main() -> int:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pytest", "-q", "tests/browser/pictures.py", "--pictures", folder]
        code = subprocess.run(
            command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, check=False
        ).returncode
        if code:
            return code
        for source in sorted(Path(folder).glob("*.png")):
            size = squeeze(source, IMAGES / source.name)
            print(f"{source.name:24} {size / 1000:6.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
