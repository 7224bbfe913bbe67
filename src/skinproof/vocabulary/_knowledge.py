"""Reading the data files that every room keeps: one way in, one way to say what is wrong with a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

T = TypeVar("T")
# Far more than any file of ours nests. The YAML library follows nesting by recursion, to the end of the process.
DEEPEST = 50
# Characters that references (`*name`) may add to a text when each is written out. Nine lines can stand for gigabytes.
MOST_REFERRED = 1_000_000
YamlLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Kept(BaseModel):
    """A row of a data file, or of what is stored like one: nothing beside its fields, and never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class KnowledgeError(ValueError):
    """A data file that cannot be used: says which file, where in it, and what is wrong."""

    def __init__(self, file: str | Path, where: str, fault: str) -> None:
        self.file, self.where, self.fault = Path(file).name, where, fault
        super().__init__(": ".join(part for part in (self.file, where, fault) if part))


class _TwiceError(yaml.MarkedYAMLError):
    """A key that stands in its mapping a second time: YAML forbids it, and the library would keep the last."""


class _Loader(YamlLoader):  # type: ignore[misc]
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if (key.tag, key.value) in seen:
                    raise _TwiceError(problem=f"{key.value} stands here a second time", problem_mark=key.start_mark)
                seen.add((key.tag, key.value))
        found: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return found


def read_yaml(path: Path) -> Any:
    """The plain content of a YAML (or JSON) file.

    Raises:
        KnowledgeError: the file is missing, is not UTF-8 text, is not YAML, nests without end or says something twice;
            names the line where it can.
    """
    try:
        return parse_yaml(path.read_bytes(), path)
    except FileNotFoundError:
        raise KnowledgeError(path, "", "no such file") from None


def parse_yaml(content: bytes, name: str | Path) -> Any:
    """The plain content of YAML text, `name` being what messages call it; see `read_yaml`."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise KnowledgeError(name, f"byte {error.start}", "not UTF-8 text") from None
    try:
        _check_size(text, name)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - built on a safe loader
    except KnowledgeError:
        raise
    except _TwiceError as error:
        raise KnowledgeError(name, _line(error.problem_mark), str(error.problem)) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise KnowledgeError(name, f"line {line}", f"not YAML ({error.reason})") from None
    except yaml.YAMLError as error:
        where = _line(getattr(error, "problem_mark", None))
        problem = str(getattr(error, "problem", None) or error)
        # PyYAML's scanner reads ahead, and stops at a depth of its own before ours is counted.
        too_deep = "nesting depth" in problem
        fault = f"nested more than {DEEPEST} deep" if too_deep else f"not YAML ({problem})"
        raise KnowledgeError(name, where, fault) from None
    except ValueError as error:  # a date that is none
        raise KnowledgeError(name, "", f"not usable YAML ({error})") from None


def _line(mark: Any) -> str:
    return f"line {mark.line + 1}" if mark is not None else ""


def _check_size(text: str, name: str | Path) -> None:
    """
    Raises:
        KnowledgeError: nested without end, or standing for far more than is written.
    """
    open_ones: list[tuple[str | None, int]] = []  # of each collection that is open: its anchor, the size at its start
    sizes: dict[str, int] = {}
    size = referred = 0
    for event in yaml.parse(text, Loader=YamlLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            open_ones.append((event.anchor, size))
            size += 1
            if len(open_ones) > DEEPEST:
                raise KnowledgeError(name, _line(event.start_mark), f"nested more than {DEEPEST} deep")
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_ones.pop()
            if anchor is not None:
                sizes[anchor] = size - before
        elif isinstance(event, yaml.ScalarEvent):
            size += 1 + len(event.value)
            if event.anchor is not None:
                sizes[event.anchor] = 1 + len(event.value)
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor in (anchor for anchor, _ in open_ones):
                raise KnowledgeError(name, _line(event.start_mark), f"*{event.anchor} stands within itself")
            added = sizes.get(event.anchor or "", 0)
            size, referred = size + added, referred + added
            if referred > MOST_REFERRED:
                raise KnowledgeError(name, _line(event.start_mark), f"*{event.anchor} adds too much: write it out")


def validate(data: Any, kind: type[T] | TypeAdapter[T], path: str | Path) -> T:
    """`data` as `kind` (a pydantic model, or an adapter for any other type).

    Raises:
        KnowledgeError: names the file, the field (as a dotted path) and the fault; counts further faults.
    """
    adapter: TypeAdapter[T] = kind if isinstance(kind, TypeAdapter) else TypeAdapter(kind)
    try:
        return adapter.validate_python(data)
    except ValidationError as error:
        raise knowledge_error(path, error) from None


def knowledge_error(path: str | Path, error: ValidationError) -> KnowledgeError:
    """A pydantic error as the message a person who edits the file can act on."""
    faults = error.errors()
    first = faults[0]
    where = ".".join(str(part) for part in first["loc"])
    given = first.get("input")
    fault = first["msg"]
    if isinstance(given, str | int | float | bool) or given is None:
        fault += f" (given: {given!r:.60})"
    if len(faults) > 1:
        fault += f"; and {len(faults) - 1} more"
    return KnowledgeError(path, f"field {where}" if where else "", fault)


def load(path: Path, kind: type[T] | TypeAdapter[T]) -> T:
    """A YAML file as `kind`; see `read_yaml` and `validate` for what it raises."""
    return validate(read_yaml(path), kind, path)
