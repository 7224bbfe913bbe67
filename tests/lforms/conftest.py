"""LHC-Forms for a session. It is skipped only where npm or Chromium is not installed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from .client import CannotFetch, Client, fetch, on_page


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def lforms(pytestconfig, chromium) -> Iterator[Client]:
    if shutil.which("npm") is None:
        pytest.skip("needs npm, to fetch LHC-Forms")
    try:
        package = fetch(Path(pytestconfig.cache.mkdir("lforms")))
    except CannotFetch as error:
        pytest.fail(str(error))
    with on_page(chromium, package) as client:
        yield client
