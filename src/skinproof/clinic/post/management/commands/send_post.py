"""Sends the letters of the outbox."""

from __future__ import annotations

import os
import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from skinproof.clinic.check.services import forget_old
from skinproof.clinic.desk.asking import remind
from skinproof.clinic.post import sending

# What is due beside letters: reminders, and reports that were kept until a day.
JOBS = (remind, forget_old)


def serve(stop: Event, *, every: float, also: tuple = ()) -> None:
    """`sending.run` for a process of its own: it ends on SIGTERM and SIGINT, and with the process that began it."""
    parent = os.getppid()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())

    def orphaned() -> None:
        if os.getppid() != parent:
            stop.set()

    sending.run(stop, every=every, also=(orphaned, *also))


class Command(BaseCommand):
    help = "Sends the letters that wait, and writes the reminders that are due. With --loop it goes on doing so."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true", help="go on until told to stop (SIGTERM or Ctrl+C)")
        parser.add_argument("--every", type=float, default=3.0, help="seconds between two looks (default: 3)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["loop"]:
            serve(Event(), every=max(0.1, options["every"]), also=JOBS)
            return
        for job in JOBS:
            job()
        sent = sending.send_waiting()
        sending.tidy()
        self.stdout.write(f"{sent} sent")
