"""Record to resources: one function each, in the order of the Bundle."""

from __future__ import annotations

from collections.abc import Iterator

from skinproof.vocabulary import FHIR_BASE

from . import _write_kept as kept
from ._codes import GMC, NEVER, NONE, REGISTER, Resource, filled, identified, moment, own, standard, subject, to
from .record import Concern, Event, Fact, Medicine, Person, Plan, Practitioner, Record, Score


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
    yield from (kept.consent(each, who) for each in record.consents)
    yield from (kept.communication(each, who) for each in record.messages)
    yield from (kept.media(each, who) for each in record.photos)
    yield from (kept.document(each, who) for each in record.documents)
    yield from (kept.alert(each, who) for each in record.alerts)
    yield from (kept.audit_event(each, who) for each in record.audit)


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
    if doctor.registration:
        found["identifier"].append({"system": REGISTER, "value": doctor.registration})
    return found | {"name": [{"text": doctor.name}]}


def condition(concern: Concern, person: Person) -> Resource:
    return identified("Condition", concern.id) | {
        "clinicalStatus": standard("condition-clinical", "inactive" if concern.closed else "active"),
        "verificationStatus": standard("condition-ver-status", "confirmed" if concern.confirmed else "unconfirmed"),
        "category": [standard("condition-category", "problem-list-item")],
        "code": own("concern", concern.code, concern.name),
        "subject": subject(person),
        "recordedDate": moment(concern.recorded),
    }


def response(found: Resource, person: Person) -> Resource:
    """A stored response, tied to the person and to this Bundle."""
    head = identified("QuestionnaireResponse", str(found["id"]))
    # In this resource an identifier is one, not a list.
    head["identifier"] = head["identifier"][0]
    return {**found, **head, "subject": subject(person), "source": subject(person)}


def _value(fact: Fact) -> Resource:
    value = fact.value
    if value is None:
        return {"valueCodeableConcept": own("answer", NEVER, "none, never")}
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, int | float):
        return {"valueQuantity": filled({"value": value, "unit": fact.unit})}
    if isinstance(value, str):
        return {"valueCodeableConcept": own("fact-word", value, value)}
    if not value and not fact.lacks:
        return {"valueCodeableConcept": own("answer", NONE, "none of the list")}
    words = [*((word, True) for word in value), *((word, False) for word in fact.lacks)]
    return {"component": [{"code": own("fact-word", word, word), "valueBoolean": so} for word, so in words]}


def observation(fact: Fact, person: Person) -> Resource:
    return identified("Observation", fact.id) | filled(
        {
            "status": "final",
            "category": [standard("observation-category", "exam" if fact.by else "survey")],
            "code": own("fact", fact.code, fact.name),
            "subject": subject(person),
            "focus": [to("Condition", fact.concern)],
            "effectiveDateTime": moment(fact.at),
            "performer": [to("Practitioner", fact.by) if fact.by else subject(person)],
            **_value(fact),
            "method": own("method", fact.method, fact.method) if fact.method else None,
            "derivedFrom": [to("QuestionnaireResponse", fact.response)] if fact.response else [],
            "note": [{"text": fact.note}] if fact.note else [],
        }
    )


def score(found: Score, person: Person) -> Resource:
    return identified("Observation", found.id) | filled(
        {
            "status": "entered-in-error" if found.wrong else "final",
            "category": [standard("observation-category", "survey")],
            "code": own("score", found.code, found.name),
            "subject": subject(person),
            "focus": [to("Condition", found.concern)],
            "effectiveDateTime": found.on.isoformat() if found.on else moment(found.at),
            "issued": moment(found.at) if found.on else None,
            "performer": [to("Practitioner", found.by) if found.by else subject(person)],
            "valueQuantity": {"value": found.value},
            "interpretation": [{"text": found.means}] if found.means else [],
            "note": [{"text": found.note}] if found.note else [],
            "method": own("method", found.method, found.method) if found.method else None,
            "derivedFrom": [to("QuestionnaireResponse", found.response)] if found.response else [],
            "component": [
                {
                    "code": own("score-item", f"{found.code}-{number}", f"item {number}"),
                    "valueQuantity": {"value": item},
                }
                for number, item in enumerate(found.items, start=1)
            ],
        }
    )


def care_plan(plan: Plan, person: Person) -> Resource:
    head = identified("CarePlan", plan.id)
    head["identifier"].append({"system": f"{FHIR_BASE}/id/plan-sha256", "value": plan.content_hash})
    return head | filled(
        {
            "status": "revoked" if plan.superseded else "active",
            "intent": "plan",
            "title": f"Plan {plan.number}",
            "description": plan.summary,
            "subject": subject(person),
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
                        "detail": filled(
                            {
                                "status": "scheduled",
                                "code": own("form", session.form, session.name),
                                "description": session.what,
                                "scheduledPeriod": {"start": session.on.isoformat(), "end": session.on.isoformat()},
                            }
                        )
                    }
                    for session in plan.sessions
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


def _event(event: Event) -> Resource:
    return {"authorReference": to("Practitioner", event.by), "time": moment(event.at), "text": event.text}


def medication_request(medicine: Medicine, person: Person) -> Resource:
    days = {"value": medicine.days, "unit": "days", "system": "http://unitsofmeasure.org", "code": "d"}
    return identified("MedicationRequest", medicine.id) | filled(
        {
            "status": medicine.status,
            "intent": "order",
            "medicationCodeableConcept": {"text": medicine.name},
            "subject": subject(person),
            "supportingInformation": [to("CarePlan", medicine.plan)],
            "authoredOn": moment(medicine.written_at),
            "requester": to("Practitioner", medicine.prescriber),
            "reasonReference": [to("Condition", medicine.concern)],
            "note": [
                *([{"text": medicine.reason}] if medicine.reason else []),
                *(_event(event) for event in medicine.events),
            ],
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
