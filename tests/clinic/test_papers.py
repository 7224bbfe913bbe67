"""What papers say, who may take them, and letters that are issued."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from skinproof import care
from skinproof.care.in_person import seen_in_person
from skinproof.care.prescribing.document import PrescriptionDocument, PrescriptionLine
from skinproof.clinic.audit.models import Entry
from skinproof.clinic.desk import drafting, holding, recording
from skinproof.clinic.desk import gp as gp_words
from skinproof.clinic.desk.judging import judged
from skinproof.clinic.desk.sheet import show
from skinproof.clinic.papers import making, selectors, services
from skinproof.clinic.papers.blocks import texts
from skinproof.clinic.papers.contents.gp_letter import gp_letter
from skinproof.clinic.papers.contents.people import Gp, Person
from skinproof.clinic.papers.contents.plan import plan_paper
from skinproof.clinic.papers.contents.prescription import prescription_paper
from skinproof.clinic.papers.contents.visit import visit_paper
from skinproof.clinic.papers.models import GpSharing, Referral
from skinproof.clinic.prescribing import selectors as prescribing
from skinproof.clinic.prescribing.models import Prescription
from skinproof.clinic.prescribing.services import keep_details

from . import plans
from .conftest import actor
from .pages import main_of

pytestmark = pytest.mark.django_db
NAME = "Zoë Łukasiewicz-Παπαδοπούλου"
GP = services.GpDetails(
    allowed=True, gp_name="Dr Example", practice="Example Surgery", practice_address="1 Example Road\nLeeds",
    born=dt.date(1990, 2, 3), address="2 Sample Street\nLeeds",
)  # fmt: skip
AT = dt.datetime(2026, 5, 1, 14, 5, tzinfo=dt.UTC)
WHY = "The mark grows and has several colours; please look at it."


@pytest.fixture
def person(make_user):
    return make_user("person", name=NAME)


@pytest.fixture
def open_case(make_case, doctor, person):
    return make_case("in-review", doctor=doctor, person=person)


@pytest.fixture
def case(open_case, doctor):
    plans.signed(open_case, doctor)
    open_case.refresh_from_db()
    return open_case


@pytest.fixture
def mole_case(make_case, doctor, person):
    """A mole that changes stands against it."""
    return make_case("in-review", doctor=doctor, person=person, special={"moles": ["bigger"]})


def words(response) -> str:
    return " ".join(text for text, _ in main_of(response.content).texts())


def said(paper) -> str:
    return "\n".join(texts(paper))


def pdf(response) -> str:
    assert response.status_code == 200
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages)


def tell_gp(case, person, details=GP):
    return services.say_about_gp(case.public_id, details, user=person, by=actor(person))


def refer(case, doctor, *, flags=(), to="", reason=WHY, key="k" * 30):
    return services.issue_referral(case.public_id, doctor, flags=flags, to=to, reason=reason, key=key, by=actor(doctor))


# --- what they say
def test_a_plan_says_all_that_the_page_says(case):
    plan = case.plans.get()
    paper = making.plan(case, 1)
    told = said(paper)
    for text in (
        "We start with one cream.", "The cream", "As agreed.", "Until the check.", "Anything that worries you.",
        "Write to us here.", "Not enough is known.", "by video", plan.prescriber, plan.content_hash,
        "How sure one can be", "agree or not, before it starts", "Call 999",
    ):  # fmt: skip
        assert text in told, text
    assert (paper.title, paper.mark, paper.fingerprint) == ("Your plan", "", plan.content_hash)
    assert NAME not in told, "the plan needs no name, and may be left on a table"


def test_only_a_signed_plan_makes_a_paper(open_case, doctor):
    plans.ready(open_case, doctor)
    with pytest.raises(making.NoPaperError):
        making.plan(open_case, 1)
    plan = open_case.plans.get()
    plans.signed(open_case, doctor)
    plan.refresh_from_db()
    unsigned = replace(show(plan, plan.sealed), signed_at=None)
    with pytest.raises(ValueError, match="only a signed plan"):
        plan_paper(unsigned, reference="")
    with pytest.raises(ValueError, match="only a signed plan"):
        gp_letter(unsigned, Person(name="A"), Gp(practice="B"), agreed_on="", reference="")


def test_a_superseded_plan_says_so_on_every_page(case, doctor):
    drafting.start_draft(case.public_id, doctor, by=actor(doctor))
    plans.signed(case, doctor, what=plans.content("azelaic-acid", summary="The same cream."))
    assert making.plan(case, 1).mark.startswith("Superseded by plan 2 on ")
    assert making.plan(case, 2).mark == ""


def test_nothing_is_printed_from_what_is_not_what_was_signed(case, client, person, sign_in, monkeypatch):
    monkeypatch.setattr(making, "intact", lambda plan: False)
    with pytest.raises(making.NotIntactError):
        making.plan(case, 1)
    sign_in(client, person)
    response = client.get(reverse("papers:plan", args=[case.public_id, 1]))
    assert response.status_code == 409
    assert "fingerprint does not match" in words(response)
    assert not Entry.objects.filter(verb="downloaded").exists()


def test_the_letter_to_the_gp_needs_what_the_person_agreed_to(case, person):
    with pytest.raises(making.NoPaperError):
        making.letter(case, 1)
    tell_gp(case, person)
    told = said(making.letter(case, 1))
    for text in (
        NAME, "3 February 1990", "2 Sample Street", "Example Surgery", "1 Example Road", "(prescription medicine)",
        "The cream", "Please add this to the record", "Not enough is known.",
    ):  # fmt: skip
        assert text in told, text
    tell_gp(case, person, services.GpDetails(allowed=False))
    with pytest.raises(making.NoPaperError):
        making.letter(case, 1)
    assert GpSharing.objects.count() == 2


def test_the_letter_tells_what_the_doctor_went_against(make_case, doctor, person):
    case = make_case("in-review", doctor=doctor, person=person, special={"gp": "no"})
    plans.signed(case, doctor)
    tell_gp(case, person)
    reasons = case.plans.get().sealed["overrides"]
    assert reasons
    assert plans.WHY in said(making.letter(case, 1))


def test_the_sheet_for_a_visit_has_room_for_answers():
    seen = seen_in_person("exosome-microneedling")
    paper = visit_paper(
        "Exosomes with microneedling", seen, reference="Plan 1", dated=AT, product="Example serum, lot EX-1",
        tell=["Even light treatments can scar in people who form keloids."],
    )  # fmt: skip
    told = said(paper)
    for section in seen.sections:
        assert section.title in told
        for ask in section.asks:
            assert ask.text in told
    assert "Example serum, lot EX-1" in told
    assert "keloids" in told
    assert "nhs.uk" in told


def test_a_prescription_names_what_is_missing_and_what_it_is_not():
    document = PrescriptionDocument(
        reference="abc123", date=None, prescriber_name="Dr Example", prescriber_registration="GMC number 0000000",
        prescriber_kind="Doctor", prescriber_address="", patient_name=NAME, patient_address="2 Sample Street",
        patient_born=dt.date(1990, 2, 3), patient_age=36,
        lines=(PrescriptionLine("Example cream 1%", 30, "g", "Thinly at night.", 12, 0),),
        plan_reference="p" * 22, plan_hash="0f" * 32,
    )  # fmt: skip
    paper = prescription_paper(document, dated=AT)
    told = said(paper)
    assert "Draft: not a prescription until it is signed" in paper.mark
    for text in ("Still missing", "the prescriber's address", "Not filled in", "30 g", "Thinly at night.", "12 weeks"):
        assert text in told, text
    assert "36 years" not in told, "an age is printed under 12 only"
    assert all(line in told for line in document.caveats)
    gone = replace(document, state="superseded", state_reason="by plan 2", date=AT.date(), prescriber_address="Leeds")
    assert prescription_paper(gone, dated=AT).mark == "Superseded: by plan 2"
    assert "Still missing" not in said(prescription_paper(gone, dated=AT))


def test_a_prescription_of_a_plan_is_a_paper(client, case, doctor, sign_in):
    plan = case.plans.get()
    assert "prescription" not in [line.kind for line in selectors.papers(case).lines]
    line = {
        "name": "Example cream 1%", "quantity": 30, "unit": "g", "directions": "Thinly at night.", "course_weeks": 12,
        "repeats": 0, "unlicensed": False, "note": "",
    }  # fmt: skip
    Prescription.objects.create(
        consultation=case, plan=plan, doctor=doctor, prescriber_name=doctor.name, plan_hash=plan.content_hash,
        prescriber_registration=f"GMC number {doctor.gmc_number}", lines=[line],
    )  # fmt: skip
    found = [line for line in selectors.papers(case).lines if line.kind == "prescription"]
    assert [(line.title, line.note) for line in found] == [("Prescription of plan 1", "Draft: not issued yet")]
    sign_in(client, doctor)
    text = " ".join(pdf(client.get(reverse("case-papers:prescription", args=[case.public_id, 1]))).split())
    for words in ("Draft: not a prescription until it is signed", "Example cream 1%", "Not filled in", doctor.name):
        assert words in text, words


# --- the GP
@pytest.mark.parametrize("details", [replace(GP, practice=" "), replace(GP, born=None)])
def test_a_gp_that_cannot_be_written_to_is_not_kept(case, person, details):
    with pytest.raises(services.PaperError):
        tell_gp(case, person, details)
    assert not GpSharing.objects.exists()


def test_the_gps_details_are_asked_on_a_page_and_kept(client, case, person, sign_in):
    sign_in(client, person)
    address = reverse("papers:gp", args=[case.public_id])
    typed = {"allowed": "yes", "practice": "", "born": "2999-01-01", "address": "2 Sample Street"}
    page = client.post(address, typed).content.decode()
    for text in ("Enter the name of the practice.", "Enter the day you were born.", "2 Sample Street"):
        assert text in page
    assert "Choose one." in client.post(address, {}).content.decode()
    assert "Enter your date of birth" in client.post(address, {"allowed": "yes", "practice": "X"}).content.decode()
    good = {"allowed": "yes", "practice": "Example Surgery", "born": "1990-02-03"}
    for _ in range(2):
        assert client.post(address, good).status_code == 302
    assert GpSharing.objects.get().practice == "Example Surgery"
    assert "Letter to the GP about plan 1" in words(client.get(reverse("papers:papers", args=[case.public_id])))
    client.post(address, {**good, "allowed": "no"})
    last = services.gp_of(case)
    assert (last.allowed, last.practice) == (False, ""), "a no keeps nothing else"
    assert services.whom_to_tell(case) is None
    assert "no letter to them" in words(client.get(reverse("papers:papers", args=[case.public_id])))


def test_a_doctor_writes_down_what_the_person_said(client, case, doctor, sign_in):
    sign_in(client, doctor)
    typed = {"allowed": "yes", "practice": "Example Surgery", "born": "1990-02-03"}
    assert client.post(reverse("case-papers:gp", args=[case.public_id]), typed).status_code == 302
    assert services.gp_of(case).told_to_doctor
    assert f"written down by {doctor.name}" in words(client.get(reverse("case-papers:papers", args=[case.public_id])))


# --- the latest word leads
def at_desk(case, doctor, allowed, method="phone"):
    recording.record_facts(case.public_id, doctor, {"gp-sharing-consent": allowed}, method=method, by=actor(doctor))


def test_the_latest_word_leads_wherever_it_was_said(make_case, doctor, person):
    case = make_case("in-review", doctor=doctor, person=person, special={"gp": "no"})
    assert (gp_words.latest(case).allowed, gp_words.latest(case).how) == (False, "In the consultation")
    assert judged(case).facts.known["gp-sharing-consent"] is False
    tell_gp(case, person)
    assert services.whom_to_tell(case)[0].practice == "Example Surgery"
    assert judged(case).facts.known["gp-sharing-consent"] is True, "the rules hear it too"
    at_desk(case, doctor, False)
    assert services.whom_to_tell(case) is None
    assert judged(case).facts.known["gp-sharing-consent"] is False
    at_desk(case, doctor, True, "video")
    assert services.whom_to_tell(case)[1].how == f"Recorded by {doctor.name}: video call"
    tell_gp(case, person, services.GpDetails(allowed=False))
    assert services.whom_to_tell(case) is None
    at_desk(case, doctor, True)
    assert services.whom_to_tell(case) is None, "a no kept nothing of whom, so it is asked again"
    assert [each.allowed for each in gp_words.said(case)] == [True, False, True, False, True, False]


@pytest.mark.parametrize(("answer", "told"), [("no", "No, the GP"), (care.UNSURE, "Not sure"), ("yes", "Yes, the")])
def test_what_was_answered_in_the_consultation_counts_until_more_is_said(make_case, answer, told):
    assert gp_words.latest(make_case(special={"gp": answer})).words.startswith(told)


def test_no_letter_against_the_latest_word(case, person, doctor, sign_in):
    tell_gp(case, person)
    assert "letter" in {line.kind for line in selectors.papers(case).lines}
    drafting.start_draft(case.public_id, doctor, by=actor(doctor))
    at_desk(case, doctor, False)
    case.refresh_from_db()
    assert "letter" not in {line.kind for line in selectors.papers(case).lines}
    for space, user in (("papers", person), ("case-papers", doctor)):
        them = sign_in(Client(), user)
        assert them.get(reverse(f"{space}:letter", args=[case.public_id, 1])).status_code == 404
        text = words(them.get(reverse(f"{space}:papers", args=[case.public_id])))
        assert "What was said, and when" in text
        assert f"Recorded by {doctor.name}" in text
    letter = making.referral(case, refer(case, doctor, to="A dermatologist").number)
    assert "Example Surgery" not in said(letter), "nor is the GP named to others"


def test_a_yes_said_again_after_a_no_elsewhere_counts_again(case, person, doctor):
    tell_gp(case, person)
    drafting.start_draft(case.public_id, doctor, by=actor(doctor))
    at_desk(case, doctor, False)
    tell_gp(case, person)
    assert services.whom_to_tell(case)
    assert GpSharing.objects.count() == 2
    tell_gp(case, person)
    assert GpSharing.objects.count() == 2, "a second press adds nothing"


def test_a_nurse_writes_down_what_a_person_says_while_the_case_is_open(client, open_case, make_user, sign_in):
    nurse = make_user("nurse", registration="12A3456E")
    sign_in(client, nurse)
    address = reverse("case-papers:gp", args=[open_case.public_id])
    assert address in client.get(reverse("desk:case", args=[open_case.public_id])).content.decode()
    typed = {"allowed": "yes", "practice": "Example Surgery", "born": "1990-02-03"}
    assert client.post(address, typed).url.startswith(reverse("desk:case", args=[open_case.public_id]))
    assert services.whom_to_tell(open_case)[1].how == f"Told to {nurse.name}"
    type(open_case).objects.filter(pk=open_case.pk).update(state="plan-ready")
    client.post(address, {"allowed": "no"})
    assert services.whom_to_tell(open_case), "a nurse records nothing once the plan is signed"


def test_another_doctor_does_not_say_it_for_the_person(case, make_user):
    other = make_user("doctor")
    with pytest.raises(holding.CaseError):
        services.say_about_gp(case.public_id, GP, user=other, by=actor(other), told_to_doctor=True)
    assert not GpSharing.objects.exists()


# --- birth date and address, asked once
def test_what_was_given_for_a_letter_serves_a_prescription_and_the_other_way_round(client, case, person, sign_in):
    tell_gp(case, person)
    known = prescribing.details_of(case)
    assert (known.born, known.address, known.name) == (GP.born, GP.address, "")
    keep_details(case, name="Zoë Ł", born=GP.born, user=person, by=actor(person))
    known = prescribing.details_of(case)
    assert (known.name, known.address) == ("Zoë Ł", GP.address), "what was known stays"
    sign_in(client, person)
    page = client.get(reverse("papers:gp", args=[case.public_id])).content.decode()
    assert 'value="1990-02-03"' in page
    assert "2 Sample Street" in page
    keep_details(case, name="Zoë Ł", address="3 New Road", born=GP.born, user=person, by=actor(person))
    assert "3 New Road" in said(making.letter(case, 1))


# --- referral letters
def test_a_red_flag_says_how_fast_and_to_whom(mole_case, doctor):
    row = refer(mole_case, doctor, flags=["rf-mole-changing"], to="my cousin")
    rule = care.rules().rule("rf-mole-changing")
    content = row.content
    assert content["to"] == rule.to
    assert content["urgency"] == rule.urgency
    assert "my cousin" not in str(content)
    told = said(making.referral(mole_case, row.number))
    for text in (rule.reason, rule.to, WHY, NAME, doctor.prescriber, row.content_hash, "Nobody of this clinic"):
        assert text in told, text
    assert care.rules().urgencies[rule.urgency].heading in told
    assert "bigger" in told, "the answer that raised it goes with the letter"
    assert making.referral(mole_case, 1).title == "Urgent referral letter"


def test_an_emergency_says_what_to_do_now_first(mole_case, doctor):
    case = mole_case
    plans.record(case, doctor, breathing_trouble_or_face_swelling=True)
    flags = services.standing_flags(judged(case))
    assert flags == ("rf-allergic-emergency", "rf-mole-changing"), "the most urgent first"
    refer(case, doctor, flags=list(reversed(flags)))
    paper = making.referral(case, 1)
    emergency = care.rules().urgencies["emergency"]
    lines = list(texts(paper))
    assert lines[2:6] == [emergency.heading, *emergency.do_now]
    assert "handed over, not sent" in said(paper)
    assert paper.title == "Emergency referral letter"
    assert all(care.rules().rule(flag).to in said(paper) for flag in flags)


def test_a_letter_is_issued_once_and_never_changed(mole_case, doctor):
    row = refer(mole_case, doctor, flags=["rf-mole-changing"])
    assert refer(mole_case, doctor, flags=["rf-mole-changing"]) == row
    assert Referral.objects.count() == 1
    assert Entry.objects.filter(verb="referred").count() == 1
    for statement in ("UPDATE papers_referral SET number = 9", "DELETE FROM papers_referral"):
        with pytest.raises(DatabaseError, match="kept as it was"), transaction.atomic():
            connection.cursor().execute(statement)


@pytest.mark.parametrize("statement", ["UPDATE papers_gpsharing SET allowed = allowed", "DELETE FROM papers_gpsharing"])
def test_what_was_said_of_the_gp_stays(case, person, statement):
    tell_gp(case, person)
    with pytest.raises(DatabaseError, match="kept as it was"), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"reason": "short"}, "20 characters"),
        ({"flags": ["rf-minoxidil-heart-signs"]}, "No red flag stands"),
        ({"to": "dermatologist"}, "A red flag stands"),
    ],
)
def test_a_letter_that_would_mislead_is_refused(mole_case, doctor, more, message):
    given = {"flags": [], **more}
    if "reason" in more:
        given["flags"] = ["rf-mole-changing"]
    with pytest.raises(services.PaperError, match=message):
        refer(mole_case, doctor, **given)


def test_a_routine_letter_goes_to_whom_the_doctor_says(case, doctor, make_user):
    with pytest.raises(services.PaperError, match="to whom"):
        refer(case, doctor)
    row = refer(case, doctor, to="A dermatologist near them")
    told = said(making.referral(case, row.number))
    assert "A dermatologist near them" in told
    assert "Routine" in told
    assert making.referral(case, 1).title == "Referral letter"


def test_only_the_doctor_who_has_the_case_issues_letters(open_case, make_user):
    with pytest.raises(holding.NotHeldError):
        refer(open_case, make_user("doctor"), to="dermatologist")


def test_a_letter_is_written_on_its_page(client, mole_case, doctor, sign_in):
    sign_in(client, doctor)
    address = reverse("case-papers:refer", args=[mole_case.public_id])
    page = client.get(address).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page).group(1)
    assert re.search(r'value="rf-mole-changing"[^>]*checked', page), "a flag that nobody dealt with is chosen first"
    assert "Say why you refer." in client.post(address, {"key": key}).content.decode()
    refused = client.post(address, {"key": key, "reason": WHY, "to": "somebody"})
    assert "A red flag stands" in refused.content.decode()
    assert WHY in refused.content.decode()
    assert client.post(address, {"key": key, "reason": WHY, "flags": ["rf-mole-changing"]}).status_code == 302
    assert "Referral letter 1" in words(client.get(reverse("case-papers:papers", args=[mole_case.public_id])))


# --- who may take them
KINDS = ("plan", "letter", "referral")


@pytest.fixture
def full_case(case, person, doctor):
    tell_gp(case, person)
    refer(case, doctor, to="A dermatologist near them")
    return case


@pytest.mark.parametrize("kind", KINDS)
def test_the_person_and_the_doctor_take_papers_and_the_trail_notes_it(client, full_case, person, doctor, sign_in, kind):
    for space, user in (("papers", person), ("case-papers", doctor)):
        them = sign_in(Client(), user)
        response = them.get(reverse(f"{space}:{kind}", args=[full_case.public_id, 1]))
        assert response["Content-Type"] == "application/pdf"
        assert response["Cache-Control"] == "no-store, private"
        assert re.fullmatch(r'attachment; filename="[a-z-]+-1\.pdf"', response["Content-Disposition"])
        assert "Page 1 of" in pdf(response)
    entries = Entry.objects.filter(verb="downloaded").order_by("id")
    assert [(entry.role, entry.detail["paper"]) for entry in entries] == [("person", kind), ("doctor", kind)]


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_else_takes_them(client, full_case, make_user, sign_in, kind):
    own = reverse(f"papers:{kind}", args=[full_case.public_id, 1])
    desks = reverse(f"case-papers:{kind}", args=[full_case.public_id, 1])
    assert client.get(own).status_code == 404
    assert client.get(desks).url.startswith(reverse("people:sign-in"))
    stranger = sign_in(Client(), make_user("person"))
    assert stranger.get(own).status_code == 404
    assert stranger.get(desks).status_code == 403
    owner = sign_in(Client(), make_user("owner"))
    assert owner.get(own).status_code == 403
    assert owner.get(desks).status_code == 403
    unsure = sign_in(Client(), make_user("doctor"), verified=False)
    assert unsure.get(desks).url.startswith(reverse("people:second-factor"))
    assert not Entry.objects.filter(verb="downloaded").exists()


def test_papers_that_are_not_there_are_not_found(client, case, person, sign_in):
    sign_in(client, person)
    for name, more in (("plan", (9,)), ("letter", (1,)), ("referral", (1,)), ("visit", (1, "azelaic-acid"))):
        assert client.get(reverse(f"papers:{name}", args=[case.public_id, *more])).status_code == 404, name


# --- see in person
@pytest.fixture
def needled_case(make_case, doctor, person):
    case = make_case("in-review", doctor=doctor, person=person, choices=["microneedling"])
    what = plans.content("microneedling")
    plans.record(case, doctor, non_sterile_provider=False)
    plans.signed(case, doctor, what=what)
    case.refresh_from_db()
    return case


def test_what_cannot_be_done_from_afar_ends_in_being_seen(client, needled_case, person, sign_in):
    sign_in(client, person)
    options = client.get(reverse("consultations:options", args=[needled_case.public_id])).content.decode()
    page = reverse("papers:in-person", args=[needled_case.public_id, "microneedling"])
    assert page in options
    assert page in client.get(reverse("plans:plan", args=[needled_case.public_id])).content.decode()
    shown = words(client.get(page))
    for text in ("emergency kit", "qualifications", "sterile", "trained person must look at yours", "Keep away from"):
        assert text in shown
    sheet = pdf(client.get(reverse("papers:visit", args=[needled_case.public_id, 1, "microneedling"])))
    assert "Before your visit: Microneedling" in " ".join(sheet.split())
    assert "To be seen in person" in said(making.plan(needled_case, 1))
    kinds = [line.kind for line in selectors.papers(needled_case).lines]
    assert kinds == ["plan", "visit"]


def test_a_closed_option_is_not_made_to_look_open(client, case, person, sign_in):
    sign_in(client, person)
    shown = words(client.get(reverse("papers:in-person", args=[case.public_id, "exosome-injected"])))
    assert "Not for you" in shown
    assert "We do not advise it for you now" in shown
    assert "Take the sheet" not in shown


def test_what_is_decided_from_afar_has_no_such_page(client, case, person, sign_in):
    sign_in(client, person)
    for form in ("azelaic-acid", "no-such-thing"):
        assert client.get(reverse("papers:in-person", args=[case.public_id, form])).status_code == 404
