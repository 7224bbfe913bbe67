"""The paths of `test_depth`, step by step."""

from __future__ import annotations

import io
import re
from datetime import timedelta

from django.utils import timezone
from pypdf import PdfReader

from clinic.conftest import code_of, put_case
from skinproof import care
from skinproof.care.prescribing import formulary
from skinproof.clinic.audit.models import Entry
from skinproof.clinic.consultations.models import Consultation, State
from skinproof.clinic.library.sources import address
from skinproof.clinic.people.models import User
from skinproof.clinic.photos.demonstration import drawn
from skinproof.vocabulary import vocabulary

from .looking import DESK, PHONE
from .steps import Answers, Staff, answer_until
from .walking import MOUSE, TOUCH, Journey, Visitor

AT_THE_DESK = {"size": DESK, "by": MOUSE}
TANS = "It burns a little at first, then tans slowly"


def user(someone: Staff) -> User:
    return User.objects.get(email=someone.email)


def name(form: str) -> str:
    return vocabulary().forms[form].name


def begun(you: Visitor, concern: str) -> None:
    you.open(f"/consultation/?concern={concern}")
    you.go(you.button("Start"))


def to_options(you: Visitor, answers: Answers) -> Consultation:
    """Through every question to the options."""
    answer_until(you, answers, "/check/")
    you.go(you.link("My answers are right"))
    for box in you.page.get_by_role("checkbox").all():
        you.tick(box)
    you.go(you.button("Agree and send my answers"))
    assert "/options/" in you.path
    return Consultation.objects.get(public_id=you.path.split("/")[2])


def send(you: Visitor, *forms: str) -> None:
    you.go(you.link("Choose what to talk about"))
    for form in forms:
        you.tick(you.page.get_by_role("checkbox", name=name(form), exact=True))
    you.go(you.button("Continue"))
    you.go(you.link("Go on without photos"))
    you.go(you.button("Send it to the doctor"))
    assert you.heading == "Waiting for a doctor"


def part(you: Visitor, key: str) -> list[str]:
    """The forms of one group of the options, in the page's order."""
    place = f"#group-{key} ~ ul > li.option"
    return you.page.locator(place).evaluate_all("all => all.map(each => each.id)")


def says(you: Visitor, form: str, status: str, rule: str = "") -> str:
    """What an option says, folded or not, and the title of its group: its status, and where a rule says so, its reason
    with a link to the rule."""
    group = you.page.locator("section.group", has=you.page.locator(f"#{form}"))
    option = you.page.locator(f"#{form}")
    text = " ".join(f"{group.locator('h2').inner_text()} {option.text_content()}".split())
    assert status in text, (form, text)
    if rule:
        assert care.rules().rule(rule).reason in text, (form, text)
        assert option.locator(f"a[href='/rules/{rule}/']").count() > 0, form
    return text


def rule_has_its_sources(you: Visitor, form: str, rule: str) -> None:
    """One press away from the reason stand the pages where it was read."""
    reason = you.page.locator(f"#{form} a[href='/rules/{rule}/']").first
    if not reason.is_visible():
        you.press(you.page.locator(f"#{form} summary"))
    you.go(reason)
    for source in care.rules().rule(rule).source:
        where = address(source.url, source.organisation)
        assert where.organisation in you.text
        assert not where.href or you.page.locator(f'main a[href="{where.href}"]').count() > 0
    you.page.go_back()


def take(them: Visitor, case: Consultation) -> None:
    them.open(f"/desk/{case.public_id}/")
    them.go(them.button("Take this case"))


# --- people
def pregnant_with_acne(journey: Journey, doctor: User) -> None:
    you = journey.visitor()
    begun(you, "acne")
    answers = Answers({"pregnancy": "I am pregnant", "wanted": ["Tablets or capsules"], "skin-type": TANS})
    case = to_options(you, answers)
    asked = {each["linkId"] for each in items(case.response)}
    assert "pregnancy" in asked
    assert not asked & {"breastfeeding", "contraception"}, "nothing that cannot change an answer is asked"

    open_now = part(you, "open")
    assert {"benzoyl-peroxide", "azelaic-acid", "clindamycin-benzoyl-peroxide", "no-treatment"} <= set(open_now)
    says(you, "benzoyl-peroxide", "Open to you")
    says(you, "azelaic-acid", "Open to you, with care", "preg-azelaic")
    for form, rule in (
        ("tretinoin", "preg-topical-retinoid"),
        ("adapalene", "preg-topical-retinoid"),
        ("doxycycline", "preg-tetracycline"),
        ("spironolactone", "preg-spironolactone"),
        ("oral-isotretinoin", "preg-isotretinoin"),
    ):
        assert "after the pregnancy" in says(you, form, "Not for you", rule), "what would change it"
    assert you.page.locator("#benzoyl-peroxide a.n[href^='/findings/']").count() > 0, "what is open has its numbers"
    rule_has_its_sources(you, "doxycycline", "preg-tetracycline")

    you.go(you.link("Choose what to talk about"))
    offered = you.page.get_by_role("checkbox")
    names = [each.get_attribute("value") for each in offered.all()]
    assert set(open_now) <= set(names)
    assert not set(names) & {"tretinoin", "doxycycline", "spironolactone", "oral-isotretinoin"}
    you.page.go_back()
    send(you, "benzoyl-peroxide", "azelaic-acid")

    them = journey.visitor(doctor, **AT_THE_DESK)
    them.open(f"/desk/{case.public_id}/")
    assert "I am pregnant" in them.page.locator("section[aria-labelledby=answers]").inner_text()
    wishes = them.page.locator("section[aria-labelledby=wishes]")
    assert care.rules().rule("preg-azelaic").reason in wishes.inner_text()


def items(response: dict) -> list[dict]:
    found = []
    for each in response.get("item", ()):
        found += [each, *items(each)]
    return found


def brown_skin_and_a_laser(journey: Journey, person: User, doctor: User) -> None:
    case = put_case(
        State.SUBMITTED, person=person, concern="acne-scars", asked_for=["fractional-co2-laser"],
        special={"sex": "male", "skin_type": "type-5", "wanted": ["laser"], "story": "Ice-pick scars on both cheeks."},
    )  # fmt: skip
    laser, rule = "ablative-fractional-laser", "skin-ablative-v-vi"
    you = journey.visitor(person)
    you.open(f"/consultation/{case.public_id}/options/")
    asked = " ".join(you.page.locator("section[aria-labelledby=asked]").inner_text().split())
    assert f"{name(laser)} Not here" in asked, "what was asked about is answered first"
    assert "specialist who sees you in person" in says(you, laser, "Not here", rule)
    says(you, "non-ablative-fractional-laser", "Open to you, with care", "skin-nonablative-dark")
    assert {"microneedling", "adapalene", "tretinoin"} <= set(part(you, "open"))
    rule_has_its_sources(you, laser, rule)

    you.press(you.page.locator(f"#{laser} summary").first)
    you.go(you.page.locator(f"#{laser} a[href*='/in-person/']"))
    assert you.page.locator(".callout--stop").inner_text().strip().startswith("Not here")
    assert care.rules().rule(rule).reason in you.text
    assert you.page.get_by_role("heading", name="What to ask").is_visible()
    you.go(you.link("Your options"))
    send(you, "non-ablative-fractional-laser")

    them = journey.visitor(doctor, **AT_THE_DESK)
    take(them, case)
    other = them.page.locator("section[aria-labelledby=options] details", has_text=name(laser)).first
    them.press(other.locator("summary"))
    assert "Not online" in other.inner_text()
    assert care.rules().rule(rule).reason in other.inner_text()


def minor(journey: Journey, person: User, doctor: User) -> None:
    case = put_case(
        State.SUBMITTED, person=person, concern="acne",
        special={"age": 15, "sex": "male", "wanted": ["peel", "exosomes"], "story": "Spots since I was 13."},
    )  # fmt: skip
    you = journey.visitor(person)
    you.open(f"/consultation/{case.public_id}/options/")
    says(you, "peel-superficial", "Not here", "gen-under-18-procedures")
    for form in part(you, "open"):
        kind = vocabulary().forms[form].kind
        assert kind not in ("procedure", "pom-procedure"), f"{form} is open to a child"
    assert {"benzoyl-peroxide", "adapalene", "azelaic-acid"} <= set(part(you, "open")), "treatment of acne is"
    assert not [form for form in part(you, "ask") if vocabulary().forms[form].kind == "procedure"]
    rule_has_its_sources(you, "peel-superficial", "gen-under-18-procedures")
    send(you, "benzoyl-peroxide")

    them = journey.visitor(doctor, **AT_THE_DESK)
    take(them, case)
    answers = them.page.locator("section[aria-labelledby=answers]").inner_text()
    assert "15 years" in answers
    assert them.page.locator("#id_fact-age-verified").count() == 1, "the doctor is asked to check the age"


def nothing_to_declare(journey: Journey, doctor: User) -> None:
    you = journey.visitor()
    begun(you, "barrier")
    case = to_options(you, Answers({"skin-type": TANS}))
    assert case.flags == []
    assert you.page.locator(".callout--stop, .callout--caution").count() == 0
    offered, closed = part(you, "open"), [*part(you, "closed"), *part(you, "not-for-you")]
    assert len(offered) > len(closed)
    for form in closed:
        why = says(you, form, "")
        assert you.page.locator(f"#{form} a[href^='/rules/']").count() > 0, f"{form} is refused without a reason: {why}"
    send(you, offered[0])
    them = journey.visitor(doctor, size=DESK, by=MOUSE)
    them.open(f"/desk/{case.public_id}/")
    assert "No red flag in the answers." in them.text
    assert them.page.locator("#in-words").count() == 0


# --- a plan with a medicine
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
            them.press(each.locator("xpath=ancestor::details[1]/summary"))
        them.write(each, "We talked about this by video, and it was agreed to go on.")
    them.go(them.button("Save the draft"))


# --- words
WORDS = "My hair has come out in patches over two weeks, and my scalp is sore. I read about exosomes for hair."


def flag_in_words(journey: Journey, doctor: User) -> None:
    """Nothing alarming is ticked, and the words stop the person all the same; the doctor reads them first."""
    put_case(hours_ago=30, special={"skin_type": "type-2"})  # somebody who has waited for longer
    you = journey.visitor()
    begun(you, "hair-loss")
    answers = Answers({"sex": "Male", "story": WORDS, "skin-type": TANS})
    answer_until(you, answers, "/stop/")
    rule = care.rules().rule("rf-hair-loss-scarring")
    stop = you.page.locator(".callout--stop")
    assert rule.reason in stop.inner_text()
    assert "scalp is sore" in stop.locator("q").first.inner_text(), "in the person's own words"
    assert you.page.locator("main p").first.evaluate("e => e.className") == "callout__do", "what to do comes first"
    you.go(you.button("I have read this, go on"))
    case = to_options(you, answers)
    assert rule.id in case.flags
    send(you, "no-treatment")

    them = journey.visitor(doctor, **AT_THE_DESK)
    them.open("/desk/")
    row = them.page.locator("tbody tr").first
    assert case.public_id in row.locator("th a").get_attribute("href"), "before who has waited for longer"
    them.go(row.locator("th a"))
    boxes = them.page.locator(".case__all .callout")
    assert boxes.nth(0).inner_text().strip().startswith("Red flag")
    assert rule.reason in boxes.nth(0).inner_text()
    assert "scalp is sore" in boxes.nth(1).inner_text()
    place = boxes.nth(1).bounding_box()
    assert place["y"] + place["height"] <= them.page.viewport_size["height"], "both are read without scrolling"
    assert "No red flag in the answers" not in them.text
    them.see("case-flag-in-words")
    assert WORDS in them.page.locator("blockquote.story").inner_text()
    them.go(them.button("Take this case"))
    them.go(them.link("Record what was done about it"))
    assert them.field("What was done").is_visible()


# --- doctors
def two_doctors_and_a_reason(journey: Journey, person: User, doctors: tuple[Staff, Staff], owner: User) -> None:
    """The one who comes second is told; a reason is only its writer's; what was gone against stands on the trail."""
    case = put_case(person=person, choices=["tretinoin"], special={"skin_type": "type-3", "skin_now": ["sunburn"]})
    one, two = (journey.visitor(user(each)) for each in doctors)
    for each in (one, two):
        each.open(f"/desk/{case.public_id}/")
    one.go(one.button("Take this case"))
    two.go(two.button("Take this case"))
    assert "Dr Juniper Quill has" in two.text
    assert two.button("Write the plan").count() == 0

    from clinic import plans

    first = user(doctors[0])
    plans.record(case, first, **{fact.replace("-", "_"): value for fact, value in plans.CHECKS.items()})
    plans.draft(case, first, plans.content("tretinoin"))
    one.open(f"/desk/{case.public_id}/plan/")
    rule = one.page.locator(".editor__side .point", has_text="Hard stop").first
    assert rule.locator("a[href^='/rules/']").count() > 0, "what the reason is against has its rule"
    for words in ("because", "The skin heals first: we look at it by video before the first night."):
        for each in one.page.locator("textarea[name^='why-tretinoin']").all():
            if not each.is_visible():
                one.press(each.locator("xpath=ancestor::details[1]/summary"))
            one.write(each, words)
        one.go(one.button("Save the draft"))
        assert ("nothing was saved" in one.text) == (words == "because")
    assert Entry.objects.filter(verb="overrode", role="doctor").exists()

    two.open(f"/desk/{case.public_id}/")
    two.press(two.fold("Take it over"))
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
            two.press(each.locator("xpath=ancestor::details[1]/summary"))
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


# --- devices
def from_desktop_to_phone(journey: Journey) -> None:
    you = journey.visitor()
    begun(you, "rosacea")
    story = "My cheeks flush with wine."
    answer_until(you, Answers({"story": story}), "/q/emergency/")
    was = you.path
    you.go(you.link("Stop here and go on later"))
    you.go(you.button("Make a link"))
    address = you.page.locator("section[aria-labelledby=your-link] a").inner_text()

    phone = journey.visitor(size=PHONE, by=TOUCH, script=False)
    phone.open(address)
    phone.go(phone.button("Go on here"))
    assert phone.path == was
    case = Consultation.objects.get()
    answer_until(phone, Answers({"skin-type": TANS}), "/check/")
    kept = phone.page.locator("dd", has_text=story)
    assert kept.count() == 1, "what was answered on the other device is there"
    you.expected.add(410)
    you.open(was)
    assert you.heading == "This consultation was opened on another device"
    again = journey.visitor(size=PHONE, by=TOUCH, script=False)
    again.expected.add(410)
    again.open(address)
    assert again.button("Go on here").count() == 0, "the link works once"
    case.refresh_from_db()
    assert Consultation.objects.count() == 1


# --- photos
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


# --- more is asked
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
