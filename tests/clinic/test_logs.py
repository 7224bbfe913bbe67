"""What the logs say, and above all what they do not."""

from __future__ import annotations

import io
import logging

import pytest
from django.conf import settings
from django.db import IntegrityError, OperationalError
from django.test import RequestFactory

from skinproof.clinic.web.logs import PrivateFilter, PrivateFormatter

SECRET = "I am pregnant and my name is Ada"


@pytest.fixture
def log():
    """A logger set up as the clinic's console is, and what it wrote."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(PrivateFilter())
    handler.setFormatter(PrivateFormatter("{levelname} {name} {message}", style="{"))
    logger = logging.getLogger("test-private")
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, stream.getvalue
    logger.removeHandler(handler)


def fail_with(error: Exception, words: str) -> None:
    patient = words  # noqa: F841 - a local value that no trace may show
    raise error


@pytest.mark.parametrize("error", [ValueError(SECRET), IntegrityError(f"Key (email)=({SECRET}) already exists.")])
def test_an_errors_message_is_not_logged_but_its_place_is(log, error):
    logger, written = log
    try:
        fail_with(error, SECRET)
    except Exception:
        logger.exception("it broke")
    text = written()
    assert SECRET not in text
    assert type(error).__name__ in text
    assert "test_logs.py" in text
    assert "fail_with" in text


def test_what_led_to_an_error_is_told_in_the_same_way(log):
    logger, written = log
    try:
        try:
            fail_with(ValueError(SECRET), SECRET)
        except ValueError as error:
            raise RuntimeError(SECRET) from error
    except RuntimeError:
        logger.exception("it broke")
    assert SECRET not in written()
    assert written().index("ValueError") < written().index("which led to") < written().index("RuntimeError")


def test_the_database_may_say_what_ails_it(log):
    logger, written = log
    try:
        fail_with(OperationalError("database is locked\nLINE 1: " + SECRET), SECRET)
    except OperationalError:
        logger.exception("it broke")
    assert "OperationalError: database is locked" in written()
    assert SECRET not in written()


def test_a_request_is_told_by_its_pattern(log, client):
    logger, written = log
    request = RequestFactory().get("/consultation/secretsecretsecretsecr/q/pregnant/?answer=yes")
    request.request_id = "r1"
    logger.warning("Not Found: %s", request.path, extra={"request": request, "status_code": 404})
    assert "secretsecret" not in written()
    assert "answer" not in written()
    assert "404" in written()
    assert "r1" in written()


@pytest.mark.django_db
def test_a_page_that_is_not_there_is_logged_without_its_address(client, log, monkeypatch, caplog):
    logger, written = log
    monkeypatch.setattr(logging.getLogger("django.request"), "handlers", logger.handlers)
    caplog.set_level(logging.WARNING, "django.request")
    client.get("/consultation/AAAAAAAAAAAAAAAAAAAAAA/status/?name=Ada")
    assert "AAAAAAAA" not in written()
    assert "Ada" not in written()
    assert "status/" in written()


def test_every_log_goes_through_the_filter_and_the_formatter():
    console = settings.LOGGING["handlers"]["console"]
    assert console["filters"] == ["private"]
    assert settings.LOGGING["formatters"][console["formatter"]]["()"].endswith("PrivateFormatter")
    for name, logger in {**settings.LOGGING["loggers"], "root": settings.LOGGING["root"]}.items():
        assert set(logger.get("handlers", [])) <= {"console"}, name
