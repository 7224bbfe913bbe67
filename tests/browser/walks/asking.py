"""A doctor asks for more, and the person answers."""

from __future__ import annotations

from browser.walking import Journey
from clinic.conftest import put_case
from skinproof import care
from skinproof.clinic.people.models import User

from .answers import AT_THE_DESK, faults_lead_to_their_field
from .flags import MOLE
from .photos import photo_file
from .staff import Staff, Waiting, take


def ask_for_more(journey: Journey, doctor: Staff, other: Staff, waiting: Waiting) -> None:
    """A doctor asks, the person answers with a red flag among it, and the case comes back; another takes it over."""
    them, second = journey.visitor(doctor.user), journey.visitor(other.user)
    you = journey.visitor(waiting.first.person)
    case = f"/desk/{waiting.first.public_id}/"
    them.open(case)
    them.go(them.button("Take this case"))
    them.go(them.link("Ask the person for more"))
    them.see("ask")
    them.go(them.button("Ask the person"))
    assert "Nothing is asked yet" in them.text
    them.see("ask-fault")
    moles = next(each for each in care.consultation().questions if each.id == "moles")
    box = them.page.get_by_role("checkbox", name=moles.text, exact=True)
    if not box.is_visible():
        them.unfold(them.fold("More questions"))
    them.tick(box)
    them.write(them.field("More about the photos"), "Both cheeks, from the front, by a window.")
    them.write(them.field("Anything else, in your own words"), "When did it begin?")
    them.go(them.button("Ask the person"))
    assert "The person is asked." in them.text
    them.see("case-asked")

    you.open("/account/")
    you.go(you.page.locator(".lines__title a").first)
    assert you.heading == "The doctor asks you for more"
    you.see("status-asked-for-more")
    you.go(you.link("Answer"))
    you.see("more")
    you.go(you.button("Send my answer"))
    assert you.page.title().startswith("Error: ")
    faults_lead_to_their_field(you)
    you.see("more-fault")
    you.tick(you.page.get_by_role("checkbox", name=MOLE, exact=True))
    you.write(you.field("Your answer"), "In May.")
    you.go(you.button("Send my answer"))
    assert you.page.locator("main p").nth(1).evaluate("e => e.className") == "callout__do"
    you.see("status-flag-since")

    second.open(case)
    second.unfold(second.fold("Take it over"))
    second.write(second.field("Why do you take this case over?"), "Dr Quill is off sick today")
    second.go(second.button("Take it over", exact=True))

    them.expected = {409}
    them.open("/desk/")
    assert "Taken over from you" in them.text
    them.see("queue-taken-over")
    them.go(them.button("I have seen this"))
    assert "Taken over from you" not in them.text

    tab = journey.visitor_beside(second)
    for each in (second, tab):
        each.open(case)
        assert "A red flag came with it" in each.text
        each.select(each.page.locator("#id_fact-age-verified"), "yes")
        each.select(each.page.locator("#id_method"), "video")
    second.go(second.button("Record", exact=True))
    tab.expected = {409}
    tab.go(tab.button("Record", exact=True))
    assert tab.heading == "Not saved: the case has changed"
    tab.see("case-stale")
    tab.go(tab.button("Save mine all the same"))
    assert "Recorded" in tab.text
    tab.see("case-answered")


def asked_and_answered(journey: Journey, person: User, doctor: User) -> None:
    case = put_case(person=person, special={"skin_type": "type-3"})
    them = journey.visitor(doctor, **AT_THE_DESK)
    take(them, case)
    them.go(them.link("Ask the person for more"))
    them.tick(them.page.get_by_role("checkbox", name="Face from the front"))
    them.write(them.field("More about the photos"), "By a window.")
    them.go(them.button("Ask the person"))

    you = journey.visitor(person)
    you.open("/account/")
    you.go(you.page.locator(".lines__title a").first)
    assert you.heading == "The doctor asks you for more"
    you.go(you.link("Answer"))
    you.see("more-with-photos")
    you.go(you.link("Add photos"))
    field = you.page.locator("input[type=file]").first
    field.set_input_files(photo_file(field.get_attribute("name")))
    you.go(you.button("Add the chosen photos"))
    you.go(you.link("Back to what the doctor asks"))
    assert "1 photo added so far." in you.text
    you.go(you.button("Send my answer"))
    assert "Your answer has been sent" in you.text

    them.open("/desk/?show=mine")
    them.go(them.page.locator("tbody th a").first)
    assert them.page.locator("section[aria-labelledby=asked] details[open]").count() == 1
    assert them.page.locator("section[aria-labelledby=photos] img").count() == 1
    assert them.button("Write the plan").count() == 1
