"""The kinds of page of a consultation, a sign-in and the desk that the journeys do not come by, looked at closely."""

from __future__ import annotations

from datetime import timedelta

from django.db import OperationalError, transaction

from skinproof.clinic.consultations import holding
from skinproof.clinic.post.sending import give_up
from skinproof.clinic.post.services import write

from .conftest import account, staff
from .walking import Visitor
from .walks import asking
from .walks.staff import PASSWORD


def test_the_pages_of_asking_for_more(looked_at, a_doctor, two_waiting):
    other = staff("doctor", "Dr Rowan Tansley", gmc_number="0000003")
    asking.ask_for_more(looked_at("asking"), a_doctor, other, two_waiting)


def test_pages_of_accounts_and_what_goes_wrong_with_them(looked_at, transactional_db, settings):
    settings.AXES_FAILURE_LIMIT = 2
    you = looked_at("account").visitor()
    for path, button, name in (
        ("/account/sign-in/", "Sign in", "sign-in-fault"),
        ("/account/register/", "Send me the link", "register-fault"),
        ("/account/reset/", "Send me the link", "reset-fault"),
    ):
        you.open(path)
        you.go(you.button(button))
        you.see(name)
    you.expected = {410, 429}
    you.open("/account/set-password/MQ/no-such-link/")
    you.see("password-link-gone")
    for _ in range(2):
        you.open("/account/sign-in/")
        you.write(you.field("Email address"), "nobody@example.org")
        you.write(you.field("Password"), "wrong")
        you.go(you.button("Sign in"))
        you.see("sign-in-wrong")
    assert you.heading == "Too many wrong sign-ins"
    you.see("locked-out")


def test_setting_up_a_second_factor(looked_at, transactional_db):
    account("doctor", "Dr Linnet Oakes", gmc_number="0000002")
    them = looked_at("enrolment").visitor()
    sign_in(them, "oakes@example.org")
    assert them.heading == "Set up your second factor"
    them.see("second-factor-set-up")
    them.write(them.field("Code from your authenticator app"), "12")
    them.go(them.button("Finish"))
    them.see("second-factor-set-up-fault")


def test_pages_of_the_owner(looked_at, two_waiting):
    owner = staff("owner", "Sorrel Finch")
    them = looked_at("owner").visitor()
    sign_in(them, owner.email)
    them.write(them.field("Code from your authenticator app"), "000000")
    them.go(them.button("Confirm"))
    them.see("second-factor-fault")
    them.write(them.field("Code from your authenticator app"), owner.code())
    them.go(them.button("Confirm"))
    assert them.heading == "Overview"
    them.see("owner")
    them.go(them.link("Audit trail"))
    them.see("audit")
    them.open("/owner/audit/?since=not-a-day")
    assert them.page.title().startswith("Error: ")
    them.see("audit-fault")
    them.open("/owner/audit/?about=nothing")
    them.see("audit-empty")


def test_pages_of_the_desk_that_are_off_the_straight_path(looked_at, a_doctor, two_waiting):
    other = staff("doctor", "Dr Rowan Tansley", gmc_number="0000003")
    journey = looked_at("desk")
    one, two = journey.visitor(a_doctor.user), journey.visitor(other.user)
    one.open("/desk/?show=mine")
    one.see("queue-mine-empty")
    one.open(f"/desk/{two_waiting.urgent.public_id}/")
    one.see("case-to-take")
    one.go(one.button("Take this case"))
    one.go(one.link("Record what was done about it"))
    one.see("deal-with")
    one.go(one.button("Record it"))
    one.see("deal-with-fault")
    one.go(one.link("Back to the case"))
    one.go(one.button("Record", exact=True))
    one.see("case-fault")

    two.open(f"/desk/{two_waiting.urgent.public_id}/")
    two.unfold(two.fold("Take it over"))
    two.go(two.button("Take it over", exact=True))
    two.see("case-taken-fault")

    one.open(f"/desk/{two_waiting.urgent.public_id}/")
    one.go(one.button("Write the plan"))
    draft = one.page.url
    tab = journey.visitor_beside(one)
    tab.open(draft)
    for each, words in ((one, "We wait for your GP."), (tab, "Nothing is done now.\nYour GP looks at it first.")):
        each.write(each.field("What we agreed"), words)
    one.go(one.button("Save the draft"))
    tab.expected = {409}
    tab.go(tab.button("Save the draft"))
    assert tab.heading == "Two versions of this draft"
    tab.see("plan-two-versions")
    tab.go(tab.button("Go on with mine"))
    tab.see("plan-draft-unsaved")


def test_pages_for_what_is_gone_refused_or_given_up(looked_at, two_waiting):
    you = looked_at("refusals").visitor()
    you.expected = {403, 404, 405, 410}
    you.open("/consultation/resume/no-such-link/")
    you.see("link-gone")
    you.open(f"/consultation/{'A' * 22}/")
    you.see("not-found")
    you.sign_in(two_waiting.first.person)
    you.open("/desk/")
    you.see("forbidden")
    you.open("/account/sign-out/")
    you.see("wrong-method")

    you.open(f"/consultation/{two_waiting.first.public_id}/status/")
    you.go(you.button("Send the message"))
    you.see("message-fault")
    you.open(f"/consultation/{two_waiting.first.public_id}/withdraw/")
    you.see("withdraw")
    you.go(you.button("Close it"))
    you.see("status-closed")
    you.open("/consultation/")
    you.context.clear_cookies()
    you.choose(you.page.get_by_role("radio").first)
    you.go(you.button("Start"))
    you.see("form-too-old")


def test_pages_for_what_goes_wrong(looked_at, two_waiting, settings, monkeypatch):
    you = looked_at("faults").visitor()
    you.expected = {400, 413, 429, 500, 503}
    you.open("/consultation/?asked=%00")
    assert you.heading == "We could not read what was sent"
    you.see("bad-request")

    settings.LETTERS_FROM_A_PLACE = 1
    for _ in range(2):
        you.open("/account/register/")
        you.write(you.field("Email address"), "new@example.org")
        you.go(you.button("Send me the link"))
    assert you.heading == "Too many letters were asked for from here"
    you.see("too-many")

    you.sign_in(two_waiting.first.person)
    status = f"/consultation/{two_waiting.first.public_id}/status/"
    you.open(status)
    you.page.locator("textarea").evaluate("each => { each.value = 'x'.repeat(2100000) }")
    you.go(you.button("Send the message"))
    you.see("too-big")

    for fault, name in ((OperationalError("away"), "unavailable"), (RuntimeError("a fault of ours"), "server-error")):
        you.open(status)
        you.write(you.field("Your message"), "Is it all right to swim?")

        def broken(*_, fault=fault, **__):
            raise fault

        with monkeypatch.context() as away:
            away.setattr(holding, "find", broken)
            you.go(you.button("Send the message"))
            assert "What you sent is not lost" in you.text
            you.see(name)
    you.go(you.button("Send it again"))
    assert "Your message has been sent" in you.text


def test_a_closed_consultation_and_letters_that_were_given_up(looked_at, two_waiting):
    journey = looked_at("ends")
    you = journey.visitor(two_waiting.first.person)
    you.open(f"/consultation/{two_waiting.first.public_id}/withdraw/")
    you.go(you.button("Close it"))
    assert "Whom to call now" in you.text
    you.see("status-whom-to-call")

    with transaction.atomic():
        for kind, lasts in (("message", None), ("reset", timedelta(days=1))):
            letter = write(kind, "a@example.org", "post/mail/message.txt", {"link": "/"}, lasts=lasts)
            give_up(letter, "SMTPDataError")
    owner = journey.visitor(staff("owner", "Sorrel Finch").user)
    owner.open("/owner/")
    assert "Its link is gone" in owner.text
    owner.see("owner-letters")


def sign_in(them: Visitor, email: str) -> None:
    them.open("/account/sign-in/")
    them.write(them.field("Email address"), email)
    them.write(them.field("Password"), PASSWORD)
    them.go(them.button("Sign in"))


def test_pages_of_papers_of_consent_and_of_being_seen(looked_at, a_doctor):
    person, case = _signed_case(a_doctor)
    you = looked_at("papers").visitor(person)
    you.open(f"/consultation/{case.public_id}/papers/")
    you.see("papers")
    you.go(you.link("Change this"))
    you.see("gp")
    you.choose(you.page.get_by_role("radio", name="Yes, you may"))
    you.page.get_by_label("Name of the practice").fill("")
    you.go(you.button("Save"))
    you.see("gp-fault")
    you.write(you.field("Name of the practice"), "Example Surgery")
    you.page.get_by_label("Your date of birth").fill("1990-02-03")
    you.go(you.button("Save"))
    assert "Letter to the GP" in you.text
    you.see("papers-with-letter")
    you.open("/account/record/")
    you.see("record")

    you.open(f"/consultation/{case.public_id}/consents/")
    you.see("consents")
    you.go(you.page.locator("main ul.lines a").first)
    you.see("consent-text")
    you.go(you.button("I agree"))
    assert you.page.title().startswith("Error: ")
    you.see("consent-text-fault")
    you.tick(you.page.get_by_role("checkbox"))
    you.go(you.button("I agree"))
    assert "Agreed" in you.text
    you.go(you.page.locator("main ul.lines a").first)
    you.see("consent-given")
    you.go(you.button("Take it back"))
    assert "Taken back" in you.text

    you.open(f"/consultation/{case.public_id}/in-person/microneedling/")
    you.see("see-in-person")
    you.open(f"/consultation/{case.public_id}/in-person/exosome-injected/")
    you.see("see-in-person-closed")


def test_pages_of_the_register_and_of_letters(looked_at, a_doctor):
    from skinproof.clinic.products import demonstration

    _, case = _signed_case(a_doctor)
    them = looked_at("register").visitor(a_doctor.user)
    them.open("/products/")
    them.see("products-empty")
    demonstration.load(a_doctor.user)
    them.open("/products/")
    them.see("products")
    them.go(them.link("Propose a product"))
    them.see("product-new")
    them.go(them.button("Put it on the register"))
    them.see("product-new-fault")
    them.open("/products/")
    them.go(them.link("Example serum A"))
    them.see("product")
    them.go(them.link("Add a proof"))
    them.see("product-proof")
    them.open("/products/")
    them.go(them.link("Example serum A"))
    them.go(them.link("Assess it"))
    them.see("product-assess")
    them.go(them.button("Keep my assessment"))
    them.see("product-assess-fault")

    them.open(f"/desk/{case.public_id}/papers/")
    them.see("case-papers")
    them.go(them.link("Write down what the person said"))
    them.see("case-gp")
    them.open(f"/desk/{case.public_id}/papers/refer/")
    them.see("refer")
    them.go(them.button("Issue the letter"))
    them.see("refer-fault")
    them.open(f"/desk/{case.public_id}/consents/azelaic-acid/")
    them.see("case-consent")
    them.open(f"/desk/{case.public_id}/")
    them.go(them.button("Write a plan that supersedes it"))
    them.open(f"/desk/{case.public_id}/plan/products/")
    them.see("plan-products-none")


def _signed_case(doctor):
    from skinproof.clinic.desk.demonstration import plan_signed

    person = account("person", "Ash Merriweather")
    plan = plan_signed(person, doctor.user)
    return person, plan.consultation
