"""`skinproof serve` as a newcomer runs it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEFT_TO_CUT = "fonts/atkinson-italic.woff2"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture(scope="module")
def var(tmp_path_factory, cut_fonts):
    """Where nothing is yet, but for the typefaces, all but one: cutting all of them would take longer than the rest."""
    var = tmp_path_factory.mktemp("a place") / "var"
    shutil.copytree(cut_fonts, var / "fonts")
    (var / "fonts" / LEFT_TO_CUT).unlink()
    return var


def environment(var: Path, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SKINPROOF") and k not in ("DATABASE_URL", "PORT")}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return {**kept, "PYTHONPATH": str(ROOT / "src"), "SKINPROOF_VAR": str(var), **more}


def run(var: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "skinproof.cli", *arguments],
        env=environment(var, **more), cwd=var.parent, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


class Served:
    """A clinic that runs while the block does; `printed` is what it said."""

    def __init__(self, var: Path, *arguments: str, port: int, **more: str):
        self.var, self.arguments, self.port, self.more = var, arguments, port, more

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "skinproof.cli", "serve", *self.arguments],
            env=environment(self.var, **self.more), cwd=self.var.parent,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        try:
            self._wait(time.monotonic() + 240)
        except BaseException:
            self.process.kill()
            raise
        return self

    def _wait(self, until: float) -> None:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=30) as response:
                    assert response.read() == b"ok\n"
                return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                assert self.process.poll() is None, self.process.stdout.read()
                assert time.monotonic() < until
                time.sleep(0.05)

    def __exit__(self, *error):
        self.process.send_signal(signal.SIGINT)
        try:
            self.printed, _ = self.process.communicate(timeout=40)
        finally:
            self.process.kill()
        assert self.process.returncode == 0, self.printed

    def get(self, path: str):
        return urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10)


def test_the_demonstration_starts_prints_what_is_needed_and_starts_again(var):
    port = free_port()
    with Served(var, "--demo", "--port", str(port), port=port) as first:
        with first.get("/account/sign-in/") as response:
            page = response.read().decode()
        assert "Sign in" in page
        sheet = re.search(r'href="(/static/css/base[^"]+)"', page)[1]
        with first.get(sheet) as response:
            assert response.status == 200
        busy = run(var, "serve", "--demo", "--port", str(port))
        assert busy.returncode == 2
        assert f"port {port} is in use" in busy.stderr
        code = run(var, "demo-code", "doctor@example.org")
        assert re.fullmatch(r"[0-9]{6}\n", code.stdout), code.stderr
    assert f"http://127.0.0.1:{port}/" in first.printed
    assert "three quiet gardens" in first.printed
    assert "doctor@example.org" in first.printed
    assert "Traceback" not in first.printed
    assert (var / "fonts" / LEFT_TO_CUT).stat().st_size > 1_000

    with Served(var, "--demo", port=port, PORT=str(port)) as second:
        pass
    assert second.printed.count("person@example.org") == 1
    assert "was gone" not in second.printed
    nobody = run(var, "demo-code", "person@example.org")
    assert nobody.returncode == 2
    assert "does not work in the demonstration" in nobody.stderr


def test_letters_are_sent_while_the_clinic_runs_and_the_sender_ends_with_it(var):
    port = free_port()
    with Served(var, "--demo", "--port", str(port), port=port) as served:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        address = f"http://127.0.0.1:{port}/account/register/"
        page = opener.open(address, timeout=20).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "email": "new@example.org"}).encode()
        shown = opener.open(address, data, timeout=20).read().decode()
        assert "The letter would say:" in shown
        until = time.monotonic() + 30
        while not _letters(var, "sent"):
            assert time.monotonic() < until, _letters(var, "waiting")
            time.sleep(0.1)
        children = _children(served.process.pid)
        assert len(children) == 3, "two workers and the sender"
    assert "Subject: Finish your Skinproof account" in served.printed
    assert not any(Path(f"/proc/{child}").exists() for child in children)
    with sqlite3.connect(var / "clinic.sqlite3") as database:
        assert database.execute("SELECT body, address FROM post_letter WHERE kind = 'finish'").fetchall() == [("", "")]


def _letters(var: Path, state: str) -> list:
    with sqlite3.connect(var / "clinic.sqlite3", timeout=10) as database:
        return database.execute("SELECT kind FROM post_letter WHERE state = ? AND kind = 'finish'", (state,)).fetchall()


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_the_sender_ends_when_the_clinic_is_killed(var):
    port = free_port()
    served = Served(var, "--demo", "--port", str(port), port=port).__enter__()
    children = _children(served.process.pid)
    served.process.kill()
    served.process.communicate(timeout=40)
    until = time.monotonic() + 40
    while any(_alive(child) for child in children):
        assert time.monotonic() < until, "nothing is left behind"
        time.sleep(0.1)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_database_that_has_gone_is_not_replaced_without_a_word(tmp_path, cut_fonts):
    shutil.copytree(cut_fonts, tmp_path / "var" / "fonts")
    (tmp_path / "var" / "database-made").touch()
    (tmp_path / "var" / "clinic.sqlite3").touch()  # what a look at a missing file leaves behind
    real = {"SKINPROOF_SECRET_KEY": "k" * 60, "SKINPROOF_HOSTS": "clinic.example", "PORT": str(free_port())}
    refused = run(tmp_path / "var", "serve", **real)
    assert refused.returncode == 2
    assert "is gone or empty now. Put it back from a backup." in refused.stderr
    assert "database-made" in refused.stderr
    port = free_port()
    with Served(tmp_path / "var", "--demo", port=port, PORT=str(port)) as demo:
        pass
    assert "was gone: a new one is made" in demo.printed


def test_real_people_need_a_key_and_hosts(tmp_path):
    refused = run(tmp_path / "var", "serve")
    assert refused.returncode == 2
    assert "SKINPROOF_SECRET_KEY" in refused.stderr
    assert "SKINPROOF_HOSTS" in refused.stderr
    short = run(tmp_path / "var", "serve", SKINPROOF_SECRET_KEY="short", SKINPROOF_HOSTS="clinic.example")
    assert "shorter than 50" in short.stderr


@pytest.mark.parametrize(
    ("arguments", "more", "message"),
    [
        (["--port", "80x"], {}, "'80x' is not a port"),
        (["--demo", "--host", "192.0.2.1"], {}, "for this machine only"),
        (["--demo"], {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}, "the database cannot be used"),
        (["--demo"], {"DATABASE_URL": "odd://"}, "DATABASE_URL cannot be used"),
        (["--demo"], {"SKINPROOF_VAR": "/proc/nowhere"}, "cannot write to /proc/nowhere"),
    ],
)
def test_what_cannot_be_started_says_why(tmp_path, arguments, more, message):
    where = {} if "--port" in arguments else {"PORT": str(free_port())}
    refused = run(tmp_path / "var", "serve", *arguments, **where, **more)
    assert refused.returncode == 2
    assert message in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_database_with_other_accounts_gets_no_demonstration(db, make_user):
    from skinproof.clinic import demo

    make_user()
    with pytest.raises(demo.DemoError, match="accounts that the demonstration did not make"):
        demo.load()


def test_the_demonstration_is_loaded_once_and_its_codes_work_one_after_the_other(db):
    from skinproof.clinic import demo
    from skinproof.clinic.audit.services import SYSTEM
    from skinproof.clinic.consultations.models import Consultation, State
    from skinproof.clinic.people import services
    from skinproof.clinic.people.models import User

    demo.load()
    before = list(User.objects.order_by("pk").values_list("email", "password"))
    lines = demo.load()
    assert list(User.objects.order_by("pk").values_list("email", "password")) == before
    assert all(name.endswith("(invented)") for name in User.objects.values_list("name", flat=True))
    assert any("doctor@example.org" in line for line in lines)

    waiting = Consultation.objects.filter(state=State.WAITING)
    assert waiting.filter(urgency_rank__lt=99).exists(), "one that waits is urgent"
    assert Consultation.objects.get(person__email=demo.PERSON).plans.exclude(signed_at=None).exists()

    doctor = User.objects.get(email=demo.DOCTOR)
    assert services.check_code(doctor, demo.code(demo.DOCTOR), by=SYSTEM).right
    assert services.check_code(doctor, demo.code(demo.DOCTOR), by=SYSTEM).right
    with pytest.raises(demo.DemoError, match="half a minute"):
        demo.code(demo.DOCTOR)


def test_real_people_are_served_over_https_only_and_what_is_still_to_be_set_is_said(tmp_path, cut_fonts):
    shutil.copytree(cut_fonts, tmp_path / "var" / "fonts")
    port = free_port()
    more = {"SKINPROOF_SECRET_KEY": "k" * 60, "SKINPROOF_HOSTS": "clinic.example,127.0.0.1"}
    with Served(tmp_path / "var", "--port", str(port), port=port, **more) as served:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/account/sign-in/", headers={"Host": "clinic.example"}
        )
        opener = urllib.request.build_opener(Stay)
        with pytest.raises(urllib.error.HTTPError) as refused:
            opener.open(request, timeout=10)
        assert refused.value.headers["Location"] == "https://clinic.example/account/sign-in/"
    assert "SKINPROOF_EMAIL_BACKEND" in served.printed
    assert "SKINPROOF_BEHIND_PROXY=1" in served.printed
    assert "SKINPROOF_SITE" in served.printed
    assert "example.org" not in served.printed


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments):
        return None
