"""Where the photos are: files under names that cannot be guessed, in a folder that no web address leads to.

A file is written and on the disk before the row that names it; a row is gone, or says that its file is gone, before the
file is taken away. What a crash leaves between the two is a file without a row, which `sweep` finds.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Collection, Iterator
from pathlib import Path

from django.conf import settings

NAME = re.compile(r"\A[0-9a-f]{64}\Z")
FULL, THUMB = "full", "thumb"
SIZES = (FULL, THUMB)


def new_name() -> str:
    return secrets.token_hex(32)


def path_of(name: str, size: str) -> Path:
    """
    Raises:
        ValueError: not a name that `new_name` gives, or no such size.
    """
    if not NAME.match(name) or size not in SIZES:
        raise ValueError("not the name of a kept photo")
    return Path(settings.PHOTOS) / name[:2] / f"{name}.{size}.jpg"


def write(name: str, *, full: bytes, thumb: bytes) -> None:
    """Put both sizes on the disk, readable by this process's user alone; neither is there if it fails.

    Raises:
        OSError: the disk is full or away.
    """
    try:
        for size, content in ((FULL, full), (THUMB, thumb)):
            _write(path_of(name, size), content)
    except OSError:
        remove(name)
        raise


def _write(path: Path, content: bytes) -> None:
    for folder in (path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    parent = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(parent)  # the name is on the disk too
    finally:
        os.close(parent)


def read(name: str, size: str) -> bytes:
    """
    Raises:
        FileNotFoundError: the file is gone.
    """
    return path_of(name, size).read_bytes()


def remove(name: str) -> None:
    for size in SIZES:
        path_of(name, size).unlink(missing_ok=True)


def kept() -> Iterator[tuple[str, Path]]:
    """(name, path) of every file that is there; an empty name for one that is not ours."""
    root = Path(settings.PHOTOS)
    for path in sorted(root.glob("*/*")) if root.exists() else ():
        name = path.name.split(".")[0]
        ours = NAME.match(name) and path in {path_of(name, size) for size in SIZES}
        yield (name if ours else ""), path


def orphans(known: Collection[str], *, older_than: float) -> list[Path]:
    """Files of photos whose name is not among the known ones, and that were written more than so many seconds ago.

    A younger file may be that of a photo whose row is about to be written.
    """
    before = time.time() - older_than
    return [path for name, path in kept() if name and name not in known and path.stat().st_mtime < before]
