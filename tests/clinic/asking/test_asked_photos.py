"""Photos that a doctor asks for."""

from __future__ import annotations

import re

import pytest
from django.db import DatabaseError, connection, transaction

from clinic.conftest import actor
from skinproof.care.photo_views import photo_guide
from skinproof.clinic.consultations.models import State
from skinproof.clinic.desk import asking, holding
from skinproof.clinic.desk.models import Ask
from skinproof.clinic.photos import checking
from skinproof.clinic.photos.demonstration import drawn
from skinproof.clinic.photos.selectors import photos_url
from skinproof.clinic.photos.services import add as add_photo

from .steps import ask, at, page

pytestmark = pytest.mark.django_db


def test_the_doctor_ticks_views_and_the_person_is_led_to_them(desk, you, held):
    text = page(desk.get(at("desk:ask", held)))
    offered = re.findall(r'name="views" value="([\w-]+)"', text)
    assert offered[0] == photo_guide().of_concern(held.concern)[0].id, "those of the concern stand first"
    assert offered == [view.id for view in photo_guide().for_asking(held.concern)]
    two = offered[:2]
    assert desk.post(at("desk:ask", held), {"version": held.version, "views": two, "photos": ""}).status_code == 302
    there = Ask.objects.get()
    names = [photo_guide().views[view].name for view in two]
    assert there.views == [list(pair) for pair in zip(two, names, strict=True)]
    assert all(name in page(desk.get(at("desk:case", held))) for name in names)
    assert all(name in page(you.get(at("consultations:status", held))) for name in names)
    text = page(you.get(at("plans:more", held)))
    href = re.search(r'href="([^"]+/photos/\?[^"]+)"', text).group(1).replace("&amp;", "&")
    assert href == photos_url(held, two)
    shown = page(you.get(href))
    assert "The doctor asks for photos" in shown


def test_a_view_that_there_is_not_is_refused(desk, held, doctor):
    text = page(desk.post(at("desk:ask", held), {"version": held.version, "views": "the-moon"}))
    assert "Choose from this list." in text
    with pytest.raises(asking.NothingAskedError, match="views"):
        ask(held, doctor, views=["the-moon"])
    assert not Ask.objects.exists()


def test_the_same_views_again_ask_nothing_anew_and_others_wait(held, doctor):
    one, other = list(photo_guide().views)[:2]
    there = ask(held, doctor, views=[one, one])
    assert ask(held, doctor, views=[one]) == there
    assert [view for view, _ in there.views] == [one]
    with pytest.raises(holding.CaseError, match="asked the person for more already"):
        ask(held, doctor, views=[other])


def test_asked_views_stay_as_they_were_asked(held, doctor):
    ask(held, doctor, views=list(photo_guide().views)[:1])
    with pytest.raises(DatabaseError, match="kept as it was asked"), transaction.atomic():
        connection.cursor().execute("UPDATE desk_ask SET views = '[]'")


# --- photos that are asked for
@pytest.mark.parametrize("wanted", [{"photos": "Both cheeks, by a window."}, {"views": ["face-front"]}])
def test_photos_that_are_asked_for_are_a_link_away_and_sending_them_is_an_answer(held, doctor, you, person, wanted):
    ask(held, doctor, **wanted)
    more, photos = at("plans:more", held), at("photos:page", held)
    text = page(you.get(more))
    assert f'href="{photos}' in text
    assert "No photo is added yet." in text
    assert "Write an answer" in page(you.post(more, {"text": ""})), "nothing was sent and nothing said"

    kept = checking.read(drawn("face-front"))
    add_photo(held.public_id, "face-front", kept, person=person, by=actor(person))
    assert "1 photo added so far." in page(you.get(more))
    assert f'href="{more}"' in page(you.get(photos)), "and the way back"
    assert you.post(more, {"text": ""}).status_code == 302
    held.refresh_from_db()
    assert held.state == State.IN_REVIEW
