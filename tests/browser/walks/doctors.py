"""Two doctors and one case."""

from __future__ import annotations

from browser.walking import Journey
from clinic import plans
from clinic.conftest import put_case
from skinproof.clinic.audit.models import Entry
from skinproof.clinic.people.models import User

from .staff import Staff


def two_doctors_and_a_reason(journey: Journey, person: User, doctors: tuple[Staff, Staff], owner: User) -> None:
    """The one who comes second is told; a reason is only its writer's; what was gone against stands on the trail."""
    case = put_case(person=person, choices=["tretinoin"], special={"skin_type": "type-3", "skin_now": ["sunburn"]})
    one, two = (journey.visitor(each.user) for each in doctors)
    for each in (one, two):
        each.open(f"/desk/{case.public_id}/")
    one.go(one.button("Take this case"))
    two.go(two.button("Take this case"))
    assert "Dr Juniper Quill has" in two.text
    assert two.button("Write the plan").count() == 0

    first = doctors[0].user
    plans.record(case, first, **{fact.replace("-", "_"): value for fact, value in plans.CHECKS.items()})
    plans.draft(case, first, plans.content("tretinoin"))
    one.open(f"/desk/{case.public_id}/plan/")
    rule = one.page.locator(".editor__side .point", has_text="Hard stop").first
    assert rule.locator("a[href^='/rules/']").count() > 0, "what the reason is against has its rule"
    for words in ("because", "The skin heals first: we look at it by video before the first night."):
        for each in one.page.locator("textarea[name^='why-tretinoin']").all():
            if not each.is_visible():
                one.unfold(each.locator("xpath=ancestor::details[1]/summary"))
            one.write(each, words)
        one.go(one.button("Save the draft"))
        assert ("nothing was saved" in one.text) == (words == "because")
    assert Entry.objects.filter(verb="overrode", role="doctor").exists()

    two.open(f"/desk/{case.public_id}/")
    two.unfold(two.fold("Take it over"))
    two.write(two.field("Why do you take this case over?"), "Dr Quill is off sick today")
    two.go(two.button("Take it over", exact=True))
    two.open(f"/desk/{case.public_id}/plan/")
    assert "Only your own reason counts for your signature." in two.text
    two.see("plan-others-reason")
    two.go(two.link("Read through and sign"))
    assert "It cannot be signed yet" in two.text
    two.go(two.link("Back to the draft"))
    mine = "I saw the skin by video today: it has healed, and the person knows when to stop."
    for each in two.page.locator("textarea[name^='why-tretinoin']").all():
        if not each.is_visible():
            two.unfold(each.locator("xpath=ancestor::details[1]/summary"))
        two.write(each, mine)
    two.go(two.button("Save the draft"))
    two.go(two.link("Read through and sign"))
    assert mine in two.page.locator("section[aria-labelledby=reasons]").inner_text()
    two.write(two.page.locator("input[name=code]"), doctors[1].code())
    two.go(two.button("Sign the plan"))
    against = two.page.locator("section[aria-labelledby=reasons]")
    assert mine in against.inner_text()
    assert "off sick" not in against.inner_text()
    assert "video before the first night" not in against.inner_text(), "the first doctor's reason is not signed for"

    trail = journey.visitor(owner)
    trail.open("/owner/audit/?verb=overrode")
    assert trail.page.locator("tbody tr").count() >= 2
