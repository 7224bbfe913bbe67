"""People who are signed in, and codes for their second factor."""

from __future__ import annotations

import functools
import itertools

import pytest

PASSWORD = "three random words"


@pytest.fixture
def make_user(db):
    from skinproof.clinic.people.models import Role, User

    numbers = itertools.count(1)

    def make(role="person", **fields):
        number = next(numbers)
        fields.setdefault("email", f"{role}{number}@example.org")
        fields.setdefault("name", f"Test {role.title()} {number}")
        if role == Role.DOCTOR:
            fields.setdefault("gmc_number", f"{number:07}")
        user = User(role=role, **fields)
        user.set_password(PASSWORD)
        user.save()
        return user

    return make


@pytest.fixture
def make_device(db):
    from django_otp.plugins.otp_totp.models import TOTPDevice

    def make(user):
        return TOTPDevice.objects.create(user=user, name="test", confirmed=True)

    return make


@pytest.fixture
def doctor(make_user, make_device):
    """A doctor who can sign: with a second factor."""
    user = make_user("doctor", name="Dr Juniper Quill")
    make_device(user)
    return user


@pytest.fixture
def device(doctor):
    return doctor.totpdevice_set.get()


def code_of(device) -> str:
    """A code that this device takes now, whichever was used before."""
    from django_otp.oath import TOTP

    device.refresh_from_db()
    if device.last_t >= 0 or device.throttling_failure_count:
        device.last_t, device.drift = -1, 0
        device.throttle_reset(commit=False)
        device.save()
    return f"{TOTP(device.bin_key).token():06d}"


@pytest.fixture
def sign_in(make_device):
    """Sign a client in: `verified` says whether the second factor was given too (by default for staff)."""
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_totp.models import TOTPDevice

    def sign(client, user, *, verified=None):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        if user.is_staff_member if verified is None else verified:
            device = TOTPDevice.objects.filter(user=user, confirmed=True).first() or make_device(user)
            session = client.session
            session[DEVICE_ID_SESSION_KEY] = device.persistent_id
            session.save()
        return client

    return sign


@functools.cache
def _calm_response(concern, special):
    from skinproof import care
    from skinproof.questionnaires import respond

    form, given, wanted = care.for_concern(concern), {}, dict(special)
    seen = [rule.id for rule in care.rules().rules]
    for _ in range(200):
        step = care.journey(form, given, concern=concern, seen=seen).next
        if not isinstance(step, care.Question):
            return respond(form.questionnaire, {**given, **form.start(concern)}, "completed")
        calm = 34 if step.kind == "number" else "female" if step.id == "sex" else care.calm_answer(step)
        given[step.id] = form.given_by(step.read(wanted.get(step.id.replace("-", "_"), calm)))
    raise AssertionError("the questions do not end")


def calm_response(concern="melasma", **special):
    """The response of somebody with nothing to declare; `special` gives other answers by linkId with _ for -."""
    return _calm_response(concern, tuple((name, tuple(v) if isinstance(v, list) else v) for name, v in special.items()))


_numbers = itertools.count(1)


def put_case(state="waiting", *, hours_ago=1.0, special=None, **fields):
    """A consultation whose answers are in, sent to the doctors unless `state` says otherwise, put straight into the
    database.

    `special` are answers (see `calm_response`); with it the case is triaged as on submitting, red flags read.
    """
    import datetime as dt

    from django.utils import timezone

    from skinproof import care
    from skinproof.clinic.consultations import triage
    from skinproof.clinic.consultations.models import Consultation, State

    now = timezone.now()
    concern = fields.setdefault("concern", "melasma")
    fields.setdefault("questionnaire", care.for_concern(concern).canonical)
    fields.setdefault("start_key", f"test-key-{next(_numbers):034}")
    fields.setdefault("submitted_at", now - dt.timedelta(hours=hours_ago))
    if state != State.SUBMITTED:
        fields.setdefault("choices", ["azelaic-acid"])
        fields.setdefault("sent_at", now - dt.timedelta(hours=hours_ago))
    fields.setdefault("response", calm_response(concern, **(special or {})))
    if state == State.IN_REVIEW:
        fields.setdefault("claimed_at", now)
    case = Consultation(state=state, **fields)
    if special is not None:
        case.acknowledged = [rule.id for rule in care.rules().person_rules]
        triage = triage.triage(case)
        case.flags, case.urgency, case.urgency_rank = list(triage.flags), triage.urgency, triage.rank
        case.screening, case.rules_version = triage.screening, triage.rules_version
    case.save()
    return case


@pytest.fixture
def make_case(db):
    """See `put_case`."""
    return put_case


@pytest.fixture
def acne_case(make_case, make_user, doctor):
    return make_case("in-review", doctor=doctor, person=make_user("person"), concern="acne", choices=["azelaic-acid"])


def actor(user):
    from skinproof.clinic.audit.services import Actor

    return Actor(user.role, user.pk, "r" * 32)
