"""A plan with a medicine, to the papers in the hand."""

from __future__ import annotations

import io
import re
from datetime import timedelta

from django.utils import timezone
from pypdf import PdfReader

from browser.walking import Journey, Visitor
from clinic.conftest import code_of, put_case
from skinproof.care.prescribing import formulary
from skinproof.clinic.audit.models import Entry
from skinproof.clinic.people.models import User

from .answers import AT_THE_DESK
from .staff import take


def hydroquinone_within_limits(journey: Journey, person: User, doctor: User) -> None:
    case = put_case(
        person=person, choices=["hydroquinone"], note="A cream that works, and then we see.",
        special={"skin_type": "type-4", "wanted": ["cream"], "story": "Brown patches on both cheeks since summer."},
    )  # fmt: skip
    them = journey.visitor(doctor, **AT_THE_DESK)
    take(them, case)
    found = {
        "age-verified": "yes",
        "identity-verified": "yes",
        "consult-mode": "remote-live",
        "in-person-examined": "no",
        "photo-or-video-not-enough": "no",
        "allergy-to-ingredient": "no",
    }
    for fact, value in found.items():
        them.select(them.page.locator(f"#id_fact-{fact}"), value)
    them.select(them.page.locator("#id_method"), "video")
    them.write(them.page.locator("#id_note"), "Passport shown.")
    them.go(them.button("Record", exact=True))
    write_hydroquinone(them)
    with_a_reason_where_one_is_due(them)
    them.go(them.link("Read through and sign"))
    assert "Hydroquinone cream 4%" in them.text
    them.write(them.page.locator("input[name=code]"), code_of(doctor.totpdevice_set.get()))
    them.go(them.button("Sign the plan"))
    assert "The plan is signed" in them.text

    you = journey.visitor(person)
    you.open("/account/")
    you.go(you.page.locator(".lines__title a").first)
    assert you.heading == "Your plan is ready"
    you.go(you.link("Read your plan"))
    assert "We need your name and address" in you.text
    medicine = formulary().medicines["hydroquinone"]
    for words in (medicine.directions.says, medicine.pregnancy.says, "30 g", "12 weeks"):
        assert words in you.text, words
    you.go(you.link("Give them here"))
    you.write(you.field("Address"), "2 Low Road\nLeeds LS1 1AA")
    you.write(you.field("Name"), "Wren Applegarth")
    you.page.get_by_label("Date of birth").fill("1990-02-03")
    you.go(you.button("Keep these"))

    them.open(f"/desk/{case.public_id}/")
    plan = them.page.locator("section[aria-labelledby=plan]")
    assert "Draft: not issued yet" in plan.inner_text()
    them.see("case-with-prescription")
    them.go(them.link("Prescription of plan 1"))
    address = them.page.locator("section[aria-labelledby=where] textarea")
    them.write(address, "1 High Street, Leeds LS1 1AA")
    them.go(them.button("Keep the address"))
    them.go(them.button("Issue it with today’s date"))
    assert "The document is fixed with today’s date" in them.text
    them.see("rx-issued")

    you.open(f"/consultation/{case.public_id}/status/")
    you.go(you.link("Your papers, and your GP"))
    plan = read(you.take(you.link("Plan 1 (PDF)")))
    for words in ("Hydroquinone cream 4%", "30 g", doctor.name, "NHS 111", "12 weeks"):
        assert words in plan, words
    paper = read(you.take(you.link("Prescription of plan 1 (PDF)")))
    for words in ("Hydroquinone cream 4%", "30 g", "Wren Applegarth", "2 Low Road", "1 High Street", "GMC number"):
        assert words in paper, words
    taken = Entry.objects.filter(verb="downloaded", object_id=case.public_id)
    assert sorted(taken.values_list("detail__paper", flat=True)) == ["plan", "prescription"]


def read(file: bytes) -> str:
    """A PDF's text, on one line."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages).split())


def write_hydroquinone(them: Visitor) -> None:
    """A course past the limit is told with who says so; within it nothing of that is left."""
    them.go(them.button("Write the plan"))
    them.write(them.field("What we agreed"), "One cream at night for twelve weeks, sunscreen, then a break.")
    them.go(them.button("Add a medicine"))
    row = them.page.locator(".medicine").first
    them.select(row.locator("[name$=-product]"), "hydroquinone-cream-4")
    them.go(them.button(re.compile("^Fill in what is known")))
    row = them.page.locator(".medicine").first
    for field, value in (
        ("quantity", "30"), ("times_a_day", "1"), ("course_weeks", "16"),
        ("reason", "Patches since last summer, sunscreen alone did not fade them."),
    ):  # fmt: skip
        them.write(row.locator(f"[name$=-{field}]"), value)
    them.select(row.locator("[name$=-site]"), "face")
    today = timezone.localdate()
    them.select(them.field("How you consulted"), "remote-live")
    them.write(them.field("Day of the talk"), today.isoformat())
    them.write(them.field("Who spoke with the person"), "Dr Juniper Quill")
    them.select(them.field("The GP"), "tell")
    them.write(them.field("What to watch for"), "Redness that stays, or skin that turns blue-black.")
    them.write(them.field("Whom to call, and when"), "Write to us here. If you need help the same day, call NHS 111.")
    them.write(them.field("Next check"), (today + timedelta(days=56)).isoformat())
    them.go(them.button("Save the draft"))
    side = them.page.locator(".editor__side")
    assert "12 weeks" in side.inner_text(), side.inner_text()
    assert "16" in side.inner_text()
    them.write(them.page.locator(".medicine").first.locator("[name$=-course_weeks]"), "12")
    them.go(them.button("Save the draft"))
    assert "16" not in them.page.locator(".editor__side").inner_text()


def with_a_reason_where_one_is_due(them: Visitor) -> None:
    """No licence was read for it: only the doctor's own words open the way."""
    side = them.page.locator(".editor__side")
    assert "Say why it is needed, and that the person was told" in side.inner_text()
    open_ones = side.locator("textarea")
    assert open_ones.count() > 0
    for each in open_ones.all():
        if not each.is_visible():
            them.unfold(each.locator("xpath=ancestor::details[1]/summary"))
        them.write(each, "We talked about this by video, and it was agreed to go on.")
    them.go(them.button("Save the draft"))
