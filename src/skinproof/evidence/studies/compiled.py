"""Validated content kept ready in one file, made anew whenever what it was made from changes.

The file is JSON behind a header that holds a key (names, sizes and times of all files it came from, and the code that
validated them) and a digest of the rest. It is checked against both and validated again on reading, so that a stale,
cut or edited file is rebuilt, never trusted.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pydantic
from pydantic import TypeAdapter, ValidationError

import skinproof.vocabulary

T = TypeVar("T")
NAME = ".compiled-library.json"
VOCABULARY = Path(skinproof.vocabulary.__file__).with_name("data")


def fetch(folder: Path, kind: TypeAdapter[T], read: Callable[[], T]) -> T:
    """The content of a folder: from its compiled file while that is fresh, else by `read`, which may raise."""
    key = source_key(folder)
    places = list(_places(folder))
    for place in places:
        content = _load(place, key, kind)
        if content is not None:
            return content
    content = read()
    body = kind.dump_json(content, by_alias=True, exclude_defaults=True)
    for place in places:
        if _save(place, key, body):
            break
    return content


def source_key(folder: Path) -> str:
    """Changes when any file in the folder, the vocabulary or the code that validates them changes."""
    digest = hashlib.sha256(f"{pydantic.VERSION}\n".encode())
    for root in (folder, VOCABULARY):
        for name, entry in _files(root):
            digest.update(f"{name}\t{entry.st_size}\t{entry.st_mtime_ns}\n".encode())
    for code in ("records.py", "library.py", "compiled.py"):
        digest.update(Path(__file__).with_name(code).read_bytes())
    return digest.hexdigest()


def _files(folder: Path) -> list[tuple[str, os.stat_result]]:
    found = []
    for root, _, _ in os.walk(folder):
        with os.scandir(root) as entries:
            for entry in entries:
                if entry.name.endswith(".yaml") and entry.is_file():
                    found.append((os.path.relpath(entry.path, folder), entry.stat()))
    return sorted(found, key=lambda pair: pair[0])


def _places(folder: Path) -> Iterator[Path]:
    """Beside the data; or, where that cannot be written, in the user's cache."""
    yield folder / NAME
    with contextlib.suppress(RuntimeError):  # no home
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        yield cache / "skinproof" / f"{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]}{NAME}"


def _load(place: Path, key: str, kind: TypeAdapter[T]) -> T | None:
    try:
        header, _, body = place.read_bytes().partition(b"\n")
        stamp = json.loads(header)
        if stamp != {"key": key, "sha256": hashlib.sha256(body).hexdigest()}:
            return None
        return kind.validate_json(body)
    except (OSError, ValueError, ValidationError):
        return None


def _save(place: Path, key: str, body: bytes) -> bool:
    """Whether it could be kept; replaced in one step, so that no reader sees half a file."""
    header = json.dumps({"key": key, "sha256": hashlib.sha256(body).hexdigest()}).encode()
    temporary = None
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f"{place.name}-", dir=place.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(header + b"\n" + body)
        os.replace(temporary, place)
    except OSError:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        return False
    return True
