"""How fast the clinic starts and answers, beside a bare Django process in the same run.

    .venv/bin/python benchmarks/pages.py [--requests 60]

Starts the demonstration clinic on an empty folder (cold), again (warm), and then asks for each kind of page in
turn with a bare Django view under the same server, so that a page's time is also a ratio that means the same on
any machine.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = (
    "/",
    "/concerns/",
    "/concerns/melasma/",
    "/concerns/melasma/compare/",
    "/concerns/skin-ageing/compare/",
    "/treatments/exosome/",
    "/treatments/tretinoin/",
    "/studies/kwon-2020-acne-scars/",
    "/how-we-know/",
    "/consultation/",
)
BARE = """
import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
settings.configure(ROOT_URLCONF=__name__, SECRET_KEY="bare", ALLOWED_HOSTS=["*"])
urlpatterns = [path("", lambda request: HttpResponse("hello"))]
application = get_wsgi_application()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(url: str) -> float:
    """Seconds to the last byte of a page; raises when it does not answer 200."""
    began = time.perf_counter()
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - loopback
        answer.read()
    return time.perf_counter() - began


def wait_for(url: str, process: subprocess.Popen[bytes], began: float, limit: float = 120) -> float:
    while time.perf_counter() - began < limit:
        if process.poll() is not None:
            raise SystemExit(f"the server stopped with status {process.returncode}")
        try:
            get(url)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.02)
        else:
            return time.perf_counter() - began
    raise SystemExit(f"{url} did not answer in {limit:.0f} s")


def start_clinic(folder: str, port: int) -> tuple[subprocess.Popen[bytes], float]:
    environment = {**os.environ, "SKINPROOF_VAR": folder, "PYTHONPATH": str(ROOT / "src")}
    environment.pop("DATABASE_URL", None)
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "skinproof.cli", "serve", "--demo", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    return process, wait_for(f"http://127.0.0.1:{port}/", process, began)


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(timeout=20)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--requests", type=int, default=60, help="timed requests a page (default 60)")
    options.add_argument("--format", choices=("text", "json"), default="text")
    given = options.parse_args()

    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as bare_folder:
        process, cold = start_clinic(folder, free_port())
        stop(process)
        port, bare_port = free_port(), free_port()
        process, warm = start_clinic(folder, port)
        Path(bare_folder, "bare.py").write_text(BARE)
        bare = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                "bare:application",
                "--workers",
                "2",
                "--bind",
                f"127.0.0.1:{bare_port}",
            ],
            cwd=bare_folder,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for(f"http://127.0.0.1:{bare_port}/", bare, time.perf_counter())
            times: dict[str, list[float]] = {page: [] for page in PAGES}
            floor: list[float] = []
            for page in PAGES:  # each worker has drawn each page once before it is timed
                for _ in range(6):
                    get(f"http://127.0.0.1:{port}{page}")
            for _ in range(given.requests):
                floor.append(get(f"http://127.0.0.1:{bare_port}/"))
                for page in PAGES:
                    times[page].append(get(f"http://127.0.0.1:{port}{page}"))
        finally:
            stop(process)
            stop(bare)

    def quantiles(sample: list[float]) -> tuple[float, float]:
        return statistics.median(sample) * 1000, sorted(sample)[int(len(sample) * 0.95)] * 1000

    base, base95 = quantiles(floor)
    rows = [(page, *quantiles(sample)) for page, sample in times.items()]
    if given.format == "json":
        print(
            json.dumps(
                {
                    "first_start_s": round(cold, 2),
                    "second_start_s": round(warm, 2),
                    "bare_django_ms": {"p50": round(base, 2), "p95": round(base95, 2)},
                    "pages_ms": {
                        p: {"p50": round(a, 2), "p95": round(b, 2), "ratio": round(a / base, 1)} for p, a, b in rows
                    },
                },
                indent=2,
            )
        )
        return 0
    print(f"first start {cold:.2f} s, second start {warm:.2f} s")
    print(f"{'page':34} {'p50 ms':>8} {'p95 ms':>8} {'x bare':>7}")
    print(f"{'(bare Django view)':34} {base:8.2f} {base95:8.2f} {1:7.1f}")
    for page, p50, p95 in rows:
        print(f"{page:34} {p50:8.2f} {p95:8.2f} {p50 / base:7.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
