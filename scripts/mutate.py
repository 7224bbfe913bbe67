"""Small faults put into the rule engine one at a time: each must fail a test.

`python scripts/mutate.py [--jobs N] [FILE ...]`

Prints every fault that no test noticed. Faults that change nothing are listed with the reason in `EQUIVALENT`, by their
line of code and what was changed. Not part of the suite: it runs the tests of the engine some hundred times.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import importlib.abc
import importlib.util
import io
import os
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"
TARGETS = [f"skinproof/care/{name}.py" for name in ("conditions", "rules", "screening", "facts", "accounts")]
TESTS = [
    "test_conditions",
    "test_accounts",
    "test_facts",
    "test_rules",
    "test_people",
    "test_screening",
    "test_patients",
]
SECONDS = 240  # a test run that takes longer has been caught in a loop

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
NAMES = {"max": "min", "min": "max", "any": "all", "all": "any", "ge": "gt", "gt": "ge", "lt": "le", "le": "lt"}
# Faults that change nothing that can be seen, by the line as written and the fault, with the reason.
EQUIVALENT: dict[tuple[str, str], str] = {
    (
        "if len(rest) != 1 or not set(rest) <= set(COMPARATORS):",
        "LtE to Lt",
    ): "one word is never all of the comparators",
    ("if rule.id not in truths:", "if always"): "a truth that is kept only saves work",
}


def faults(tree: ast.Module) -> Iterator[tuple[int, str, ast.Module]]:
    """(line, what was changed, the tree with it)"""
    for index, node in enumerate(ast.walk(tree)):
        for what, change in _changes(node):
            twin = copy.deepcopy(tree)
            place = next(other for at, other in enumerate(ast.walk(twin)) if at == index)
            change(place)
            yield getattr(getattr(node, "target", node), "lineno", 0), what, ast.fix_missing_locations(twin)


def _changes(node: ast.AST) -> Iterator[tuple[str, object]]:
    if getattr(node, "of_types", False):
        return
    if isinstance(node, ast.Compare):
        for at, op in enumerate(node.ops):
            if type(op) in SWAPS:
                new = SWAPS[type(op)]
                yield (
                    f"{type(op).__name__} to {new.__name__}",
                    lambda place, at=at, new=new: place.ops.__setitem__(at, new()),
                )
    elif isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in SWAPS:
        new = SWAPS[type(node.op)]
        yield f"{type(node.op).__name__} to {new.__name__}", lambda place, new=new: setattr(place, "op", new())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not left out", lambda place: place.__setattr__("op", ast.UAdd()) or _unnot(place)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield f"{node.value} to {not node.value}", lambda place: setattr(place, "value", not place.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield f"{node.value} to {node.value + 1}", lambda place: setattr(place, "value", place.value + 1)
    elif isinstance(node, ast.Name) and node.id in NAMES and isinstance(node.ctx, ast.Load):
        yield f"{node.id} to {NAMES[node.id]}", lambda place: setattr(place, "id", NAMES[place.id])
    elif isinstance(node, ast.Attribute) and node.attr in NAMES:
        yield f"{node.attr} to {NAMES[node.attr]}", lambda place: setattr(place, "attr", NAMES[place.attr])
    elif isinstance(node, ast.Return) and node.value is not None and not _none(node.value):
        yield "returns nothing", lambda place: setattr(place, "value", ast.Constant(None))
    elif isinstance(node, ast.If):
        for at, part in enumerate(node.body):
            if isinstance(part, ast.Continue | ast.Break):
                yield "jump left out", lambda place, at=at: place.body.__setitem__(at, ast.Pass())
        yield "if always", lambda place: setattr(place, "test", ast.Constant(True))
        yield "if never", lambda place: setattr(place, "test", ast.Constant(False))
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield "filter left out", lambda place: setattr(place, "ifs", [])


def _unnot(place: ast.UnaryOp) -> None:
    place.op, place.operand = ast.Not(), ast.UnaryOp(ast.Not(), place.operand)


def _none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _mark_annotations(tree: ast.Module) -> None:
    """Marks what only types and guards: `A | B` of an annotation is no sum of sets."""
    for node in ast.walk(tree):
        for name in ("annotation", "returns"):
            for part in ast.walk(getattr(node, name, None) or ast.Pass()):
                part.of_types = True  # type: ignore[attr-defined]
        if isinstance(node, ast.AnnAssign) and "TypeAlias" in ast.unparse(node.annotation) and node.value:
            for part in ast.walk(node.value):
                part.of_types = True  # type: ignore[attr-defined]
        for decorator in getattr(node, "decorator_list", ()):  # frozen, slots: guards, no behaviour
            for part in ast.walk(decorator):
                part.of_types = True  # type: ignore[attr-defined]
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("isinstance", "ConfigDict"):
            for part in ast.walk(node):
                part.of_types = True  # type: ignore[attr-defined]


class _One(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module from a changed tree, all others as they are."""

    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        self.name, self.path, self.tree = name, path, tree

    def find_spec(self, fullname, path=None, target=None):  # type: ignore[no-untyped-def]
        return (
            importlib.util.spec_from_file_location(fullname, self.path, loader=self) if fullname == self.name else None
        )

    def exec_module(self, module) -> None:  # type: ignore[no-untyped-def]
        exec(compile(self.tree, str(self.path), "exec"), module.__dict__)  # noqa: S102  our own file, with one fault

    def create_module(self, spec):  # type: ignore[no-untyped-def]
        return None


def noticed(name: str, path: Path, tree: ast.Module) -> bool:
    """Whether any test fails with the changed module, run in a process of its own."""
    child = os.fork()
    if child == 0:
        code = 3
        with contextlib.suppress(BaseException), open(os.devnull, "w") as away:
            os.dup2(away.fileno(), 1)
            os.dup2(away.fileno(), 2)
            sys.meta_path.insert(0, _One(name, path, tree))
            code = run_tests(name)
        os._exit(code)
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) != 0
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def run_tests(module: str) -> int:
    """0 where every test passes. Whole people and the module's own tests first: most faults show there, and fast."""
    import patients

    found = patients.run(patients.FOLDER)
    if found.harmful or found.over_blocked:
        return 1
    import pytest

    own = f"test_{module.rpartition('.')[2]}"
    quiet = ["-x", "-q", "-c", os.devnull, "--noconftest", "--assert=plain", "-p", "no:cacheprovider"]
    for tests in ([own] if own in TESTS else [], [test for test in TESTS if test != own]):
        files = [str(ROOT / "tests" / "care" / f"{test}.py") for test in tests]
        if files and (code := int(pytest.main([*quiet, f"--rootdir={ROOT}", *files]))):
            return code
    return 0


def main() -> int:
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    given.add_argument("files", nargs="*", default=TARGETS)
    given.add_argument("--jobs", type=int, default=1)
    options = given.parse_args()
    sys.path[:0] = [str(SOURCE), str(ROOT / "tests" / "care")]
    import hypothesis
    import pydantic  # noqa: F401  loaded once, before the forks
    import pytest  # noqa: F401
    import yaml  # noqa: F401

    import skinproof.evidence
    import skinproof.language
    import skinproof.vocabulary  # noqa: F401

    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    hypothesis.settings.register_profile("quick", max_examples=15, deadline=None, database=None, derandomize=True)
    hypothesis.settings.load_profile("quick")
    for name in [name for name in sys.modules if name.startswith("skinproof.care")]:
        del sys.modules[name]
    with contextlib.redirect_stdout(io.StringIO()):
        if noticed("nothing", ROOT, ast.parse("")):
            print("the tests fail without any fault", file=sys.stderr)
            return 2
    tried = alive = same = 0
    for file in options.files:
        path = SOURCE / file
        text = path.read_text()
        tree = ast.parse(text)
        _mark_annotations(tree)
        name = file.removesuffix(".py").replace("/", ".")
        rows = [(line, what, twin) for line, what, twin in faults(tree)]
        with ThreadPoolExecutor(options.jobs) as pool:
            seen_all = pool.map(partial(noticed, name, path), [twin for _, _, twin in rows])
            for (line, what, _), seen in zip(rows, seen_all, strict=True):
                tried += 1
                if seen:
                    continue
                shown = text.splitlines()[line - 1].strip() if line else ""
                if (shown, what) in EQUIVALENT:
                    same += 1
                    continue
                alive += 1
                print(f"{file}:{line}: {what}: {shown} (fault {tried})", flush=True)
        print(f"{file}: {len(rows)} faults", flush=True)
    print(f"{tried} faults: {tried - alive - same} noticed, {same} change nothing, {alive} not noticed")
    return int(alive > 0)


if __name__ == "__main__":
    sys.exit(main())
