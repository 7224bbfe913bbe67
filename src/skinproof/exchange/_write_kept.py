"""What is kept beside the care itself: consents, messages, photos, letters, alerts, and the trail."""

from __future__ import annotations

import base64

from skinproof.vocabulary import FHIR_BASE, code_system

from ._codes import Resource, filled, identified, moment, own, standard, subject, system, to
from .record import Alert, AuditLine, ConsentGiven, Document, MessageSent, Person, Photo

SHA256 = f"{FHIR_BASE}/id/document-sha256"


def consent(given: ConsentGiven, person: Person) -> Resource:
    recipient = {
        "role": standard("v3-ParticipationType", "IRCP"),
        "reference": {"display": given.to},
    }
    return identified("Consent", given.id) | filled(
        {
            "status": "inactive" if given.until else "active",
            "scope": standard("consentscope", "patient-privacy" if given.to or given.refused else "treatment"),
            "category": [own("consent", given.what, given.title)],
            "patient": subject(person),
            "dateTime": moment(given.at),
            "performer": [subject(person)],
            # What was agreed to, by its version and the fingerprint of the text that was shown.
            "policy": [{"uri": f"{FHIR_BASE}/consent/{given.what}|{given.version}"}],
            "sourceReference": {"reference": f"urn:sha256:{given.text_hash}"} if given.text_hash else None,
            "provision": filled(
                {
                    "type": "deny" if given.refused else "permit",
                    "period": filled({"start": moment(given.at), "end": moment(given.until) if given.until else None}),
                    "actor": [recipient] if given.to else [],
                    "data": [{"meaning": "related", "reference": to("Condition", given.concern)}]
                    if given.concern
                    else [],
                }
            ),
        }
    )


def communication(message: MessageSent, person: Person) -> Resource:
    doctor = to("Practitioner", message.from_doctor) if message.from_doctor else None
    return identified("Communication", message.id) | filled(
        {
            "inResponseTo": [to("Communication", message.reply_to)] if message.reply_to else [],
            "status": "stopped" if message.stopped else "completed",
            "category": [own("communication", message.kind, message.kind)],
            "subject": subject(person),
            "about": [
                to("Condition", message.concern),
                *([to("CarePlan", message.plan)] if message.plan else []),
            ],
            "sent": moment(message.sent),
            "received": moment(message.read) if message.read else None,
            "sender": doctor or subject(person),
            "recipient": [subject(person)] if doctor else [],
            "payload": [{"contentString": message.text}],
        }
    )


def media(photo: Photo, person: Person) -> Resource:
    return identified("Media", photo.id) | filled(
        {
            "status": "completed",
            "type": own("media", "photo", "Photo"),
            "view": own("view", photo.view, photo.view),
            "subject": subject(person),
            "createdDateTime": moment(photo.at),
            "reasonCode": [{"coding": [{"system": system("Condition"), "code": photo.concern}]}],
            "content": filled(
                {
                    "contentType": photo.content_type,
                    "size": photo.size,
                    "data": base64.b64encode(photo.content).decode() if photo.content is not None else None,
                }
            ),
            "note": [{"time": moment(photo.removed), "text": "Taken away by the person."}] if photo.removed else [],
        }
    )


def document(found: Document, person: Person) -> Resource:
    head = identified("DocumentReference", found.id)
    if found.text_hash:
        head["identifier"].append({"system": SHA256, "value": found.text_hash})
    return head | {
        "status": "current",
        "type": own("document", found.kind, found.title),
        "subject": subject(person),
        "date": moment(found.at),
        "author": [to("Practitioner", found.by) if found.by else subject(person)],
        "content": [
            {
                "attachment": {
                    "contentType": "text/plain; charset=utf-8",
                    "data": base64.b64encode(found.text.encode()).decode(),
                    "title": found.title,
                }
            }
        ],
        "context": {"related": [to("Condition", found.concern)]},
    }


def alert(found: Alert, person: Person) -> Resource:
    done = filled(
        {
            "action": {"text": found.done},
            "date": moment(found.done_at) if found.done_at else None,
            "author": to("Practitioner", found.done_by) if found.done_by else None,
        }
    )
    return identified("DetectedIssue", found.id) | filled(
        {
            "status": "final",
            "code": own("rule", found.rule, found.reason),
            "patient": subject(person),
            "identifiedDateTime": moment(found.at),
            "implicated": [to("Condition", found.concern), *([to("CarePlan", found.plan)] if found.plan else [])],
            "evidence": [{"code": [own("form", found.form, found.form_name)]}] if found.form else [],
            "mitigation": [done] if found.done else [],
        }
    )


def audit_event(line: AuditLine, person: Person) -> Resource:
    found = identified("AuditEvent", line.id)
    # AuditEvent is the one resource here that has no identifier of its own.
    del found["identifier"]
    return found | filled(
        {
            "type": {"system": code_system("audit"), "code": line.verb},
            "recorded": moment(line.at),
            "outcome": "0",
            "outcomeDesc": line.reason,
            "agent": [
                filled(
                    {
                        "role": [own("role", line.role, line.role)],
                        "altId": line.actor,
                        "name": line.name,
                        "requestor": True,
                    }
                )
            ],
            "source": {"observer": {"display": "Skinproof"}},
            "entity": [
                {
                    "what": {"identifier": {"system": system(line.object_type), "value": line.object_id}},
                    "type": {"system": code_system("object"), "code": line.object_type},
                    "detail": [{"type": "number", "valueString": line.id}],
                }
            ],
        }
    )
