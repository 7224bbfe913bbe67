"""Fills the database for `clinic.py` and prints, as JSON, where to send what with which cookies."""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.middleware.csrf import _get_new_csrf_string  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402
from django_otp import DEVICE_ID_SESSION_KEY  # noqa: E402
from django_otp.plugins.otp_totp.models import TOTPDevice  # noqa: E402

from skinproof import care  # noqa: E402
from skinproof.care.questions import UNSURE  # noqa: E402
from skinproof.clinic.audit.services import SYSTEM  # noqa: E402
from skinproof.clinic.consultations import answering  # noqa: E402
from skinproof.clinic.consultations.models import Consultation, State, new_holder  # noqa: E402
from skinproof.clinic.people.models import User  # noqa: E402
from skinproof.questionnaires import respond  # noqa: E402

ANSWERS = 20


def signed_in(user: User, device: TOTPDevice | None = None) -> str:
    """The headers of somebody who signed in, with a CSRF token that fits."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    if device is not None:
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    token = _get_new_csrf_string()
    return f"Cookie: {settings.SESSION_COOKIE_NAME}={session.session_key}; csrftoken={token}\nX-CSRFToken: {token}"


def a_response(concern: str) -> dict[str, Any]:
    """The first 20 answers of somebody with nothing to declare, as a response in progress."""
    form = care.for_concern(concern)
    given: dict[str, Any] = {}
    while len(given) < ANSWERS:
        question = care.journey(form, given, concern=concern).next
        if not isinstance(question, care.Question):
            raise SystemExit(f"{concern} asks {len(given)} questions, fewer than {ANSWERS}")
        raw: Any = {"any-of": [], "number": 34, "text": "It began last spring."}.get(question.kind)
        if question.kind == "one-of":
            raw = {"sex": "female"}.get(question.id) or question.calm or UNSURE
        given[question.id] = form.given_by(question.read(raw))
    return respond(form.questionnaire, {**given, **form.start(concern)}, "in-progress")


def main() -> None:
    waiting, drafts = int(sys.argv[1]), int(sys.argv[2])
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    doctor = User.objects.create(email="doctor@example.org", name="Dr Bench", role="doctor", gmc_number="0000001")
    person = User.objects.create(email="person@example.org", name="Person")
    device = TOTPDevice.objects.create(user=doctor, name="bench", confirmed=True)
    now = timezone.now()
    Consultation.objects.bulk_create(
        Consultation(
            person=person, concern="melasma", state=State.WAITING, sent_at=now - dt.timedelta(minutes=number),
            start_key=new_holder(), choices=["azelaic-acid"], urgency_rank=99 if number % 20 else number % 7,
        )
        for number in range(waiting)
    )  # fmt: skip
    begun = [
        answering.start(concern="acne", asked_for=[], key=new_holder(), person=person, by=SYSTEM) for _ in range(drafts)
    ]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as a database that has run for a while has done by itself
    found: dict[str, Any] = {
        "store": [reverse("consultations:response", args=[case.public_id]) for case in begun],
        "bodies": [a_response("acne")] * len(begun),
        "queue": reverse("desk:queue"),
        "doctor": signed_in(doctor, device),
        "person": signed_in(person),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
