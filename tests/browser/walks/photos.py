"""Photos from a phone to the doctor who has the case."""

from __future__ import annotations

import re

from browser.walking import Journey
from clinic.conftest import put_case
from skinproof.clinic.audit.models import Entry
from skinproof.clinic.consultations.models import State
from skinproof.clinic.people.models import User
from skinproof.clinic.photos.demonstration import drawn

from .answers import AT_THE_DESK


def photo_file(view: str, seed: int = 1) -> dict:
    return {"name": f"{view}.jpg", "mimeType": "image/jpeg", "buffer": drawn(view, seed=seed)}


def photos(journey: Journey, person: User, doctor: User) -> None:
    case = put_case(State.SUBMITTED, person=person, choices=["azelaic-acid"], special={"skin_type": "type-3"})
    you = journey.visitor(person)
    you.open(f"/consultation/{case.public_id}/photos/")
    fields = you.page.locator("input[type=file]")
    assert fields.first.get_attribute("capture"), "on a phone the camera opens"
    views = [each.get_attribute("name") for each in fields.all()]
    fields.nth(0).set_input_files(photo_file(views[0]))
    fields.nth(1).set_input_files(
        {"name": "notes.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 no picture"}
    )
    you.go(you.button("Add the chosen photos"))
    assert "1 photo was added" in you.text, "what is good is kept"
    assert you.page.title().startswith("Error: ")
    you.see("photos-one-refused")
    you.page.locator("input[type=file]").nth(1).set_input_files(photo_file(views[1]))
    you.go(you.button("Add the chosen photos"))
    thumbs = you.page.locator(".photo-view__picture img")
    assert thumbs.count() == 2
    assert thumbs.first.evaluate("each => each.naturalWidth") > 0
    you.see("photos-added")
    you.go(you.link("Go on"))
    assert re.search(r"Photos\s+2", you.text)
    you.go(you.button("Send it to the doctor"))

    them = journey.visitor(doctor, **AT_THE_DESK)
    them.open("/desk/")
    assert them.page.locator("tbody .queue-photo").count() == 1
    them.go(them.page.locator("tbody th a").first)
    strip = them.page.locator("section[aria-labelledby=photos]")
    assert strip.locator("img").count() == 2
    assert strip.locator("a").count() == 0, "large only for who takes the case"
    them.go(them.button("Take this case"))
    them.see("case-with-photos")
    them.go(them.page.locator("section[aria-labelledby=photos] a").first)
    large = them.page.locator(".photo-large img").first
    assert large.evaluate("each => each.naturalWidth") >= 600
    assert Entry.objects.filter(object_type="photo", verb="viewed").exists()
