"""Resources to record: the way back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import get_args

from skinproof.vocabulary import code_system

from . import _read_kept as kept
from ._codes import GMC, NEVER, REGISTER, Resource
from ._node import ExchangeError, Node, Reader, own_id
from .record import (
    Concern,
    Event,
    Fact,
    FactValue,
    Medicine,
    MedicineStatus,
    Person,
    Plan,
    PlanItem,
    Practitioner,
    Record,
    Score,
    Session,
)


def record(entries: Iterable[Node], written_at: dt.datetime) -> Record:
    reader = Reader(entries)
    people = reader.resources.get("Patient", [])
    if len(people) != 1:
        raise ExchangeError("Bundle.entry", f"needs one Patient, and holds {len(people)}")
    return Record(
        person=patient(people[0]),
        written_at=written_at,
        practitioners=reader.all("Practitioner", practitioner),
        questionnaires=reader.all("Questionnaire", lambda node: dict(node.value)),
        concerns=reader.all("Condition", condition),
        responses=reader.all("QuestionnaireResponse", response),
        facts=tuple(fact(node, reader) for node in _observations(reader, "fact")),
        scores=tuple(score(node, reader) for node in _observations(reader, "score")),
        plans=reader.all("CarePlan", lambda node: care_plan(node, reader)),
        medicines=reader.all("MedicationRequest", lambda node: medication_request(node, reader)),
        consents=reader.all("Consent", lambda node: kept.consent(node, reader)),
        messages=reader.all("Communication", lambda node: kept.communication(node, reader)),
        photos=reader.all("Media", kept.media),
        documents=reader.all("DocumentReference", lambda node: kept.document(node, reader)),
        alerts=reader.all("DetectedIssue", lambda node: kept.alert(node, reader)),
        audit=reader.all("AuditEvent", kept.audit_event),
    )


def _observations(reader: Reader, kind: str) -> list[Node]:
    wanted = code_system(kind)
    return [
        node
        for node in reader.resources.get("Observation", [])
        if node.need("code").first("coding").words("system") == wanted
    ]


def patient(node: Node) -> Person:
    names, addresses = node.each("name"), node.each("address")
    sex = node.words("gender")
    born = node.get("birthDate")
    return Person(
        id=own_id(node, "Patient"),
        name=names[0].words("text") if names else "",
        email=next((each.words("value") for each in node.each("telecom") if each.words("system") == "email"), ""),
        born=born.day if born else None,
        sex=sex if sex in ("female", "male") else None,  # type: ignore[arg-type]
        address=tuple(line.text for line in addresses[0].each("line")) if addresses else (),
    )


def practitioner(node: Node) -> Practitioner:
    numbers = {each.words("system"): each.words("value") for each in node.each("identifier")}
    return Practitioner(
        own_id(node, "Practitioner"), node.first("name").words("text"), numbers.get(GMC, ""), numbers.get(REGISTER, "")
    )


def condition(node: Node) -> Concern:
    code, name = node.code("code")
    return Concern(
        id=own_id(node, "Condition"),
        code=code,
        name=name,
        recorded=node.need("recordedDate").moment,
        confirmed=node.standard("verificationStatus") == "confirmed",
        closed=node.standard("clinicalStatus") == "inactive",
    )


def response(node: Node) -> Resource:
    found = {name: value for name, value in node.value.items() if name not in ("identifier", "subject", "source")}
    return {**found, "id": own_id(node, "QuestionnaireResponse")}


def _value(node: Node) -> tuple[FactValue, tuple[str, ...]]:
    """The value, and what a list is known not to hold."""
    parts = [(part.code("code")[0], _truth(part.need("valueBoolean"))) for part in node.each("component")]
    if parts:
        return tuple(word for word, so in parts if so), tuple(word for word, so in parts if not so)
    if (said := node.get("valueBoolean")) is not None:
        return _truth(said), ()
    if (quantity := node.get("valueQuantity")) is not None:
        return quantity.need("value").number, ()
    coding = node.need("valueCodeableConcept").first("coding")
    code = coding.need("code").text
    if coding.words("system") == code_system("answer"):
        return (None if code == NEVER else ()), ()
    return code, ()


def _truth(node: Node) -> bool:
    if not isinstance(node.value, bool):
        raise node.wrong("needs true or false")
    return node.value


def fact(node: Node, reader: Reader) -> Fact:
    code, name = node.code("code")
    notes, quantity = node.each("note"), node.get("valueQuantity")
    value, lacks = _value(node)
    return Fact(
        id=own_id(node, "Observation"),
        concern=reader.target(node, "focus"),
        code=code,
        name=name,
        value=value,
        at=node.need("effectiveDateTime").moment,
        unit=quantity.words("unit") if quantity else "",
        method=node.code("method")[0] if node.get("method") else "",
        by=reader.doctor(node, "performer"),
        response=reader.maybe(node, "derivedFrom"),
        note=notes[0].need("text").text if notes else "",
        lacks=lacks,
    )


def score(node: Node, reader: Reader) -> Score:
    code, name = node.code("code")
    day, issued = node.need("effectiveDateTime"), node.get("issued")
    meanings, notes = node.each("interpretation"), node.each("note")
    return Score(
        id=own_id(node, "Observation"),
        concern=reader.target(node, "focus"),
        code=code,
        name=name,
        value=node.need("valueQuantity").need("value").number,
        at=issued.moment if issued else day.moment,
        response=reader.maybe(node, "derivedFrom"),
        on=day.day if issued else None,
        method=node.code("method")[0] if node.get("method") else "",
        by=reader.doctor(node, "performer"),
        items=tuple(part.need("valueQuantity").need("value").number for part in node.each("component")),
        means=meanings[0].need("text").text if meanings else "",
        note=notes[0].need("text").text if notes else "",
        wrong=node.words("status") == "entered-in-error",
    )


def care_plan(node: Node, reader: Reader) -> Plan:
    details = [activity.need("detail") for activity in node.each("activity")]
    taken = [detail for detail in details if detail.need("status").text != "cancelled"]
    end = node.need("period").get("end")
    hashes = (each.words("value") for each in node.each("identifier") if each.words("system").endswith("plan-sha256"))
    title = node.need("title")
    number = title.text.removeprefix("Plan ")
    if not number.isdecimal():
        raise title.wrong("needs the plan's number")
    return Plan(
        id=own_id(node, "CarePlan"),
        concern=reader.target(node, "addresses"),
        number=int(number),
        summary=node.words("description"),
        items=tuple(_item(detail) for detail in taken if detail.get("scheduledPeriod") is None),
        signed_at=node.need("created").moment,
        signed_by=reader.target(node, "author"),
        content_hash=next(hashes, ""),
        declined=tuple(
            (detail.need("code").words("text"), detail.need("statusReason").words("text"))
            for detail in details
            if detail.need("status").text == "cancelled"
        ),
        notes=tuple(note.need("text").text for note in node.each("note")),
        next_check=end.day if end else None,
        replaces=reader.maybe(node, "replaces"),
        superseded=node.need("status").text == "revoked",
        sessions=tuple(_session(detail) for detail in taken if detail.get("scheduledPeriod") is not None),
    )


def _item(detail: Node) -> PlanItem:
    form, name = detail.code("code")
    product = detail.get("productCodeableConcept")
    return PlanItem(
        form=form,
        name=name,
        what=product.words("text") if product else "",
        how=detail.words("description"),
        when=detail.words("scheduledString"),
    )


def _session(detail: Node) -> Session:
    form, name = detail.code("code")
    return Session(form, name, detail.need("scheduledPeriod").need("start").day, detail.words("description"))


def _event(note: Node, reader: Reader) -> Event:
    return Event(note.need("time").moment, note.need("text").text, reader.target(note, "authorReference"))


def medication_request(node: Node, reader: Reader) -> Medicine:
    supply, notes, directions = node.need("dispenseRequest"), node.each("note"), node.each("dosageInstruction")
    quantity, course = supply.get("quantity"), supply.get("expectedSupplyDuration")
    repeats = supply.get("numberOfRepeatsAllowed")
    reasons = [note for note in notes if note.get("time") is None]
    return Medicine(
        id=own_id(node, "MedicationRequest"),
        concern=reader.target(node, "reasonReference"),
        plan=reader.target(node, "supportingInformation"),
        name=node.need("medicationCodeableConcept").need("text").text,
        directions=directions[0].need("text").text if directions else "",
        written_at=node.need("authoredOn").moment,
        prescriber=reader.target(node, "requester"),
        status=_status(node.need("status")),
        quantity=quantity.need("value").number if quantity else None,
        unit=quantity.words("unit") if quantity else "",
        repeats=repeats.whole if repeats else 0,
        days=course.need("value").whole if course else None,
        reason=reasons[0].need("text").text if reasons else "",
        events=tuple(_event(note, reader) for note in notes if note.get("time") is not None),
    )


def _status(node: Node) -> MedicineStatus:
    if node.text not in get_args(MedicineStatus):
        raise node.wrong(f"needs one of {', '.join(get_args(MedicineStatus))}")
    return node.text  # type: ignore[return-value]
