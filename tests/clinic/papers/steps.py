"""Steps towards papers and letters, for tests."""

from __future__ import annotations

import datetime as dt
import io

from pypdf import PdfReader

from clinic.conftest import actor
from clinic.pages import main_of
from skinproof.clinic.papers import services
from skinproof.clinic.papers.blocks import texts

NAME = "Zoë Łukasiewicz-Παπαδοπούλου"


GP = services.GpDetails(
    allowed=True, gp_name="Dr Example", practice="Example Surgery", practice_address="1 Example Road\nLeeds",
    born=dt.date(1990, 2, 3), address="2 Sample Street\nLeeds",
)  # fmt: skip


AT = dt.datetime(2026, 5, 1, 14, 5, tzinfo=dt.UTC)


WHY = "The mark grows and has several colours; please look at it."


def words(response) -> str:
    return " ".join(text for text, _ in main_of(response.content).texts())


def said(paper) -> str:
    return "\n".join(texts(paper))


def pdf(response) -> str:
    assert response.status_code == 200
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages)


def tell_gp(case, person, details=GP):
    return services.say_about_gp(case.public_id, details, user=person, by=actor(person))


def refer(case, doctor, *, flags=(), to="", reason=WHY, key="k" * 30):
    return services.issue_referral(case.public_id, doctor, flags=flags, to=to, reason=reason, key=key, by=actor(doctor))
