"""Resources to record: the way back. Every fault names the entry and the field."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, get_args

from ._codes import BASE, GMC, Resource, system
from .record import (
    AuditLine,
    Concern,
    ConsentGiven,
    Fact,
    FactValue,
    Medicine,
    MedicineStatus,
    MessageSent,
    Person,
    Photo,
    Plan,
    PlanItem,
    Practitioner,
    Record,
    Score,
)

T = TypeVar("T")


class ExchangeError(ValueError):
    """A Bundle that cannot be read: `where` names the entry and field, `fault` what is wrong."""

    def __init__(self, where: str, fault: str) -> None:
        self.where, self.fault = where, fault
        super().__init__(f"{where}: {fault}")


class Node:
    """A value of the Bundle with its path, asked for what it must or may hold."""

    def __init__(self, value: Any, where: str) -> None:
        self.value, self.where = value, where

    def wrong(self, fault: str) -> ExchangeError:
        return ExchangeError(self.where, fault)

    def get(self, name: str) -> Node | None:
        if not isinstance(self.value, Mapping):
            raise self.wrong("needs an object")
        found = self.value.get(name)
        return None if found is None else Node(found, f"{self.where}.{name}")

    def need(self, name: str) -> Node:
        found = self.get(name)
        if found is None:
            raise ExchangeError(f"{self.where}.{name}", "is missing")
        return found

    def each(self, name: str) -> list[Node]:
        found = self.get(name)
        if found is None:
            return []
        if not isinstance(found.value, list):
            raise found.wrong("needs a list")
        return [Node(value, f"{found.where}[{number}]") for number, value in enumerate(found.value)]

    def first(self, name: str) -> Node:
        found = self.each(name)
        if not found:
            raise ExchangeError(f"{self.where}.{name}", "is missing")
        return found[0]

    def one(self, name: str) -> Node:
        """What stands there, or the first of what stands there."""
        return self.first(name) if isinstance(self.need(name).value, list) else self.need(name)

    @property
    def text(self) -> str:
        if not isinstance(self.value, str):
            raise self.wrong("needs text")
        return self.value

    @property
    def number(self) -> int | float:
        if isinstance(self.value, bool) or not isinstance(self.value, int | float) or not math.isfinite(self.value):
            raise self.wrong("needs a number")
        return self.value

    @property
    def whole(self) -> int:
        if self.number != int(self.number):
            raise self.wrong("needs a whole number")
        return int(self.number)

    @property
    def moment(self) -> dt.datetime:
        try:
            found = dt.datetime.fromisoformat(self.text)
        except ValueError:
            raise self.wrong("needs a date with a time") from None
        if found.tzinfo is None:
            raise self.wrong("needs a time zone")
        return found.astimezone(dt.UTC)

    @property
    def day(self) -> dt.date:
        try:
            return dt.date.fromisoformat(self.text)
        except ValueError:
            raise self.wrong("needs a date") from None

    def words(self, name: str, default: str = "") -> str:
        found = self.get(name)
        return default if found is None else found.text

    def code(self, name: str) -> tuple[str, str]:
        """The code and the text of our own concept."""
        concept = self.need(name)
        return concept.first("coding").need("code").text, concept.words("text")

    def standard(self, name: str) -> str:
        return self.need(name).first("coding").need("code").text


class Reader:
    """One Bundle's entries, with our own ids for what they refer to."""

    def __init__(self, entries: Iterable[Node]) -> None:
        self.resources: dict[str, list[Node]] = {}
        self.own: dict[str, str] = {}
        for entry in entries:
            resource = entry.need("resource")
            kind = resource.need("resourceType").text
            self.resources.setdefault(kind, []).append(resource)
            url = entry.get("fullUrl")
            if url is not None and kind != "Questionnaire":
                if url.text in self.own:
                    raise url.wrong("stands in the Bundle twice")
                self.own[url.text] = _own_id(resource, kind)

    def all(self, kind: str, read: Callable[[Node], T]) -> tuple[T, ...]:
        return tuple(read(resource) for resource in self.resources.get(kind, []))

    def target(self, node: Node, name: str) -> str:
        """Our id of what is referred to."""
        reference = node.one(name).need("reference")
        if reference.text not in self.own:
            raise reference.wrong("refers to nothing in this Bundle")
        return self.own[reference.text]

    def doctor(self, node: Node, name: str) -> str | None:
        """The practitioner's id, or None where it is the person."""
        return self.target(node, name) if node.one(name).words("type") == "Practitioner" else None

    def maybe(self, node: Node, name: str) -> str | None:
        return self.target(node, name) if node.get(name) is not None else None


def _own_id(resource: Node, kind: str) -> str:
    if kind == "AuditEvent":
        return resource.first("entity").first("detail").need("valueString").text
    if kind == "QuestionnaireResponse":
        return resource.need("identifier").need("value").text
    for identifier in resource.each("identifier"):
        if identifier.words("system") == system(kind):
            return identifier.need("value").text
    raise ExchangeError(f"{resource.where}.identifier", f"holds none of {system(kind)}")


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
        consents=reader.all("Consent", lambda node: consent(node, reader)),
        messages=reader.all("Communication", lambda node: communication(node, reader)),
        photos=reader.all("Media", media),
        audit=reader.all("AuditEvent", audit_event),
    )


def _observations(reader: Reader, kind: str) -> list[Node]:
    wanted = f"{BASE}/CodeSystem/{kind}"
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
        id=_own_id(node, "Patient"),
        name=names[0].words("text") if names else "",
        email=next((each.words("value") for each in node.each("telecom") if each.words("system") == "email"), ""),
        born=born.day if born else None,
        sex=sex if sex in ("female", "male") else None,  # type: ignore[arg-type]
        address=tuple(line.text for line in addresses[0].each("line")) if addresses else (),
    )


def practitioner(node: Node) -> Practitioner:
    gmc = (each.words("value") for each in node.each("identifier") if each.words("system") == GMC)
    return Practitioner(_own_id(node, "Practitioner"), node.first("name").words("text"), next(gmc, ""))


def condition(node: Node) -> Concern:
    code, name = node.code("code")
    return Concern(
        id=_own_id(node, "Condition"),
        code=code,
        name=name,
        recorded=node.need("recordedDate").moment,
        confirmed=node.standard("verificationStatus") == "confirmed",
        closed=node.standard("clinicalStatus") == "inactive",
    )


def response(node: Node) -> Resource:
    found = {name: value for name, value in node.value.items() if name not in ("identifier", "subject", "source")}
    return {**found, "id": _own_id(node, "QuestionnaireResponse")}


def _value(node: Node) -> FactValue:
    parts = node.each("component")
    if parts:
        return tuple(part.code("code")[0] for part in parts)
    if (said := node.get("valueBoolean")) is not None:
        if not isinstance(said.value, bool):
            raise said.wrong("needs true or false")
        return said.value
    if (quantity := node.get("valueQuantity")) is not None:
        return quantity.need("value").number
    code = node.code("valueCodeableConcept")[0]
    return None if code == "none" and _says_none(node) else () if code == "empty-list" else code


def _says_none(node: Node) -> bool:
    """`none` is a word of some facts' lists as well: then it says so as such a word."""
    return node.need("valueCodeableConcept").words("text") == "none, never"


def fact(node: Node, reader: Reader) -> Fact:
    code, name = node.code("code")
    notes, quantity = node.each("note"), node.get("valueQuantity")
    return Fact(
        id=_own_id(node, "Observation"),
        concern=reader.target(node, "focus"),
        code=code,
        name=name,
        value=_value(node),
        at=node.need("effectiveDateTime").moment,
        unit=quantity.words("unit") if quantity else "",
        method=node.code("method")[0] if node.get("method") else "",
        by=reader.doctor(node, "performer"),
        response=reader.maybe(node, "derivedFrom"),
        note=notes[0].need("text").text if notes else "",
    )


def score(node: Node, reader: Reader) -> Score:
    code, name = node.code("code")
    return Score(
        id=_own_id(node, "Observation"),
        concern=reader.target(node, "focus"),
        code=code,
        name=name,
        value=node.need("valueQuantity").need("value").number,
        at=node.need("effectiveDateTime").moment,
        response=reader.maybe(node, "derivedFrom"),
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
        id=_own_id(node, "CarePlan"),
        concern=reader.target(node, "addresses"),
        number=int(number),
        summary=node.words("description"),
        items=tuple(_item(detail) for detail in taken),
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


def medication_request(node: Node, reader: Reader) -> Medicine:
    supply, notes, directions = node.need("dispenseRequest"), node.each("note"), node.each("dosageInstruction")
    quantity, course = supply.get("quantity"), supply.get("expectedSupplyDuration")
    repeats = supply.get("numberOfRepeatsAllowed")
    return Medicine(
        id=_own_id(node, "MedicationRequest"),
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
        reason=notes[0].need("text").text if notes else "",
    )


def _status(node: Node) -> MedicineStatus:
    if node.text not in get_args(MedicineStatus):
        raise node.wrong(f"needs one of {', '.join(get_args(MedicineStatus))}")
    return node.text  # type: ignore[return-value]


def consent(node: Node, reader: Reader) -> ConsentGiven:
    what, title = node.first("category").first("coding").need("code").text, node.first("category").words("text")
    policy = node.first("policy").need("uri")
    source, provision = node.get("sourceReference"), node.get("provision")
    return ConsentGiven(
        id=_own_id(node, "Consent"),
        concern=reader.target(provision.first("data"), "reference") if provision else None,
        what=what,
        title=title,
        version=policy.text.rpartition("|")[2],
        text_hash=source.need("reference").text.rpartition(":")[2] if source else "",
        at=node.need("dateTime").moment,
        withdrawn=node.need("status").text == "inactive",
    )


def communication(node: Node, reader: Reader) -> MessageSent:
    read = node.get("received")
    return MessageSent(
        id=_own_id(node, "Communication"),
        concern=reader.target(node, "about"),
        text=node.first("payload").need("contentString").text,
        sent=node.need("sent").moment,
        from_doctor=reader.doctor(node, "sender"),
        read=read.moment if read else None,
    )


def media(node: Node) -> Photo:
    content = node.need("content")
    data = content.get("data")
    try:
        found = base64.b64decode(data.text, validate=True) if data else None
    except (binascii.Error, ValueError):
        raise ExchangeError(f"{content.where}.data", "is not base64") from None
    return Photo(
        id=_own_id(node, "Media"),
        concern=node.first("reasonCode").first("coding").need("code").text,
        view=node.code("view")[0],
        at=node.need("createdDateTime").moment,
        content_type=content.need("contentType").text,
        size=content.need("size").whole,
        content=found,
    )


def audit_event(node: Node) -> AuditLine:
    agent, entity = node.first("agent"), node.first("entity")
    return AuditLine(
        id=_own_id(node, "AuditEvent"),
        at=node.need("recorded").moment,
        role=agent.first("role").first("coding").need("code").text,
        actor=agent.words("altId") or None,
        verb=node.need("type").need("code").text,
        object_type=entity.need("type").need("code").text,
        object_id=entity.need("what").need("identifier").need("value").text,
        reason=node.words("outcomeDesc"),
    )
