"""Small faults put into the rule engine one at a time: each must fail a test.

`nice python scripts/mutate.py [FILE ...] [--lines N ...]`

The tests are collected and run once, which also tells which of them call which function. Then each fault has a fork of
that process. A fault inside a function is put into the living function and meets the tests that call it, those of its
module first; any other fault, and one of a function that also reads the data files, meets them with the room loaded
again from the changed file. Prints every fault that no test noticed. Faults that change nothing are listed with the
reason in `EQUIVALENT`, by their line of code and what was changed. Not part of the suite.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import gc
import importlib.abc
import importlib.util
import inspect
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import CodeType, FrameType, FunctionType

import hypothesis
import pytest
from _pytest.runner import runtestprotocol

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"
TARGETS = [f"skinproof/care/{name}.py" for name in ("conditions", "rules", "screening", "terms", "facts", "accounts")]
TESTS = [
    "test_conditions",
    "test_accounts",
    "test_facts",
    "test_rules",
    "test_people",
    "test_screening",
    "test_patients",
]
QUIET = [
    "-x",
    "-q",
    "-s",
    "-c",
    os.devnull,
    f"--rootdir={ROOT}",
    "--noconftest",
    "--assert=plain",
    "-p",
    "no:cacheprovider",
]
SECONDS = 120  # a test run that takes longer has been caught in a loop

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
    ("if form not in self._by_form:", "if always"): "what is kept only saves work",
    (
        "if isinstance(said, bool) or isinstance(follows, bool):",
        "Or to And",
    ): "both are values of one fact, so both are true or false, or neither is",
    (
        "if self.open and not difflib.get_close_matches(word.strip().lower(), self.values, n=1, cutoff=0.74):",
        "1 to 2",
    ): "only whether there is one counts",
    ("if len(verdicts) == 1:", "if never"): "one verdict is the gravest, and differs in nothing",
    (
        "undecided = {rule.id: rule for rule in book.person_rules if truth(rule) is None}",
        "filter left out",
    ): "a condition that is decided has no open atoms",
    (
        'return STRENGTH.get(self.verdict, 0) >= STRENGTH["delay"]',
        "0 to 1",
    ): "either is less than a delay",
    (
        "level = max((rule.strength for rule in own if truth(rule)), default=0)",
        "0 to 1",
    ): "either is less than a caution, and nothing below that is compared",
    (
        "any(book.urgencies[rule.urgency].holds for rule in fired if rule.urgency),",
        "filter left out",
    ): "a red flag without an urgency is refused on reading; the condition is for the types",
    (
        "fired.sort(key=lambda rule: order.index(rule.urgency or order[-1]))",
        "1 to 2",
    ): "a red flag without an urgency is refused on reading",
    ("for leaf in rule.condition.leaves()", "filter left out"): "a leaf on another fact says the same of both values",
    (
        "told = complete({**said, **used}, assume=False).known",
        "False to True",
    ): "every usual value reassures, and such a value enters only where the form has it",
    (
        "follows = complete(dict(self.used), assume=False).known",
        "False to True",
    ): "every usual value is false or none, and those are not shown",
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


def codes(code: CodeType) -> Iterator[CodeType]:
    """The code of every outermost function: of the module, and of its classes."""
    for part in code.co_consts:
        if isinstance(part, CodeType):
            if part.co_flags & inspect.CO_OPTIMIZED:
                yield part
            else:
                yield from codes(part)


def _key(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


class Runner:
    """A plugin of pytest that tries the faults in place of the test run."""

    def __init__(self, files: list[str], lines: set[int]) -> None:
        self.files, self.lines = files, lines
        self.calls: dict[str, list[tuple[float, object]]] = {}  # which tests call a function, and how long they take
        self.loading: set[str] = set()  # functions that are called while the data files are read
        self.tried = self.alive = self.same = 0

    def pytest_runtestloop(self, session) -> bool:  # type: ignore[no-untyped-def]
        watched = {str(SOURCE / file) for file in self.files}
        seen: set[str] = set()

        def look(frame: FrameType, event: str, _: object) -> None:
            if event == "call" and frame.f_code.co_filename in watched:
                seen.add(frame.f_code.co_filename + frame.f_code.co_qualname.partition(".<locals>")[0])

        import skinproof.care

        sys.setprofile(look)
        skinproof.care.rules()
        sys.setprofile(None)
        self.loading = set(seen)
        for again in (False, True):  # first to fill what is kept, then to learn what is called
            for item in session.items:
                seen.clear()
                start = time.monotonic()
                sys.setprofile(look if again else None)
                right = _passes(item)
                sys.setprofile(None)
                if not right:
                    raise SystemExit(f"{item.nodeid} fails without any fault")
                for name in seen if again else ():
                    self.calls.setdefault(name, []).append((time.monotonic() - start, item))
        for name, rows in self.calls.items():  # a module's own tests first: most faults show there
            own = f"/{own_test(Path(name.partition('.py')[0]).name)}.py"
            rows.sort(key=lambda row: (own not in row[1].nodeid, row[0]))
        gc.freeze()
        for file in self.files:
            self.try_file(file)
        noticed = self.tried - self.alive - self.same
        print(f"{self.tried} faults: {noticed} noticed, {self.same} change nothing, {self.alive} not noticed")
        return True

    def try_file(self, file: str) -> None:
        path = SOURCE / file
        text = path.read_text()
        tree = ast.parse(text)
        _mark_annotations(tree)
        plain = {_key(code): code for code in codes(compile(tree, str(path), "exec"))}
        living: dict[tuple[str, int], list[FunctionType]] = {}
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and each.__code__.co_filename == str(path):
                living.setdefault(_key(each.__code__), []).append(each)
        count = 0
        for line, what, twin in faults(tree):
            if self.lines and line not in self.lines:
                continue
            count += 1
            shown = text.splitlines()[line - 1].strip() if line else ""
            if (shown, what) in EQUIVALENT:
                self.same += 1
                continue
            changed = {_key(code): code for code in codes(compile(twin, str(path), "exec"))}
            differ = [key for key, code in changed.items() if code != plain[key]]
            if not self.noticed(file, twin, changed, differ, living):
                self.alive += 1
                print(f"{file}:{line}: {what}: {shown} (fault {count})", flush=True)
        self.tried += count
        print(f"{file}: {count} faults", flush=True)

    def noticed(self, file, tree, changed, differ, living) -> bool:  # type: ignore[no-untyped-def]
        path = SOURCE / file
        names = {str(path) + qualname for qualname, _ in differ}
        if len(differ) == 1 and all(key in living for key in differ):

            def swapped() -> int:
                for key in differ:
                    for function in living[key]:
                        function.__code__ = changed[key]
                return int(not all(_passes(item) for name in names for _, item in self.calls.get(name, ())))

            if _in_fork(swapped):
                return True
            if not names & self.loading:
                return False
        return _in_fork(partial(run_again, file.removesuffix(".py").replace("/", "."), path, tree))


def _passes(item) -> bool:  # type: ignore[no-untyped-def]
    return all(report.passed or report.skipped for report in runtestprotocol(item, log=False, nextitem=None))


def _in_fork(run: Callable[[], int]) -> bool:
    """Whether a run fails, crashes or does not end."""
    child = os.fork()
    if child == 0:
        code = 3
        with contextlib.suppress(BaseException), open(os.devnull, "w") as away:
            os.dup2(away.fileno(), 1)
            os.dup2(away.fileno(), 2)
            code = run()
        os._exit(code)
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) != 0
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def run_again(module: str, path: Path, tree: ast.Module) -> int:
    """0 where every test passes with the room loaded again, one module of it from the changed tree."""
    for name in [name for name in sys.modules if name.startswith("skinproof.care") or name in (*TESTS, "patients")]:
        del sys.modules[name]
    sys.meta_path.insert(0, _One(module, path, tree))
    own = own_test(module.rpartition(".")[2])
    return int(pytest.main([*QUIET, *(_file(test) for test in sorted(TESTS, key=lambda test: test != own))]))


def own_test(module: str) -> str:
    """The test file that is about this module."""
    return f"test_{'facts' if module == 'terms' else module}"


def _file(test: str) -> str:
    return str(ROOT / "tests" / "care" / f"{test}.py")


def main() -> int:
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    given.add_argument("files", nargs="*", default=TARGETS)
    given.add_argument("--lines", type=int, nargs="+", default=[], help="only the faults on these lines")
    options = given.parse_args()
    sys.path[:0] = [str(SOURCE), str(ROOT / "tests" / "care")]
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    hypothesis.settings.register_profile("quick", max_examples=15, deadline=None, database=None, derandomize=True)
    hypothesis.settings.load_profile("quick")
    runner = Runner(options.files, set(options.lines))
    pytest.main([*QUIET, *(_file(test) for test in TESTS)], plugins=[runner])
    return int(runner.alive > 0 or not runner.tried)


if __name__ == "__main__":
    sys.exit(main())
