"""Record to resources: one function each, in the order of the Bundle."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from ._codes import BASE, GMC, Resource, filled, identified, moment, own, standard, to
from .record import (
    AuditLine,
    Concern,
    ConsentGiven,
    Fact,
    Medicine,
    MessageSent,
    Person,
    Photo,
    Plan,
    Practitioner,
    Record,
    Score,
)


def resources(record: Record) -> Iterator[Resource]:
    who = record.person
    yield patient(who)
    yield from (practitioner(each) for each in record.practitioners)
    yield from (dict(each) for each in record.questionnaires)
    yield from (condition(each, who) for each in record.concerns)
    yield from (response(dict(each), who) for each in record.responses)
    yield from (observation(each, who) for each in record.facts)
    yield from (score(each, who) for each in record.scores)
    yield from (care_plan(each, who) for each in record.plans)
    yield from (medication_request(each, who) for each in record.medicines)
    yield from (consent(each, who) for each in record.consents)
    yield from (communication(each, who) for each in record.messages)
    yield from (media(each, who) for each in record.photos)
    yield from (audit_event(each, who) for each in record.audit)


def _subject(person: Person) -> Resource:
    return to("Patient", person.id)


def patient(person: Person) -> Resource:
    return identified("Patient", person.id) | filled(
        {
            "name": [{"text": person.name}] if person.name else [],
            "telecom": [{"system": "email", "value": person.email}] if person.email else [],
            "gender": person.sex,
            "birthDate": person.born.isoformat() if person.born else None,
            "address": [{"line": list(person.address), "text": ", ".join(person.address)}] if person.address else [],
        }
    )


def practitioner(doctor: Practitioner) -> Resource:
    found = identified("Practitioner", doctor.id)
    if doctor.gmc_number:
        found["identifier"].append({"system": GMC, "value": doctor.gmc_number})
    return found | {"name": [{"text": doctor.name}]}


def condition(concern: Concern, person: Person) -> Resource:
    return identified("Condition", concern.id) | {
        "clinicalStatus": standard("condition-clinical", "inactive" if concern.closed else "active"),
        "verificationStatus": standard("condition-ver-status", "confirmed" if concern.confirmed else "unconfirmed"),
        "category": [standard("condition-category", "problem-list-item")],
        "code": own("concern", concern.code, concern.name),
        "subject": _subject(person),
        "recordedDate": moment(concern.recorded),
    }


def response(found: Resource, person: Person) -> Resource:
    """A stored response, tied to the person and to this Bundle."""
    head = identified("QuestionnaireResponse", str(found["id"]))
    # In this resource an identifier is one, not a list.
    head["identifier"] = head["identifier"][0]
    return {**found, **head, "subject": _subject(person), "source": _subject(person)}


def _value(fact: Fact) -> Resource:
    value = fact.value
    if value is None:
        return {"valueCodeableConcept": own("answer", "none", "none, never")}
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, int | float):
        return {"valueQuantity": filled({"value": value, "unit": fact.unit})}
    if isinstance(value, str):
        return {"valueCodeableConcept": own("answer", value, value)}
    if not value:
        return {"valueCodeableConcept": own("answer", "empty-list", "none of the list")}
    return {"component": [{"code": own("answer", word, word), "valueBoolean": True} for word in value]}


def observation(fact: Fact, person: Person) -> Resource:
    return identified("Observation", fact.id) | filled(
        {
            "status": "final",
            "category": [standard("observation-category", "exam" if fact.by else "survey")],
            "code": own("fact", fact.code, fact.name),
            "subject": _subject(person),
            "focus": [to("Condition", fact.concern)],
            "effectiveDateTime": moment(fact.at),
            "performer": [to("Practitioner", fact.by) if fact.by else _subject(person)],
            **_value(fact),
            "method": own("method", fact.method, fact.method) if fact.method else None,
            "derivedFrom": [to("QuestionnaireResponse", fact.response)] if fact.response else [],
            "note": [{"text": fact.note}] if fact.note else [],
        }
    )


def score(found: Score, person: Person) -> Resource:
    return identified("Observation", found.id) | filled(
        {
            "status": "final",
            "category": [standard("observation-category", "survey")],
            "code": own("score", found.code, found.name),
            "subject": _subject(person),
            "focus": [to("Condition", found.concern)],
            "effectiveDateTime": moment(found.at),
            "performer": [_subject(person)],
            "valueQuantity": {"value": found.value},
            "derivedFrom": [to("QuestionnaireResponse", found.response)] if found.response else [],
        }
    )


def care_plan(plan: Plan, person: Person) -> Resource:
    head = identified("CarePlan", plan.id)
    head["identifier"].append({"system": f"{BASE}/id/plan-sha256", "value": plan.content_hash})
    return head | filled(
        {
            "status": "revoked" if plan.superseded else "active",
            "intent": "plan",
            "title": f"Plan {plan.number}",
            "description": plan.summary,
            "subject": _subject(person),
            "created": moment(plan.signed_at),
            "period": filled(
                {"start": moment(plan.signed_at), "end": plan.next_check.isoformat() if plan.next_check else None}
            ),
            "author": to("Practitioner", plan.signed_by),
            "addresses": [to("Condition", plan.concern)],
            "replaces": [to("CarePlan", plan.replaces)] if plan.replaces else [],
            "activity": [
                *(
                    {
                        "detail": filled(
                            {
                                "status": "scheduled",
                                "code": own("form", item.form, item.name),
                                "description": item.how,
                                "scheduledString": item.when,
                                "productCodeableConcept": {"text": item.what} if item.what else None,
                            }
                        )
                    }
                    for item in plan.items
                ),
                *(
                    {
                        "detail": {
                            "status": "cancelled",
                            "code": {"text": name},
                            "statusReason": {"text": why or "not said"},
                        }
                    }
                    for name, why in plan.declined
                ),
            ],
            "note": [{"text": note} for note in plan.notes],
        }
    )


def medication_request(medicine: Medicine, person: Person) -> Resource:
    days = {"value": medicine.days, "unit": "days", "system": "http://unitsofmeasure.org", "code": "d"}
    return identified("MedicationRequest", medicine.id) | filled(
        {
            "status": medicine.status,
            "intent": "order",
            "medicationCodeableConcept": {"text": medicine.name},
            "subject": _subject(person),
            "supportingInformation": [to("CarePlan", medicine.plan)],
            "authoredOn": moment(medicine.written_at),
            "requester": to("Practitioner", medicine.prescriber),
            "reasonReference": [to("Condition", medicine.concern)],
            "note": [{"text": medicine.reason}] if medicine.reason else [],
            "dosageInstruction": [{"text": medicine.directions}] if medicine.directions else [],
            "dispenseRequest": filled(
                {
                    "numberOfRepeatsAllowed": medicine.repeats,
                    "quantity": filled({"value": medicine.quantity, "unit": medicine.unit})
                    if medicine.quantity is not None
                    else None,
                    "expectedSupplyDuration": days if medicine.days is not None else None,
                }
            ),
        }
    )


def consent(given: ConsentGiven, person: Person) -> Resource:
    return identified("Consent", given.id) | filled(
        {
            "status": "inactive" if given.withdrawn else "active",
            "scope": standard("consentscope", "treatment"),
            "category": [own("consent", given.what, given.title)],
            "patient": _subject(person),
            "dateTime": moment(given.at),
            "performer": [_subject(person)],
            # What was agreed to, by its version and the fingerprint of the text that was shown.
            "policy": [{"uri": f"{BASE}/consent/{given.what}|{given.version}"}],
            "sourceReference": {"reference": f"urn:sha256:{given.text_hash}"} if given.text_hash else None,
            "provision": {"data": [{"meaning": "related", "reference": to("Condition", given.concern)}]}
            if given.concern
            else None,
        }
    )


def communication(message: MessageSent, person: Person) -> Resource:
    doctor = to("Practitioner", message.from_doctor) if message.from_doctor else None
    return identified("Communication", message.id) | filled(
        {
            "status": "completed",
            "subject": _subject(person),
            "about": [to("Condition", message.concern)],
            "sent": moment(message.sent),
            "received": moment(message.read) if message.read else None,
            "sender": doctor or _subject(person),
            "recipient": [_subject(person)] if doctor else [],
            "payload": [{"contentString": message.text}],
        }
    )


def media(photo: Photo, person: Person) -> Resource:
    return identified("Media", photo.id) | {
        "status": "completed",
        "type": own("media", "photo", "Photo"),
        "view": own("view", photo.view, photo.view),
        "subject": _subject(person),
        "createdDateTime": moment(photo.at),
        "reasonCode": [{"coding": [{"system": f"{BASE}/id/Condition", "code": photo.concern}]}],
        "content": filled(
            {
                "contentType": photo.content_type,
                "size": photo.size,
                "data": base64.b64encode(photo.content).decode() if photo.content is not None else None,
            }
        ),
    }


def audit_event(line: AuditLine, person: Person) -> Resource:
    found = identified("AuditEvent", line.id)
    # AuditEvent is the one resource here that has no identifier of its own.
    del found["identifier"]
    return found | filled(
        {
            "type": {"system": f"{BASE}/CodeSystem/audit", "code": line.verb},
            "recorded": moment(line.at),
            "outcome": "0",
            "outcomeDesc": line.reason,
            "agent": [
                filled(
                    {
                        "role": [own("role", line.role, line.role)],
                        "altId": line.actor,
                        "requestor": True,
                    }
                )
            ],
            "source": {"observer": {"display": "Skinproof"}},
            "entity": [
                {
                    "what": {"identifier": {"system": f"{BASE}/id/{line.object_type}", "value": line.object_id}},
                    "type": {"system": f"{BASE}/CodeSystem/object", "code": line.object_type},
                    "detail": [{"type": "number", "valueString": line.id}],
                }
            ],
        }
    )
