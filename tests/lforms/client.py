"""The form renderer of the US National Library of Medicine, LHC-Forms, as a judge of our questionnaires.

It shares no code with ours, so where it shows the same questions for the same answers, an exported Questionnaire means
to others what it means to us. `differences(client, questionnaire, cases)` is what a test calls.
"""

from __future__ import annotations

import functools
import hashlib
import http.server
import json
import shutil
import subprocess
import tarfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page

from skinproof.questionnaires import Answers, Item, Questionnaire, calculated, read_questionnaire, respond, shown_items

HERE = Path(__file__).parent
VERSION = "40.1.3"
SHA256 = "288cff4360e8a90a44e994a01422d2cf970170000ce915b5739ccc383097edd9"
WANTED = ("package/dist/lforms/webcomponent/", "package/dist/lforms/fhir/R4/")


class CannotFetch(Exception):
    """npm is there, and the package did not come."""


class Shown(NamedTuple):
    """What LHC-Forms makes of one set of answers: linkIds shown, and its QuestionnaireResponse."""

    visible: frozenset[str]
    exported: dict[str, Any]

    def answers(self) -> dict[str, list[dict[str, Any]]]:
        return _answers(self.exported.get("item", []), {})


class Client:
    """A page with LHC-Forms on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def show(self, questionnaire: Mapping[str, Any], response: Mapping[str, Any] | None, fresh: bool = False) -> Shown:
        """What is shown for these answers. `fresh`: they are given as initial values, so that scores are worked out."""
        self.errors.clear()
        # As text: passed as objects, parts that are one object here would be one object there, and changed together.
        told = json.dumps([questionnaire, response, fresh])
        found = self.page.evaluate("(told) => show(...JSON.parse(told))", told)
        if self.errors:
            raise AssertionError("LHC-Forms failed: " + "; ".join(self.errors))
        return Shown(frozenset(found["visible"]), found["exported"])


def differences(
    client: Client, questionnaire: Questionnaire | Mapping[str, Any], cases: Iterable[Answers]
) -> list[str]:
    """Where LHC-Forms and we differ on what is shown, or on a score, for each of these answers; empty where nowhere."""
    form = questionnaire if isinstance(questionnaire, Questionnaire) else read_questionnaire(questionnaire)
    found = []
    for answers in cases:
        response = respond(form, answers, "in-progress")
        shown = client.show(form.json, response, fresh=bool(form.calculations))
        ours = {item.link_id for item in shown_items(form, answers) if not _is_help(item)}
        if ours != shown.visible:
            alone, theirs_alone = sorted(ours - shown.visible), sorted(shown.visible - ours)
            found.append(f"{dict(answers)}: we alone show {alone}, LHC-Forms {theirs_alone}")
        theirs = {
            item.link_id: Decimal(repr(next(iter(given[0].values()))))
            for item in form.calculations
            if (given := shown.answers().get(item.link_id))
        }
        if theirs != calculated(form, answers):
            found.append(f"{dict(answers)}: our scores {calculated(form, answers)}, of LHC-Forms {theirs}")
    return found


@contextmanager
def on_page(browser: Browser, package: Path) -> Iterator[Client]:
    """A client in this browser; it reaches no network but its own files."""
    handler = functools.partial(_Files, package=package)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = browser.new_context()
    try:
        page = context.new_page()
        own = f"http://127.0.0.1:{server.server_port}/"
        page.route("**/*", lambda route: route.continue_() if route.request.url.startswith(own) else route.abort())
        client = Client(page)
        page.goto(own + "page.html")
        page.wait_for_function("window.ready")
        yield client
    finally:
        context.close()
        server.shutdown()
        server.server_close()


def fetch(shelf: Path) -> Path:
    """The folder of LHC-Forms, fetched with npm unless it is on the shelf already. Raises CannotFetch."""
    kept = shelf / f"lforms-{VERSION}"
    if kept.is_dir():
        return kept
    command = ["npm", "pack", f"lforms@{VERSION}", "--silent", "--pack-destination", str(shelf)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=shelf, check=False)
    packed = shelf / f"lforms-{VERSION}.tgz"
    if done.returncode or not packed.is_file():
        raise CannotFetch(
            f"npm could not fetch lforms@{VERSION}, which the tests against LHC-Forms need: {done.stderr}"
        )
    digest = hashlib.sha256(packed.read_bytes()).hexdigest()
    if digest != SHA256:
        raise CannotFetch(f"lforms@{VERSION} is not the package that these tests were written with: SHA-256 {digest}")
    part = shelf / f"part-{threading.get_ident()}"
    with tarfile.open(packed) as archive:
        members = [m for m in archive.getmembers() if m.name.startswith(WANTED) and not m.name.endswith(".map")]
        archive.extractall(part, members=members, filter="data")
    try:
        (part / "package/dist/lforms").rename(kept)
    except OSError:  # another worker was first
        if not kept.is_dir():
            raise
    shutil.rmtree(part, ignore_errors=True)
    packed.unlink(missing_ok=True)
    return kept


def _is_help(item: Item) -> bool:
    """Whether LHC-Forms puts a text behind the help button of what it stands in, where it has no label."""
    for extension in item.raw.get("extension", []):
        if extension["url"].endswith("/questionnaire-itemControl"):
            coded = extension["valueCodeableConcept"]["coding"]
            return item.type == "display" and any(coding["code"] == "help" for coding in coded)
    return False


class _Files(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *args: Any, package: Path, **kwargs: Any) -> None:
        self.package = package
        super().__init__(*args, directory=str(HERE), **kwargs)

    def translate_path(self, path: str) -> str:
        if path.startswith("/lforms/"):
            return str(self.package / path.removeprefix("/lforms/").split("?")[0])
        return super().translate_path(path)

    def log_message(self, *args: Any) -> None:
        """Says nothing."""


def _answers(items: list[Any], found: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    for item in items:
        if "answer" in item:
            found.setdefault(item["linkId"], []).extend(item["answer"])
        for inside in (item, *item.get("answer", [])):
            _answers(inside.get("item", []), found)
    return found
