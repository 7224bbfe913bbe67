"""A parser for the R calls of the oracle files: text to a tree.

Covers calls with named arguments, operators, formulas, `$`, `[`, `[[`, blocks and `function(x)`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


class NotSupported(Exception):
    """Something of R that is not spoken here, or that the engine does not offer."""


@dataclass(frozen=True, slots=True)
class Constant:
    value: float | str | bool | None


@dataclass(frozen=True, slots=True)
class Name:
    id: str


@dataclass(frozen=True, slots=True)
class Argument:
    name: str | None
    value: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A call; operators and brackets are calls of `+`, `$`, `[`, `{` and so on."""

    function: Node
    args: tuple[Argument, ...]

    @property
    def name(self) -> str:
        return self.function.id if isinstance(self.function, Name) else ""


@dataclass(frozen=True, slots=True)
class Function:
    parameters: tuple[str, ...]
    body: Node


Node = Constant | Name | Call | Function

TOKEN = re.compile(
    r"""\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?L?)
    |(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<name>(?:[A-Za-z]|\.(?![0-9]))[A-Za-z0-9._]*)|`(?P<quoted>[^`]+)`
    |(?P<op><-|<=|>=|==|!=|&&|\|\||%[^%]*%|::|\[\[|[-+*/^~<>=!&|$@:,;(){}\[\]]))""",
    re.VERBOSE,
)
CONSTANTS = {
    "TRUE": True, "FALSE": False, "T": True, "F": False, "NULL": None, "NA": float("nan"), "Inf": float("inf"),
    "NaN": float("nan"),
}  # fmt: skip
# Binding power of binary operators, loosest first; right-associative ones are listed apart.
POWER = {
    "<-": 1, "~": 3, "||": 4, "|": 4, "&&": 5, "&": 5, "==": 7, "!=": 7, "<": 7, ">": 7, "<=": 7, ">=": 7,
    "+": 8, "-": 8, "*": 9, "/": 9, ":": 11, "^": 13, "$": 15, "@": 15, "::": 16,
}  # fmt: skip
RIGHT = {"<-", "^"}
UNARY = {"~": 3, "!": 6, "-": 12, "+": 12}
SPECIAL = 10  # %op%


def parse(text: str) -> Node:
    """The tree of one R expression, or of several put in one block.

    Raises:
        NotSupported: text that is not of this part of R; names the place.
    """
    return _Parser(text).program()


def deparse(node: Node) -> str:
    """The text that R would give a term as its label."""
    if isinstance(node, Constant):
        if isinstance(node.value, str):
            return f'"{node.value}"'
        if isinstance(node.value, float):
            return f"{node.value:.15g}"
        return {True: "TRUE", False: "FALSE"}.get(node.value, "NULL")
    if isinstance(node, Name):
        return node.id
    if isinstance(node, Function):
        return f"function({', '.join(node.parameters)}) {deparse(node.body)}"
    args = [deparse(arg.value) if arg.name is None else f"{arg.name} = {deparse(arg.value)}" for arg in node.args]
    if node.name == "(":
        return f"({args[0]})"
    if node.name in POWER and len(args) == 2:
        space = "" if node.name in ("^", ":", "$", "::") else " "
        return f"{args[0]}{space}{node.name}{space}{args[1]}"
    if node.name in UNARY and len(args) == 1:
        return f"{node.name}{args[0]}"
    return f"{deparse(node.function)}({', '.join(args)})"


class _Parser:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.tokens: list[tuple[str, str]] = []
        text = text.strip()
        place = 0
        while place < len(text):
            match = TOKEN.match(text, place)
            if not match:
                raise NotSupported(f"cannot read R at {text[place : place + 20]!r}")
            kind = match.lastgroup or ""
            self.tokens.append((kind, match.group(kind)))
            place = match.end()

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) and self.tokens[self.at][0] == "op" else ""

    def take(self, op: str) -> None:
        if self.peek() != op:
            raise NotSupported(f"expected {op!r} in {self.text[:60]!r}")
        self.at += 1

    def program(self) -> Node:
        body = self.lines(None)
        return body[0] if len(body) == 1 else _call("{", *body)

    def lines(self, end: str | None) -> list[Node]:
        found = []
        while self.at < len(self.tokens) and (end is None or self.peek() != end):
            if self.peek() == ";":
                self.at += 1
                continue
            found.append(self.expression())
        return found

    def expression(self, floor: int = 0) -> Node:
        left = self.prefix()
        while True:
            op = self.peek()
            power = SPECIAL if op.startswith("%") else POWER.get(op, -1)
            if op in ("(", "[", "[["):
                left = self.suffix(left, op)
            elif power > floor or (power == floor and op in RIGHT and floor):
                self.at += 1
                if op in ("$", "@", "::"):  # a name follows, and nothing that comes after it is its own
                    left = _call(op, left, self.prefix())
                    continue
                left = _call(op, left, self.expression(power if op not in RIGHT else power - 1))
            else:
                return left

    def suffix(self, left: Node, op: str) -> Node:
        self.at += 1
        if op == "(":
            return Call(left, self.arguments(")"))
        args = self.arguments("]")
        if op == "[[":
            self.take("]")
        return Call(Name(op), (Argument(None, left), *args))

    def prefix(self) -> Node:
        if self.at >= len(self.tokens):
            raise NotSupported(f"ends too soon: {self.text[-40:]!r}")
        kind, token = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return Constant(float(token.rstrip("L")))
        if kind == "string":
            return Constant(re.sub(r"\\(.)", r"\1", token[1:-1]))
        if kind == "name" and token == "function":
            return self.function()
        if kind in ("name", "quoted"):
            return Constant(CONSTANTS[token]) if token in CONSTANTS else Name(token)
        if token == "(":
            inner = self.expression()
            self.take(")")
            return _call("(", inner)
        if token == "{":
            body = self.lines("}")
            self.take("}")
            return _call("{", *body)
        if token in UNARY:
            return _call(token, self.expression(UNARY[token]))
        raise NotSupported(f"cannot read {token!r} in {self.text[:60]!r}")

    def function(self) -> Node:
        parameters = tuple(deparse(arg.value) for arg in (self.take("("), self.arguments(")"))[1])
        return Function(parameters, self.expression())

    def arguments(self, end: str) -> tuple[Argument, ...]:
        found: list[Argument] = []
        while self.peek() != end:
            if self.peek() == ",":
                self.at += 1
                continue
            name = None
            if self.at + 1 < len(self.tokens) and self.tokens[self.at + 1] == ("op", "="):
                name = self.tokens[self.at][1].strip("\"'")
                self.at += 2
            found.append(Argument(name, self.expression()))
        self.take(end)
        return tuple(found)


def _call(name: str, *args: Node) -> Call:
    return Call(Name(name), tuple(Argument(None, arg) for arg in args))
