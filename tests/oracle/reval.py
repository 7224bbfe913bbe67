"""Evaluates the trees of `rcall` on the data frames and the earlier results of one oracle file.

R values are Python's: numbers and strings stand for vectors of one, vectors are numpy arrays (float with NaN for NA, or
object for text), lists and data frames are dicts, NULL is None; results of the engine are its own objects.

Topic modules plug in here:

* `@rfunction("rma", "yi vi mods ...")` registers what an R function does. It is given an `Arguments` whose values are
  worked out when asked for, seeing the columns of `data=` first, as R does it.
* `@topic("sd-se")` answers a whole topic (a shell pattern), for calls that R writes as plain arithmetic but that the
  engine has a function for: evaluating the arithmetic here would test nothing.
* `@answer(Type)` says what R's names for the parts of one of the engine's results are, for the comparison.
* `@resolver` finds what a name like `res.DL` or `net.OR` means: the id of an earlier check of the file.
* `@value_of` makes an object that the calls use and the file does not build (`V` from the columns of the data).
* `@field(Type)` gives `object$name` where the answer does not hold it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
from rcall import Argument, Call, Constant, Function, Name, Node, NotSupported, deparse, parse

FUNCTIONS: dict[str, tuple[tuple[str, ...], Callable[[Arguments], Any]]] = {}
ANSWERS: dict[type, Callable[[Any], Any]] = {}
FIELDS: dict[type, Callable[[Any, str], Any]] = {}
TOPICS: dict[str, Callable[[Session, Mapping[str, Any]], Any]] = {}
VALUES: list[Callable[[Session, str], Any]] = []
RESOLVERS: list[Callable[[Session, str, int], str | None]] = []


def rfunction(names: str, formals: str = "") -> Callable[[Callable[[Arguments], Any]], Callable[[Arguments], Any]]:
    """Registers the meaning of one or more R functions; `formals` are the parameters that may go by position."""

    def register(function: Callable[[Arguments], Any]) -> Callable[[Arguments], Any]:
        for name in names.split():
            FUNCTIONS[name] = (tuple(formals.split()), function)
        return function

    return register


def topic(*patterns: str) -> Callable[[Any], Any]:
    def register(function: Any) -> Any:
        TOPICS.update(dict.fromkeys(patterns, function))
        return function

    return register


def answer(kind: type) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    def register(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        ANSWERS[kind] = function
        return function

    return register


def field(kind: type) -> Callable[[Callable[[Any, str], Any]], Callable[[Any, str], Any]]:
    def register(function: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
        FIELDS[kind] = function
        return function

    return register


def resolver(function: Callable[[Session, str, int], str | None]) -> Callable[[Session, str, int], str | None]:
    RESOLVERS.append(function)
    return function


def value_of(function: Callable[[Session, str], Any]) -> Callable[[Session, str], Any]:
    VALUES.append(function)
    return function


def as_answer(value: Any) -> Any:
    """A result in R's names; plain values as they are."""
    for kind in type(value).__mro__:
        if kind in ANSWERS:
            return ANSWERS[kind](value)
    return value


class Session:
    """One oracle file: its data frames and its checks, each worked out at most once."""

    def __init__(self, oracle: Mapping[str, Any]) -> None:
        self.versions = oracle.get("versions", {})
        self.frames = {name: _frame(value) for name, value in oracle["data"].items()}
        self.checks = list(oracle["checks"])
        self.places = {check["id"]: place for place, check in enumerate(self.checks)}
        self.done: dict[str, Any] = {}
        self.at = 0

    def result(self, check_id: str) -> Any:
        """The engine's result for a check.

        Raises:
            NotSupported, or what the engine raised.
        """
        if check_id not in self.done:
            before, self.at = self.at, self.places[check_id]
            try:
                self.done[check_id] = self._work_out(self.checks[self.at])
            finally:
                self.at = before
        return self.done[check_id]

    def _work_out(self, check: Mapping[str, Any]) -> Any:
        for pattern, handler in TOPICS.items():
            if fnmatchcase(check["topic"], pattern):
                return handler(self, check)
        return evaluate(parse(check["call"]), Environment(self))

    def lookup(self, name: str) -> Any:
        if name == "pi":
            return math.pi
        if name in self.frames:
            return self.frames[name]
        for make in VALUES:
            value = make(self, name)
            if value is not None:
                return value
        for find in RESOLVERS:
            found = find(self, name, self.at)
            if found is not None and self.places[found] != self.at:
                return self.result(found)
        raise NotSupported(f"what {name!r} is")


def _frame(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: vector(column) for name, column in value.items()}
    return vector(value) if isinstance(value, list) else value


def vector(values: Any) -> Any:
    """A JSON column as a vector: numbers with NaN for NA, truth values, or text with None for NA."""
    if not isinstance(values, list):
        return values
    known = [value for value in values if value is not None]
    if any(isinstance(value, list | dict) for value in known):
        return values
    if known and all(isinstance(value, bool) for value in known) and len(known) == len(values):
        return np.array(values, dtype=bool)
    if all(isinstance(value, int | float) or value in ("Inf", "-Inf") for value in known):
        return np.array([math.nan if value is None else float(value) for value in values])
    return np.array(values, dtype=object)


class Environment:
    """Names in sight: local ones, then the columns in use, then the session's."""

    def __init__(self, session: Session, local: dict[str, Any] | None = None, parent: Environment | None = None):
        self.session, self.local, self.parent = session, {} if local is None else local, parent

    def get(self, name: str) -> Any:
        here: Environment | None = self
        while here is not None:
            if name in here.local:
                return here.local[name]
            here = here.parent
        if name in FUNCTIONS:
            try:
                return self.session.lookup(name)
            except NotSupported:
                return Name(name)
        return self.session.lookup(name)

    def inside(self, columns: Mapping[str, Any]) -> Environment:
        return Environment(self.session, dict(columns), self)


class Arguments:
    """The arguments of one call, by R's rule: names first, then the places left over."""

    def __init__(self, call: Call, env: Environment, formals: tuple[str, ...]) -> None:
        self.call, self.env, self.session = call, env, env.session
        self.named: dict[str, Node] = {arg.name: arg.value for arg in call.args if arg.name is not None}
        free = [name for name in formals if name not in self.named]
        self.rest: list[Node] = []
        for arg in call.args:
            if arg.name is None:
                if free:
                    self.named[free.pop(0)] = arg.value
                else:
                    self.rest.append(arg.value)
        self.asked: set[str] = {"data"}
        self._mask: Environment | None = None

    @property
    def mask(self) -> Environment:
        """Where the columns of `data=` are in sight."""
        if self._mask is None:
            data = self.named.get("data")
            columns = evaluate(data, self.env) if data is not None else {}
            self._mask = self.env.inside(as_answer(columns)) if columns else self.env
        return self._mask

    def has(self, name: str) -> bool:
        return name in self.named

    def node(self, name: str) -> Node | None:
        self.asked.add(name)
        return self.named.get(name)

    def value(self, name: str, default: Any = None) -> Any:
        node = self.node(name)
        return default if node is None else evaluate(node, self.mask)

    def plain(self, name: str, default: Any = None) -> Any:
        """An argument that columns of the data do not hide (an option, an earlier result)."""
        node = self.node(name)
        return default if node is None else evaluate(node, self.env)

    def nothing_else(self, *ignored: str) -> None:
        """Refuses arguments that nobody asked for, so that no option is passed over in silence."""
        left = set(self.named) - self.asked - set(ignored)
        if left or self.rest:
            raise NotSupported(f"{self.call.name}({', '.join(sorted(left)) or 'too many arguments'})")


def evaluate(node: Node, env: Environment) -> Any:
    """The value of a tree.

    Raises:
        NotSupported: names or functions that are not known.
    """
    if isinstance(node, Constant):
        return node.value
    if isinstance(node, Name):
        return env.get(node.id)
    if isinstance(node, Function):
        return lambda *values: evaluate(node.body, env.inside(dict(zip(node.parameters, values, strict=False))))
    name = node.name
    if name == "{":
        value = None
        for arg in node.args:
            value = evaluate(arg.value, env)
        return value
    if name == "(":
        return evaluate(node.args[0].value, env)
    if name == "<-":
        target = node.args[0].value
        if not isinstance(target, Name):
            raise NotSupported(f"assignment to {deparse(target)}")
        env.local[target.id] = value = evaluate(node.args[1].value, env)
        return value
    if name == "$":
        return part(evaluate(node.args[0].value, env), deparse(node.args[1].value).strip('"'))
    if name == "~":
        return node
    if name == "local":
        return evaluate(node.args[0].value, env.inside({}))
    if name == "with":
        return evaluate(node.args[1].value, env.inside(as_answer(evaluate(node.args[0].value, env))))
    if name not in FUNCTIONS:
        try:
            made = evaluate(node.function, env)
        except NotSupported:
            made = None
        if callable(made):
            return made(*(evaluate(arg.value, env) for arg in node.args))
        raise NotSupported(f"{deparse(node.function)}()")
    formals, function = FUNCTIONS[name]
    return function(Arguments(node, env, formals))


def call_value(function: Any, *values: Any, env: Environment) -> Any:
    """Calls what R would accept as a function: a closure of ours, or the name of a registered one."""
    if isinstance(function, Name):
        args = tuple(Argument(None, Name(f".{place}")) for place, _ in enumerate(values))
        return evaluate(Call(function, args), env.inside({f".{place}": value for place, value in enumerate(values)}))
    return function(*values)


def part(value: Any, name: str) -> Any:
    """`value$name`."""
    for kind in type(value).__mro__:
        if kind in FIELDS:
            found = FIELDS[kind](value, name)
            if found is not None:
                return found
    held = as_answer(value)
    if isinstance(held, Mapping) and name in held:
        return held[name]
    raise NotSupported(f"${name}")
