"""`skinproof serve`: the clinic on one machine with one command; `skinproof demo-code` for its demonstration."""

from __future__ import annotations

import argparse
import errno
import hashlib
import ipaddress
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from threading import Event
from typing import Any

from ._common import UserError

WORKERS, THREADS = 2, 4
NEEDED = {
    "SKINPROOF_SECRET_KEY": "at least 50 random characters that sign sessions and links",
    "SKINPROOF_HOSTS": "the host names the clinic answers to, with commas between them",
}


def add(commands: Any) -> None:
    serve = commands.add_parser(
        "serve",
        help="run the clinic",
        description="Runs the clinic on this machine: prepares the database, fonts and static files, then serves.",
        epilog="Environment: DATABASE_URL (PostgreSQL; else SQLite under var/), SKINPROOF_VAR, and without --demo "
        + ", ".join(NEEDED)
        + ". Example: skinproof serve --demo --port 8001",
    )
    serve.add_argument("--port", type=_port, default=os.environ.get("PORT", "8000"), help="default: $PORT, else 8000")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    serve.add_argument(
        "--demo", action="store_true", help="with invented people and consultations; never for real ones"
    )
    serve.set_defaults(run=run)

    code = commands.add_parser(
        "demo-code",
        help="the current second-factor code of a demonstration account",
        description="Prints the code with which somebody of the demonstration's clinic signs in, no other account's.",
        epilog="Example: skinproof demo-code doctor@example.org",
    )
    code.add_argument("email", nargs="?", default="doctor@example.org", help="default: doctor@example.org")
    code.set_defaults(run=demo_code)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: a whole number from 1 to 65535")
    return int(text)


def run(given: argparse.Namespace) -> int:
    if given.demo:
        _only_here(given.host)
        os.environ["SKINPROOF_DEMO"] = "1"
        os.environ.setdefault("SKINPROOF_SITE", f"http://{_host(given.host)}:{given.port}")
    else:
        _need_settings()
    listener = _listen(given.host, given.port)
    try:
        start_django()
        lines = _prepare(demo=given.demo) or _still_to_set()
        where = f"http://{_host(given.host)}:{given.port}/"
        print("\n".join([*lines, "", f"Skinproof is at {where}   (stop: Ctrl+C)"]), flush=True)
    except BaseException:
        listener.close()
        raise
    with _letters_sent():
        _serve(listener.detach())  # gunicorn closes it
    return 0


def _host(host: str) -> str:
    """A host as an address names it."""
    return f"[{host}]" if ":" in host else host


def demo_code(given: argparse.Namespace) -> int:
    os.environ["SKINPROOF_DEMO"] = "1"
    start_django()
    from skinproof.clinic import demo

    with prepared_database():
        try:
            print(demo.code(given.email))
        except demo.DemoError as error:
            raise UserError(str(error)) from None
    return 0


# --- what must be so before anything is touched
def _only_here(host: str) -> None:
    """A demonstration has sign-ins that anybody can read, so it stays on this machine."""
    try:
        here = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        here = False
    if not here:
        raise UserError(f"--demo is for this machine only, as its passwords are public: not --host {host}")


def _need_settings() -> None:
    missing = [f"  {name}: {what}" for name, what in NEEDED.items() if not os.environ.get(name)]
    if missing:
        raise UserError(
            "for real people these must be set in the environment:\n" + "\n".join(missing) + "\n"
            "To try it out with invented people: skinproof serve --demo"
        )
    if len(os.environ["SKINPROOF_SECRET_KEY"]) < 50:
        raise UserError("SKINPROOF_SECRET_KEY is shorter than 50 characters")


def _still_to_set() -> list[str]:
    """What a clinic for real people should not run without for long."""
    from django.conf import settings

    lines = []
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        lines.append("Letters are printed here, not sent: set SKINPROOF_EMAIL_BACKEND and SKINPROOF_EMAIL_HOST.")
    if "SKINPROOF_SITE" not in os.environ:
        lines.append("Letters lead people to this machine: set SKINPROOF_SITE to the clinic's address.")
    if not settings.SECURE_PROXY_SSL_HEADER:
        lines.append("Pages are for HTTPS: put a proxy that speaks it in front, and set SKINPROOF_BEHIND_PROXY=1.")
    return lines


def _listen(host: str, port: int) -> socket.socket:
    """The listening socket, taken first: a port in use is told before anything is prepared."""
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=256
        )
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise UserError(f"port {port} is in use; choose another: --port {port + 1}, or PORT={port + 1}") from None
        if error.errno == errno.EACCES:
            raise UserError(f"port {port} needs rights that this user has not; choose one above 1023") from None
        raise UserError(f"cannot listen on {host} port {port}: {error.strerror or error}") from None


# --- preparing
def start_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skinproof.clinic.settings")
    import django
    from django.conf import settings

    try:
        settings.VAR.mkdir(parents=True, exist_ok=True)
        (settings.VAR / "fonts").mkdir(exist_ok=True)
    except OSError as error:
        place = error.filename or "the clinic's own folder"
        raise UserError(f"cannot write to {place}: {error.strerror}; SKINPROOF_VAR names another place") from None
    except ValueError as error:
        raise UserError(f"DATABASE_URL cannot be used: {error}") from None
    django.setup()


@contextmanager
def prepared_database() -> Iterator[None]:
    """For commands that work on a clinic's database: one that is away or was never prepared is told, not traced."""
    from django.db import InterfaceError, OperationalError, ProgrammingError

    try:
        yield
    except (OperationalError, ProgrammingError, InterfaceError) as error:
        fault = str(error).splitlines()[0]
        raise UserError(f"the database cannot be used ({fault}); `skinproof serve` prepares it") from None


def _prepare(*, demo: bool) -> list[str]:
    """Database, fonts, static files, demo data: each only as far as it is not done already. Returns what to print."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import OperationalError, connection, connections
    from django.db.migrations.executor import MigrationExecutor

    from skinproof.clinic import fonts

    lines = []
    made = settings.VAR / "database-made"
    try:
        executor = MigrationExecutor(connection)
        if connection.vendor == "sqlite" and made.exists() and not executor.loader.applied_migrations:
            lines = _database_gone(str(connection.settings_dict["NAME"]), made, demo=demo)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)
        if connection.vendor == "sqlite":
            made.touch()
        call_command("clearsessions")
        if demo:
            from skinproof.clinic import demo as demonstration

            try:
                lines += demonstration.load()
            except demonstration.DemoError as error:
                raise UserError(str(error)) from None
    except OperationalError as error:
        raise UserError(f"the database cannot be used: {str(error).splitlines()[0]}") from None
    fonts.cut(settings.VAR / "fonts")
    stamp, now = settings.VAR / "static-stamp", _static_state()
    if not stamp.exists() or stamp.read_text(encoding="ascii") != now:
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        stamp.write_text(now, encoding="ascii")
    connections.close_all()  # the workers open their own
    import_module("skinproof.clinic.wsgi")  # loads what pages need before the workers fork: once for all of them
    return lines


def _database_gone(name: str, made: Path, *, demo: bool) -> list[str]:
    """A clinic's records must not be replaced by an empty database without a word."""
    if demo:
        return [f"The database {name} was gone: a new one is made, with the demonstration's people alone.", ""]
    raise UserError(
        f"the database {name} was made here before, and is gone or empty now. Put it back from a backup.\n"
        f"Only if its records may be lost, remove {made} and start again: that makes an empty one."
    )


def _static_state() -> str:
    """A digest of every static file's path, size and time."""
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            state = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


# --- serving
@contextmanager
def _letters_sent() -> Iterator[None]:
    """A process beside the clinic's workers that sends the outbox, for as long as the block runs."""
    parent, sender = os.getpid(), os.fork()
    if sender == 0:
        from skinproof.clinic.post.management.commands.send_post import JOBS, serve

        try:
            serve(Event(), every=2.0, also=JOBS)
        finally:
            os._exit(0)
    try:
        yield
    finally:
        if os.getpid() == parent:  # the workers, which are forked in the block, leave it too
            with suppress(ProcessLookupError, ChildProcessError):  # gunicorn waits for all children
                os.kill(sender, signal.SIGTERM)
                os.waitpid(sender, 0)


def _serve(descriptor: int) -> None:
    """gunicorn in this process: what was read to prepare is shared with the workers, which start by forking."""
    from gunicorn.app.base import BaseApplication

    from skinproof.clinic.wsgi import application

    class Clinic(BaseApplication):
        def load_config(self) -> None:
            for name, value in {
                "bind": f"fd://{descriptor}",
                "workers": WORKERS,
                "worker_class": "gthread",
                "threads": THREADS,
                "preload_app": True,
                "keepalive": 5,
                "timeout": 60,
                "graceful_timeout": 10,
                "loglevel": "warning",
                "proc_name": "skinproof",
                "control_socket_disable": True,
            }.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return application

    Clinic().run()
