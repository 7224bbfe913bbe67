"""People and cases for the tests beside it."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def shelf(settings, tmp_path):
    settings.PHOTOS = tmp_path / "photos"
    return settings.PHOTOS


@pytest.fixture
def guest(client):
    """A guest's client with a consultation whose answers are in."""
    from clinic.journeys import begin
    from skinproof.clinic.consultations.models import Consultation

    consultation = begin(client)
    Consultation.objects.filter(pk=consultation.pk).update(state="submitted")
    consultation.refresh_from_db()
    return client, consultation


@pytest.fixture
def make_photo(db):
    from clinic import photo_files as files
    from skinproof.clinic.audit.services import SYSTEM
    from skinproof.clinic.photos import checking, services

    numbers = iter(range(1, 1000))

    def make(consultation, view="face-front", **content):
        photo = checking.read(files.photo(size=(300, 300), seed=next(numbers)))
        return services.add(consultation.public_id, view, photo, person=consultation.person, by=SYSTEM)

    return make
