"""Published questionnaires: files that are never edited, one for each version of each family."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from skinproof.care.terms import DATA
from skinproof.vocabulary import KnowledgeError

from . import names
from .compiling import compile_family
from .families import families, family_of
from .form import Form, read_form
from .names import Json

FOLDER = DATA / "questionnaires"
_FILE = re.compile(r"(?P<family>[a-z-]+)-(?P<version>[0-9]+\.[0-9]+\.[0-9]+)\.json")


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def versions(family: str, folder: Path = FOLDER) -> list[str]:
    """The published versions of a family, oldest first."""
    matches = (_FILE.fullmatch(file.name) for file in folder.glob("*.json"))
    return sorted((m["version"] for m in matches if m and m["family"] == family), key=_number)


def load(family: str, version: str, folder: Path = FOLDER) -> Json:
    """
    Raises:
        KeyError: no such family or version was published.
    """
    file = folder / f"{family}-{version}.json"
    if family not in families() or not file.is_file():
        raise KeyError(f"no questionnaire {family}, version {version}")
    content: Json = json.loads(file.read_text(encoding="utf-8"))
    return content


def newest(family: str) -> Form:
    """The newest published questionnaire of a family.

    Raises:
        KnowledgeError: none was published.
    """
    found = _newest_version(family)
    return published(f"{names.address(family)}|{found}")


@cache
def _newest_version(family: str) -> str:
    found = versions(family)
    if not found:
        raise KnowledgeError(FOLDER, family, "no version was published: run skinproof questionnaires --publish")
    return found[-1]


def for_concern(concern: str) -> Form:
    """The newest published questionnaire for a concern.

    Raises:
        FactError: no such concern.
    """
    return newest(family_of(concern))


@lru_cache(maxsize=64)
def published(canonical: str) -> Form:
    """The questionnaire that `url|version` names.

    Raises:
        KeyError: no such questionnaire was published.
    """
    return read_form(source(canonical))


def source(canonical: str) -> Json:
    """What was published as `url|version`, as it stands in its file.

    Raises:
        KeyError: no such questionnaire was published.
    """
    url, _, version = canonical.partition("|")
    return load(url.removeprefix(names.address("")), version)


# --- making a new version
def changed(family: str, folder: Path = FOLDER) -> bool:
    """Whether what the questions and rules make now is not what was published last."""
    found = versions(family, folder)
    return not found or _content(load(family, found[-1], folder)) != _compiled(family)


def publish(folder: Path = FOLDER) -> list[str]:
    """Write a new version of each family whose questions or rules changed what is asked; their file names."""
    folder.mkdir(exist_ok=True)
    written = []
    for family in families():
        if changed(family, folder):
            found = versions(family, folder)
            before = load(family, found[-1], folder) if found else None
            made = {**_compiled(family), "version": "0.0.0"}
            made = {**made, "version": _next(before, made), "date": dt.datetime.now(dt.UTC).date().isoformat()}
            file = folder / f"{family}-{made['version']}.json"
            with file.open("x", encoding="utf-8") as stream:  # never over another
                stream.write(_written(made))
            written.append(file.name)
    _newest_version.cache_clear()
    return written


@cache
def _compiled(family: str) -> Json:
    """What the questions and rules make; the same as long as the process lives."""
    return _content(compile_family(family, "0.0.0"))


def _content(questionnaire: Mapping[str, Any]) -> Json:
    return {name: value for name, value in questionnaire.items() if name not in ("version", "date")}


def _next(before: Json | None, made: Json) -> str:
    """The version after: the third number for words alone, the second where more or otherwise is asked, the first where
    a question or an answer is gone."""
    if before is None:
        return "1.0.0"
    major, minor, patch = _number(before["version"])
    old, new = _answers(before), _answers(made)
    if not old <= new:
        return f"{major + 1}.0.0"
    return f"{major}.{minor}.{patch + 1}" if _wordless(before) == _wordless(made) else f"{major}.{minor + 1}.0"


def _answers(questionnaire: Json) -> set[tuple[str, str, str]]:
    form = read_form(questionnaire)
    return {
        (link, code.system or "", code.code or "") for link, codes in form.codes.items() for code in codes.values()
    } | {(link, "", "") for link in form.questions}


def _wordless(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            k: _wordless(v)
            for k, v in value.items()
            if k not in ("text", "display", "title", "description", "version", "date")
        }
    return [_wordless(each) for each in value] if isinstance(value, list) else value


def _written(questionnaire: Json) -> str:
    """JSON with a line for each page, so that two versions can be held against each other."""
    rows = [f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in questionnaire.items() if k != "item"]
    items = ",\n".join(json.dumps(item, ensure_ascii=False) for item in questionnaire["item"])
    return "{\n" + ",\n".join([*rows, f'"item": [\n{items}\n]']) + "\n}\n"
