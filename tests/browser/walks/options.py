"""People whom a careless clinic would harm or turn away."""

from __future__ import annotations

from browser.walking import Journey, Visitor
from clinic.conftest import put_case
from skinproof import care
from skinproof.clinic.consultations.models import Consultation, State
from skinproof.clinic.library.sources import address
from skinproof.clinic.people.models import User
from skinproof.vocabulary import vocabulary

from .answers import AT_THE_DESK, TANS, Answers, agree, answer_until, begun, name_of, send
from .staff import take


def _to_options(you: Visitor, answers: Answers) -> Consultation:
    """Through every question to the options."""
    answer_until(you, answers, "/check/")
    return agree(you)


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
        you.unfold(you.page.locator(f"#{form} summary"))
    you.go(reason)
    for source in care.rules().rule(rule).source:
        where = address(source.url, source.organisation)
        assert where.organisation in you.text
        assert not where.href or you.page.locator(f'main a[href="{where.href}"]').count() > 0
    you.page.go_back()


def pregnant_with_acne(journey: Journey, doctor: User) -> None:
    you = journey.visitor()
    begun(you, "acne")
    answers = Answers({"pregnancy": "I am pregnant", "wanted": ["Tablets or capsules"], "skin-type": TANS})
    case = _to_options(you, answers)
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
    assert f"{name_of(laser)} Not here" in asked, "what was asked about is answered first"
    assert "specialist who sees you in person" in says(you, laser, "Not here", rule)
    says(you, "non-ablative-fractional-laser", "Open to you, with care", "skin-nonablative-dark")
    assert {"microneedling", "adapalene", "tretinoin"} <= set(part(you, "open"))
    rule_has_its_sources(you, laser, rule)

    you.unfold(you.page.locator(f"#{laser} summary").first)
    you.go(you.page.locator(f"#{laser} a[href*='/in-person/']"))
    assert you.page.locator(".callout--stop").inner_text().strip().startswith("Not here")
    assert care.rules().rule(rule).reason in you.text
    assert you.page.get_by_role("heading", name="What to ask").is_visible()
    you.go(you.link("Your options"))
    send(you, "non-ablative-fractional-laser")

    them = journey.visitor(doctor, **AT_THE_DESK)
    take(them, case)
    other = them.page.locator("section[aria-labelledby=options] details", has_text=name_of(laser)).first
    them.unfold(other.locator("summary"))
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
    case = _to_options(you, Answers({"skin-type": TANS}))
    assert case.flags == []
    assert you.page.locator(".callout--stop, .callout--caution").count() == 0
    offered, closed = part(you, "open"), [*part(you, "closed"), *part(you, "not-for-you")]
    assert len(offered) > len(closed)
    for form in closed:
        why = says(you, form, "")
        assert you.page.locator(f"#{form} a[href^='/rules/']").count() > 0, f"{form} is refused without a reason: {why}"
    send(you, offered[0])
    them = journey.visitor(doctor, **AT_THE_DESK)
    them.open(f"/desk/{case.public_id}/")
    assert "No red flag in the answers." in them.text
    assert them.page.locator("#in-words").count() == 0
