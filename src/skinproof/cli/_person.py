"""One person's file: read once, with the line of every field, so that a fault can be shown where it stands."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import yaml

from skinproof.care import FactError
from skinproof.vocabulary import KnowledgeError, YamlLoader, parse_yaml

from ._common import UserError, read_bytes, shown

T = TypeVar("T")

EXAMPLE = """\
A person's file is YAML or JSON:

  concern: melasma                  # see skinproof findings --help for the names
  asks-for: [exosome, hydroquinone] # treatments, or forms of them; all if left out
  facts:
    age: 38
    sex: female
    fitzpatrick: 4                  # how the skin burns and tans, 1 to 6
    pregnant: false
    conditions: [melasma]           # the whole list: what is not in it, the person does not have
    weeks-since-tan: 3              # null means never
  unknown: [breastfeeding]          # left open on purpose

A fact that is left out is not known. It is never taken as "no": the answer then says what to ask first.
docs/examples/ has more. With `complaint:` the person's own words are read too (docs/safety.md)."""


def _json_lines(content: bytes) -> bool:
    """One JSON object per line, and more than one."""
    lines = [line.strip() for line in content.splitlines() if line.strip()]
    return len(lines) > 1 and all(line.startswith(b"{") and line.endswith(b"}") for line in lines)


class _TwiceError(Exception):
    """A name that stands twice in one JSON object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _TwiceError(name)
        found[name] = value
    return found


def _no_number(word: str) -> Any:
    raise ValueError(word)  # NaN and Infinity are no JSON


def _parse(content: bytes, name: str) -> Any:
    """JSON as JSON says, since YAML refuses some of what JSON writers write (an emoji as two escapes); else as YAML.

    Raises:
        KnowledgeError: neither, or a name stands twice.
    """
    try:
        data = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number)
        json.dumps(data, ensure_ascii=False).encode("utf-8")
    except _TwiceError as error:
        parse_yaml(content, name)  # which tells the line as well
        raise KnowledgeError(name, "", f"{error} stands here a second time") from None
    except UnicodeEncodeError:
        raise KnowledgeError(name, "", "holds one half of a character that is written in two escapes") from None
    except (ValueError, RecursionError):
        return parse_yaml(content, name)
    return data


class PersonFile:
    """The content of a person's file, and where each field stands in it."""

    def __init__(self, name: str) -> None:
        """
        Raises:
            UserError: cannot be read, is not YAML or JSON, or names a field twice; says the line.
        """
        self.name = shown(name)
        content = read_bytes(name)
        self._lines: dict[str, int] = {}
        self._words: dict[str, int] = {}  # of the lists beside the facts: what is asked for, what is left open
        try:
            if _json_lines(content):
                self.data: Any = [_parse(line, self.name) for line in content.splitlines() if line.strip()]
                return
            self.data = _parse(content, self.name)
        except KnowledgeError as error:
            raise UserError(": ".join(filter(None, (self.name, error.where, error.fault)))) from None
        try:
            node = yaml.compose(content.decode("utf-8"), Loader=YamlLoader)
        except yaml.YAMLError:  # JSON that is no YAML: faults are told without their line
            return
        if isinstance(node, yaml.MappingNode):
            self._note_lines(node, depth=2)

    def _note_lines(self, node: yaml.MappingNode, depth: int) -> None:
        for key, value in node.value:
            self._lines.setdefault(str(key.value), key.start_mark.line + 1)
            if depth > 1 and isinstance(value, yaml.MappingNode):
                self._note_lines(value, depth - 1)
            if depth > 1 and isinstance(value, yaml.SequenceNode):
                for word in value.value:
                    self._words.setdefault(str(word.value), word.start_mark.line + 1)

    def using(self, work: Callable[[Any], T]) -> T:
        """`work` on the content; a fault in it is shown with its line.

        Raises:
            UserError: names file, line, field and fault.
        """
        try:
            return work(self.data)
        except FactError as error:
            line = self._lines.get(error.fact.split(".")[0]) or self._words.get(error.fact)
            where = f"{self.name}, line {line}" if line else self.name
            raise UserError(f"{where}: {error}") from None
