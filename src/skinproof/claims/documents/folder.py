"""Which files of a folder are pages."""

from __future__ import annotations

from pathlib import Path

ENDINGS = frozenset((".txt", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf", ".docx"))
_NOT_ENTERED = frozenset(("node_modules", "__pycache__"))


def pages_of(folder: Path) -> tuple[list[Path], int]:
    """The pages in a folder and the folders in it, in order of name, and how many other files were passed over.

    Hidden files and folders are passed over, and links are not followed.
    """
    pages: list[Path] = []
    others = 0
    waiting = [folder]
    while waiting:
        for path in waiting.pop().iterdir():
            if path.name.startswith((".", "~$")) or path.is_symlink():
                continue
            if path.is_dir():
                if path.name not in _NOT_ENTERED:
                    waiting.append(path)
            elif path.suffix.lower() in ENDINGS:
                pages.append(path)
            else:
                others += 1
    return sorted(pages), others
