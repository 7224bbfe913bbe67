"""From sign-in to a signed plan."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from browser.walking import Journey, Visitor

from .answers import faults_lead_to_their_field
from .staff import PASSWORD, Staff, Waiting, sign_in


def doctor(journey: Journey, doctor: Staff, waiting: Waiting) -> None:
    """From sign-in to a signed plan that the person reads, prints and asks about, and to one that supersedes it."""
    them, you = journey.visitor(), journey.visitor()
    sign_in(them, doctor)
    cases = them.page.locator("tbody th a")
    assert [waiting.urgent.public_id in (each.get_attribute("href") or "") for each in cases.all()] == [True, False]
    them.see("queue")
    them.go(cases.first)
    assert them.page.locator(".case > *").first.inner_text().strip().startswith("Red flag")
    them.go(them.page.locator("a.back"))
    them.go(cases.nth(1))
    them.go(them.button("Take this case"))
    record_what_was_found_out(them)
    write_the_plan(them)
    sign(them, doctor, 1)

    read_and_ask(you, waiting)
    answer(them)
    supersede(them, doctor)

    you.open(you.path)
    assert "Yes, you may" in you.text
    you.go(you.link("Read your plan"))
    assert "No tretinoin for now" in you.text
    you.go(you.link("Plan 1"))
    assert "This plan is no longer in force" in you.text
    you.see("plan-superseded")


def record_what_was_found_out(them: Visitor) -> None:
    found = {
        "age-verified": "yes",
        "identity-verified": "yes",
        "photo-or-video-not-enough": "no",
        "allergy-to-ingredient": "no",
    }
    for fact, value in found.items():
        them.select(them.page.locator(f"#id_fact-{fact}"), value)
    them.select(them.page.locator("#id_method"), "video")
    them.go(them.button("Record"))
    them.see("case")


def write_the_plan(them: Visitor) -> None:
    them.go(them.button("Write the plan"))
    them.see("plan-empty")
    them.write(
        them.field("What we agreed"),
        "We start with one cream at night, and add the second when the sunburn has healed.",
    )
    for row, form in enumerate(("azelaic-acid", "tretinoin")):
        them.go(them.button("Add a treatment"))
        them.select(them.page.locator(f"#id_items-{row}-form"), form)
        them.write(them.page.locator(f"#id_items-{row}-how"), "As the leaflet in the pack says.")
        them.write(them.page.locator(f"#id_items-{row}-when"), "Until the next check.")
    them.go(them.button("Add an option not chosen"))
    them.select(them.page.locator("#id_declined-0-form"), "exosome-microneedling")
    them.write(them.page.locator("#id_declined-0-why"), "You would rather wait until more is known.")
    them.write(
        them.field("What to watch for"), "Anything that worries you, and the side effects that the leaflet names."
    )
    them.write(them.field("Whom to call, and when"), "Write to us here. If you need help the same day, call NHS 111.")
    them.write(them.field("Next check"), (timezone.localdate() + timedelta(days=84)).isoformat())
    them.write(them.page.locator("#id_plan-next_check_how"), "by video")
    them.go(them.button("Save the draft"))
    assert "Hard stop" in them.page.locator(".editor__side").inner_text()
    them.see("plan-draft")

    them.go(them.link("Read through and sign"))
    assert "It cannot be signed yet" in them.text
    assert them.page.locator("input[name=code]").count() == 0
    them.see("sign-blocked")
    them.go(them.link("Back to the draft"))
    why = them.page.locator("textarea[name^='why-tretinoin']")
    them.write(why, "because")
    them.go(them.button("Save the draft"))
    assert "nothing was saved" in them.text
    faults_lead_to_their_field(them)
    them.see("plan-draft-fault")
    them.write(why, "It starts only when the sunburn has healed, which we look at by video first.")
    them.go(them.button("Save the draft"))
    assert "Nothing is saved" not in them.text


def sign(them: Visitor, doctor: Staff, number: int) -> None:
    them.go(them.link("Read through and sign"))
    assert f"Plan {number} for" in them.text
    them.see("sign")
    code = doctor.code()
    if number == 1:
        them.write(them.page.locator("input[name=code]"), "not it")
        them.go(them.button("Sign the plan"))
        faults_lead_to_their_field(them)
        them.see("sign-fault")
    them.write(them.page.locator("input[name=code]"), code)
    them.go(them.button("Sign the plan"))
    assert "The plan is signed" in them.text
    assert "Fingerprint checked" in them.text
    them.see("plan-signed")


def read_and_ask(you: Visitor, waiting: Waiting) -> None:
    you.open("/account/sign-in/")
    you.write(you.field("Email address"), waiting.email)
    you.write(you.field("Password"), PASSWORD)
    you.go(you.button("Sign in"))
    you.see("own-pages")
    you.go(you.page.locator(".lines__title a").first)
    assert you.heading == "Your plan is ready"
    you.see("status-plan-ready")
    you.go(you.link("Read your plan"))
    assert "We start with one cream at night" in you.text
    assert "Signed by" in you.text
    you.see("plan")
    you.page.emulate_media(media="print")
    for left_out in (".masthead nav", ".foot", ".account", "form"):
        assert not you.page.locator(left_out).first.is_visible(), left_out
    assert you.page.locator(".sheet").is_visible()
    you.see("plan-print")
    you.page.emulate_media(media="screen")
    you.write(you.field("Your message"), "May I use my usual make-up over the cream?")
    you.go(you.button("Send the question"))
    assert "Your message has been sent" in you.text
    you.see("status-asked")


def answer(them: Visitor) -> None:
    them.open("/desk/?show=questions")
    them.see("queue-questions")
    them.go(them.page.locator("tbody th a").first)
    them.write(them.field("Your message"), "Yes, you may, a quarter of an hour later.")
    them.go(them.button("Send the message"))
    assert "Your message has been sent" in them.text


def supersede(them: Visitor, doctor: Staff) -> None:
    them.go(them.button("Write a plan that supersedes it"))
    them.write(them.field("What we agreed"), "One cream at night. No tretinoin for now, as you asked.")
    them.go(them.button("Remove row 2", exact=True))
    them.go(them.button("Save the draft"))
    sign(them, doctor, 2)
