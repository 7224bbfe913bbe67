"""What a consultation stores: a FHIR QuestionnaireResponse, tied to one version, checked in full with every save."""

from __future__ import annotations

import importlib
import json

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from skinproof import care
from skinproof.care import questionnaires
from skinproof.clinic.audit.models import Entry
from skinproof.clinic.audit.services import Actor
from skinproof.clinic.consultations import answering, intake, steps
from skinproof.clinic.consultations.models import Consultation, Correction, State
from skinproof.questionnaires import check_response

from . import journeys
from .journeys import answer_all, answer_until, begin, post_answer, submit, url

pytestmark = pytest.mark.django_db
FHIR = "application/fhir+json"


def post(client: Client, consultation: Consultation, response, content_type: str = FHIR):
    body = response if isinstance(response, str | bytes) else json.dumps(response)
    return client.post(url("response", consultation), body, content_type=content_type)


def items(response, link_id):
    for row in response.get("item", ()):
        if row["linkId"] == link_id:
            yield row
        yield from items(row, link_id)


def test_every_save_is_a_response_that_its_questionnaire_allows(client):
    consultation = begin(client, "hyperpigmentation")
    form = intake.form_of(consultation)
    assert consultation.response["questionnaire"] == consultation.questionnaire == form.canonical
    answer_all(client, consultation)
    consultation.refresh_from_db()
    assert consultation.response["status"] == "in-progress"
    assert check_response(form.questionnaire, consultation.response) == ()
    submit(client, consultation)
    consultation.refresh_from_db()
    assert consultation.state == State.SUBMITTED
    assert consultation.response["status"] == "completed"
    assert consultation.response["authored"]
    assert check_response(form.questionnaire, consultation.response) == ()


# --- a new version
@pytest.fixture
def new_version(monkeypatch):
    """As if a version had been published since that no longer asks for moles in the old words."""

    def publish(family: str) -> str:
        old = questionnaires.newest(family)
        content = json.loads(json.dumps(old.questionnaire.json).replace('"moles"', '"marks"'))
        content["version"] = "99.0.0"
        new, read = questionnaires.read_form(content), care.published
        found = {new.canonical: new}
        monkeypatch.setattr(care, "published", lambda name: found.get(name) or read(name))
        monkeypatch.setattr(care, "for_concern", lambda concern: new)
        return new.canonical

    return publish


def test_a_draft_goes_on_with_the_version_it_began_with_and_loses_nothing(client, new_version):
    consultation = begin(client, "acne")
    answer_until(client, consultation, "moles")
    before = intake.answers(Consultation.objects.get())
    new = new_version("acne")
    assert journeys.next_question(consultation).id == "moles"
    answer_all(client, consultation)
    submit(client, consultation)
    kept = Consultation.objects.get()
    assert kept.state == State.SUBMITTED
    assert kept.questionnaire != new
    assert kept.response["questionnaire"] == kept.questionnaire
    assert before.items() <= intake.answers(kept).items()
    other = begin(Client(), "acne")
    assert other.questionnaire == new


def test_a_fact_that_only_a_new_version_asks_is_not_known(client, new_version, make_case):
    case = make_case(concern="acne")
    response = json.loads(json.dumps(case.response))
    page = next(items(response, "page-breastfeeding"))
    page.clear()
    page.update(linkId="page-breastfeeding")
    Consultation.objects.filter(pk=case.pk).update(response=response)
    case.refresh_from_db()
    verdicts = intake.progress(case).journey.screening().treatments
    assert any(v.verdict == "ask-first" and "breastfeeding" in v.ask for v in verdicts.values())


# --- the door
def test_a_whole_response_is_kept_with_its_entry_in_few_queries(client):
    consultation = begin(client, "acne")
    whole = {**journeys.calm_response("acne"), "status": "completed"}
    post(client, consultation, whole)
    with CaptureQueriesContext(connection) as found:
        reply = post(client, consultation, whole)
    assert reply.status_code == 200, reply.content
    frame = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    statements = [q["sql"] for q in found.captured_queries if not q["sql"].startswith(frame)]
    # session, the consultation, whether a rule was changed, the entry on the trail, the response
    assert len(statements) <= 5, statements
    kept = Consultation.objects.get()
    assert reply.json() == kept.response
    assert kept.response["status"] == "completed"
    assert intake.progress(kept).complete
    assert list(Entry.objects.order_by("id").values_list("verb", flat=True)) == ["started", "answered", "answered"]
    assert submit(client, consultation).url == url("options", consultation)


def test_what_was_answered_before_and_is_changed_by_a_response_is_recorded(client):
    consultation = begin(client, "acne")
    age = answer_until(client, consultation, "age")
    post_answer(client, consultation, age, "50")
    assert post(client, consultation, journeys.calm_response("acne")).status_code == 200
    assert list(Correction.objects.values_list("question", "before", "after")) == [("age", 50, 34)]
    assert Entry.objects.filter(verb="corrected").count() == 1


def test_a_red_flag_in_a_response_stops_at_once(client):
    consultation = begin(client, "acne")
    flagged = json.loads(json.dumps(journeys.calm_response("acne")))
    emergency = next(items(flagged, "emergency"))
    system = "https://skinproof.example/fhir/CodeSystem/emergency"
    emergency["answer"] = [{"valueCoding": {"system": system, "code": "breathing"}}]
    assert post(client, consultation, flagged).status_code == 200
    kept = Consultation.objects.get()
    assert kept.state == State.STOPPED
    assert client.get(url("now", consultation)).url == url("stop", consultation)


def changed(change):
    response = json.loads(json.dumps({**journeys.calm_response("acne"), "status": "completed"}))
    change(response)
    return response


def hide(response):
    """Male, and yet pregnant: the page is hidden."""
    next(items(response, "sex"))["answer"][0]["valueCoding"]["code"] = "male"


def two_ages(response):
    """In a draft, of which less is asked than of a completed response."""
    response["status"] = "in-progress"
    next(items(response, "age"))["answer"] = [{"valueDecimal": 34}, {"valueDecimal": 12}]


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        (hide, None, "breastfeeding"),
        (lambda r: r["item"].append({"linkId": "else", "answer": [{"valueBoolean": True}]}), "invalidLinkId", "else"),
        (lambda r: next(items(r, "age")).update(answer=[{"valueDecimal": 4000}]), "maxValue", "4000"),
        (lambda r: next(items(r, "age")).update(answer=[{"valueString": "old"}]), "invalidAnswerType", "decimal"),
        (two_ages, "repeats", "takes one"),
        (lambda r: next(items(r, "mood")).pop("answer"), "required", "mood"),
        (lambda r: r.update(questionnaire="https://example.org/else|1"), None, "questionnaire"),
        (lambda r: r.update(status="entered-in-error"), "status", "in-progress or completed"),
        (lambda r: r.update(resourceType="Patient"), "invalidResource", "QuestionnaireResponse"),
    ],
)
def test_what_the_questionnaire_does_not_allow_is_refused_and_told_where(client, change, kind, words):
    consultation = begin(client, "acne")
    reply = post(client, consultation, changed(change))
    assert reply.status_code == 422
    outcome = reply.json()
    assert outcome["resourceType"] == "OperationOutcome"
    assert all(row["severity"] == "error" and row["expression"] for row in outcome["issue"])
    assert words in json.dumps(outcome)
    if kind:
        assert kind in [row["details"]["coding"][0]["code"] for row in outcome["issue"]]
    kept = Consultation.objects.get()
    assert intake.answers(kept) == {}
    assert Entry.objects.count() == 1


def test_another_concern_of_the_family_is_refused(client):
    consultation = begin(client, "melasma")
    reply = post(client, consultation, journeys.calm_response("hyperpigmentation"))
    assert reply.status_code == 422
    assert "must be melasma" in reply.content.decode()


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("{", FHIR, 400),
        (b"\xff\xfe\x00", FHIR, 400),
        ("[" * 50_000, FHIR, 400),
        ('{"status": "amended", "status": "completed"}', FHIR, 400),
        ('{"item": [{"linkId": "age", "answer": [], "answer": []}]}', FHIR, 400),
        ("null", FHIR, 422),
        ("[]", FHIR, 422),
        ('{"resourceType": "QuestionnaireResponse"}', FHIR, 422),
        ('{"resourceType": "QuestionnaireResponse", "status": "completed", "item": 5}', FHIR, 422),
        ("{}", "text/plain", 415),
        ("a=1", "application/x-www-form-urlencoded", 415),
        (json.dumps({"a": "x" * 600_000}), FHIR, 413),
    ],
)
def test_what_is_no_response_is_refused_with_an_outcome(client, body, content_type, status):
    consultation = begin(client, "acne")
    reply = post(client, consultation, body, content_type)
    assert reply.status_code == status
    assert reply.json()["resourceType"] == "OperationOutcome"


def test_the_door_opens_for_nobody_else_and_not_once_the_answers_are_in(client, make_user, sign_in):
    consultation = begin(client, "acne")
    whole = {**journeys.calm_response("acne"), "status": "completed"}
    for someone in (Client(), sign_in(Client(), make_user())):
        assert post(someone, consultation, whole).status_code == 404
    missing = client.post(url("response", consultation).replace(consultation.public_id, "A" * 22), whole, FHIR)
    assert missing.status_code == 404
    assert Client(enforce_csrf_checks=True).post(url("response", consultation), whole, FHIR).status_code == 403
    assert client.get(url("response", consultation)).status_code == 405
    post(client, consultation, whole)
    submit(client, consultation)
    late = post(client, consultation, whole)
    assert late.status_code == 409
    assert late.json()["resourceType"] == "OperationOutcome"


def test_an_answer_that_does_not_fit_is_not_kept_by_the_service_either(client):
    consultation = begin(client)
    by = Actor("guest")
    with pytest.raises(care.FactError):
        answering.answer(consultation.public_id, "age", 4_000, by=by)
    with pytest.raises(steps.StateError):
        answering.answer(consultation.public_id, "trimester", "first", by=by)


# --- answers of before
class Row:
    """A consultation as it was stored before."""

    def __init__(self, concern, answers, *, set_aside=None, submitted=False):
        self.concern, self.answers, self.set_aside = concern, answers, set_aside or {}
        self.state, self.submitted_at = "draft", "a moment" if submitted else None

    def save(self, update_fields):
        self.saved = update_fields


def migrated(*rows):
    module = importlib.import_module("skinproof.clinic.consultations.migrations.0005_questionnaire_responses")

    class Model:
        class objects:
            iterator = staticmethod(lambda: iter(rows))

    class Apps:
        get_model = staticmethod(lambda *_: Model)

    module.to_responses(Apps, None)
    return rows


def old(chosen, offered, unsure=False):
    return {"chosen": chosen, "offered": offered, "unsure": unsure}


MOLES = ["bigger", "shape", "colour", "bleeds", "not-healing", "nail", "unnamed"]


def test_old_answers_become_a_response(client):
    (row,) = migrated(
        Row(
            "melasma",
            {"age": 38, "sex": "female", "wanted": old(["exosomes"], ["exosomes", "prp"]), "story": "Since May.",
             "moles": old(["bigger"], MOLES), "pregnancy": "not-sure"},
            set_aside={"contraception": "yes"},
        )
    )  # fmt: skip
    kept = Consultation(concern="melasma", questionnaire=row.questionnaire, response=row.response)
    answers = intake.answers(kept)
    assert answers == {
        "age": 38, "sex": "female", "wanted": ["exosomes"], "story": "Since May.", "moles": ["bigger"],
        "pregnancy": "not-sure",
    }  # fmt: skip
    assert intake.faults(kept, row.response) == ()
    assert list(row.set_aside) == ["contraception"]


def test_of_an_old_pool_what_was_shown_counts_and_what_was_not_is_asked():
    """The pools were shared out otherwise: the page is whole only where all of its options had been shown."""
    form = care.for_concern("melasma")
    page = next(q for q in form.questions.values() if q.id == "blood-medicines")
    shown = {
        name: [o for o in page.offered if form.codes[page.id][o].system.endswith(f"/{name}")]
        for name in ("blood-medicines", "heart-medicines", "mind-medicines", "antibiotics", "other-medicines")
    }
    everything = [option for options in shown.values() for option in options]
    first, rest = everything[:3], everything[3:]
    base = {"age": 38, "sex": "male", "moles": old([], MOLES)}
    whole = {**base, "blood-medicines": old([first[0]], first), "other-medicines": old([], rest)}
    part = {**base, "blood-medicines": old([first[0]], first)}
    one, draft, sent = migrated(Row("melasma", whole), Row("melasma", part), Row("melasma", part, submitted=True))
    answers = [
        intake.answers(Consultation(concern="melasma", questionnaire=r.questionnaire, response=r.response))
        for r in (one, draft, sent)
    ]
    assert answers[0]["blood-medicines"] == [first[0]]
    assert "blood-medicines" not in answers[1]
    assert draft.set_aside == {}
    assert answers[2]["blood-medicines"] == [first[0], "not-sure"]
    assert sent.response["status"] == "stopped"


def test_the_migration_left_no_old_column():
    names = {field.name for field in apps.get_model("consultations", "Consultation")._meta.get_fields()}
    assert {"questionnaire", "response"} <= names
    assert not {"answers", "questionnaire_version"} & names
