"""`skinproof check`: what it reads, how it tells it, and the status that a website's own checks go by."""

from __future__ import annotations

import csv
import http.server
import io
import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from skinproof import cli
from skinproof.claims import check
from skinproof.cli import _check_text, _fetch

from .files import pdf, word

ADVERT = "Our exosomes boost collagen.\n\nThey are completely safe, with no side effects.\n"
CALM = "Sunscreen helps. We are open on Mondays.\n"


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = cli.main(["check", *map(str, words)])
    return code, *capsys.readouterr()


@pytest.fixture
def advert(tmp_path: Path) -> Path:
    path = tmp_path / "advert.txt"
    path.write_text(ADVERT)
    return path


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    (folder / "more").mkdir(parents=True)
    (folder / "a.txt").write_text(ADVERT)
    (folder / "b.html").write_text("<html><body><main><h1>PRP</h1><p>PRP regrows hair.</p></main></body></html>")
    (folder / "c.docx").write_bytes(word(("Heading 1", "Glow"), ("", "Exosomes reduce wrinkles.")))
    (folder / "more" / "d.pdf").write_bytes(pdf("Exosomes fade dark spots."))
    (folder / "logo.png").write_bytes(b"\x89PNG")
    return folder


# --- telling it
def test_text_tells_each_promise_with_reason_wording_and_flags(capsys, advert):
    code, out, err = run(capsys, advert)
    assert (code, err) == (0, "")
    for part in (
        str(advert),
        "It makes 2 promises.",
        "✗ Contradicted",
        "“boost collagen”",
        "Honest: ",
        "Studies: ",
        "⚑ ",
    ):
        assert part in out
    assert "\x1b" not in out
    assert max(map(len, out.split("\n"))) <= 200


def test_json_is_the_documents_report(capsys, advert):
    code, out, _ = run(capsys, advert, "--format", "json")
    assert code == 0
    assert json.loads(out) == check(ADVERT, str(advert)).to_json()


def test_csv_has_a_row_a_claim_and_no_formula(capsys, tmp_path):
    path = tmp_path / "=cmd.txt"
    path.write_text(ADVERT)
    code, out, _ = run(capsys, path, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0
    assert [row["span"] for row in rows] == [claim.found.span for claim in check(ADVERT).claims]
    assert rows[0]["verdict"] == check(ADVERT).claims[0].verdict
    from skinproof.cli._check import _cell

    assert [_cell(text) for text in ("=1+1", "-2 lines", "@x", "plain", None)] == [
        "'=1+1",
        "'-2 lines",
        "'@x",
        "plain",
        "",
    ]


def test_html_is_one_page_that_asks_for_nothing_else(capsys, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(ADVERT + "\n<script>alert(1)</script> Exosomes <b>reduce wrinkles</b> & more.")
    code, out, _ = run(capsys, path, "--format", "html")
    assert code == 0
    assert out.startswith("<!doctype html>")
    assert "<script" not in out
    assert "&lt;script&gt;" in out
    assert " src=" not in out
    assert "<link" not in out
    assert "url(" not in out
    assert 'href="https://doi.org/' in out


def test_html_of_a_folder_has_each_id_once(capsys, site):
    from clinic.pages import parse

    code, out, _ = run(capsys, site, "--format", "html")
    assert code == 0
    ids = [node.get("id") for node in parse(out.encode()).all() if node.get("id")]
    assert len(ids) == len(set(ids))
    aims = {node.get("href")[1:] for node in parse(out.encode()).all("a") if node.get("href").startswith("#")}
    assert aims <= set(ids)


def test_colours_only_on_a_terminal_that_wants_them(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert _check_text.Style(Terminal())("a", "1") == "\x1b[1ma\x1b[0m"
    assert _check_text.Style(io.StringIO())("a", "1") == "a"
    monkeypatch.setenv("NO_COLOR", "")
    assert _check_text.Style(Terminal())("a", "1") == "a"


def test_a_bar_for_many_pages_on_a_terminal_only():
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stream, total, seen in ((Terminal(), 8, True), (Terminal(), 2, False), (io.StringIO(), 8, False)):
        with _check_text.Progress(total, stream) as progress:
            progress.step("page\x1b[2J.html")
        assert ("1/8" in stream.getvalue()) is seen
        assert "\x1b[2J" not in stream.getvalue()


def test_a_texts_own_escape_sequences_never_reach_the_terminal(capsys, tmp_path):
    path = tmp_path / "a\x1b[2J.txt"
    path.write_text("Exosomes boost\x1b[2J collagen.")
    _, out, _ = run(capsys, path)
    assert "\x1b" not in out


# --- a folder
def test_a_folder_has_a_table_of_pages_and_a_to_do_list(capsys, site):
    code, out, _ = run(capsys, site)
    assert code == 0
    for part in ("4 pages with", "more/d.pdf", "  all ", "To look at in a.txt", "Honest: "):
        assert part in out


def test_a_folder_in_json(capsys, site):
    code, out, _ = run(capsys, site, "--format", "json")
    document = json.loads(out)
    assert code == 0
    assert [each["source"] for each in document["documents"]] == ["a.txt", "b.html", "c.docx", "more/d.pdf"]
    summary = document["summary"]
    assert summary["promises"] == sum(each["summary"]["promises"] for each in document["documents"]) >= 5
    assert (summary["documents"], summary["unread"], summary["passed_over"]) == (4, 0, 1)
    assert sum(summary["verdicts"].values()) == summary["promises"]


def test_a_page_that_cannot_be_read_is_told_and_fails(capsys, site):
    (site / "scan.pdf").write_bytes(pdf(""))
    code, out, _ = run(capsys, site)
    assert code == 2
    assert "scan.pdf has no text in it" in out
    assert "To look at in a.txt" in out
    code, out, _ = run(capsys, site, "--format", "json")
    assert json.loads(out)["unread"][0]["source"] == "scan.pdf"
    code, out, err = run(capsys, site, "--format", "csv")
    assert (code, "scan.pdf" in err) == (2, True)


# --- the status
@pytest.mark.parametrize(
    ("text", "words", "status"),
    [
        (ADVERT, "", 0), (ADVERT, "contradicted", 1), (ADVERT, "flagged", 1), (ADVERT, "uncertain, contradicted", 1),
        (ADVERT, "laboratory-only", 0), (CALM, "contradicted,flagged,uncertain", 0),
        ("Some say that exosomes are completely safe. We doubt it.", "contradicted", 0),
    ],
)  # fmt: skip
def test_exit_status(capsys, tmp_path, text, words, status):
    path = tmp_path / "a.txt"
    path.write_text(text)
    code, _, _ = run(capsys, path, *(("--fail-on", words) if words else ()))
    assert code == status


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("no/such/file.txt", "no such file"), ("file:///etc/passwd", "http:// or https://"),
        ("http:///x", "http:// or https://"), ("http://[::1", "http:// or https://"), ("http://a b/", "http://"),
        ("http://127.0.0.1:9/", "cannot be reached"),
    ],
)  # fmt: skip
def test_input_that_cannot_be_used(capsys, what, says):
    code, out, err = run(capsys, what)
    assert (code, out) == (2, "")
    assert says in err


def test_an_unknown_word_and_an_empty_folder(capsys, advert, tmp_path):
    code, _, err = run(capsys, advert, "--fail-on", "contradicted,bogus")
    assert code == 2
    assert "“bogus”" in err
    (tmp_path / "empty").mkdir()
    assert run(capsys, tmp_path / "empty")[0] == 2
    (tmp_path / "bad.txt").write_bytes(b"caf\xe9 exosomes")
    code, _, err = run(capsys, tmp_path / "bad.txt")
    assert code == 2
    assert "UTF-8" in err


def test_standard_input(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ADVERT.encode())))
    code, out, _ = run(capsys, "-", "--fail-on", "contradicted")
    assert code == 1
    assert out.startswith("standard input\n")


# --- an address
class Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header(
                "Location", {"loop": "/to/loop", "page": "/page", "file": "file:///etc/passwd"}[self.path[4:]]
            )
            self.end_headers()
            return
        if self.path == "/gone":
            self.send_error(410)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=windows-1252")
        self.end_headers()
        body = "<html><body><main><p>Exosomes boost collagen. It’s £450.</p></main></body></html>".encode("cp1252")
        if self.path == "/slow":
            self.server.wait.wait(5)  # type: ignore[attr-defined]
        self.wfile.write(b"x" * 11_000_000 if self.path == "/large" else body)

    def log_message(self, *_: object) -> None:
        return None


@pytest.fixture
def served() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.wait = threading.Event()  # type: ignore[attr-defined]
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.wait.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", ["/page", "/to/page"])
def test_an_address_is_fetched(capsys, served, path):
    code, out, _ = run(capsys, served + path, "--format", "json")
    assert code == 0
    report = json.loads(out)
    assert report["source"] == served + path
    assert report["claims"][0]["span"] == "boost collagen"


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/gone", "410"), ("/to/loop", "too often"),
        ("/to/file", "neither http:// nor https://"), ("/large", "larger than 10 MB"),
        ("/slow", "no answer within 0.3 seconds"),
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_fetched(capsys, served, monkeypatch, path, says):
    monkeypatch.setattr(_fetch, "SECONDS", 0.3)
    code, out, err = run(capsys, served + path)
    assert (code, out) == (2, "")
    assert says in err
