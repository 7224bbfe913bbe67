"""The way back of what `_write_kept` writes."""

from __future__ import annotations

import base64
import binascii
from typing import get_args

from ._node import Node, Reader, own_id
from ._write_kept import SHA256
from .record import Alert, AuditLine, ConsentGiven, Document, MessageKind, MessageSent, Photo


def consent(node: Node, reader: Reader) -> ConsentGiven:
    what, title = node.first("category").first("coding").need("code").text, node.first("category").words("text")
    policy, provision = node.first("policy").need("uri"), node.need("provision")
    source, until = node.get("sourceReference"), provision.need("period").get("end")
    about, actors = provision.each("data"), provision.each("actor")
    return ConsentGiven(
        id=own_id(node, "Consent"),
        concern=reader.target(about[0], "reference") if about else None,
        what=what,
        title=title,
        version=policy.text.rpartition("|")[2],
        text_hash=source.need("reference").text.rpartition(":")[2] if source else "",
        at=node.need("dateTime").moment,
        until=until.moment if until else None,
        refused=provision.need("type").text == "deny",
        to=actors[0].need("reference").words("display") if actors else "",
    )


def communication(node: Node, reader: Reader) -> MessageSent:
    read = node.get("received")
    return MessageSent(
        id=own_id(node, "Communication"),
        concern=reader.concern(node, "about"),
        text=node.first("payload").need("contentString").text,
        sent=node.need("sent").moment,
        from_doctor=reader.doctor(node, "sender"),
        read=read.moment if read else None,
        kind=_kind(node.first("category").first("coding").need("code")),
        plan=reader.of_kind(node, "about", "CarePlan"),
        reply_to=reader.of_kind(node, "inResponseTo", "Communication"),
        stopped=node.need("status").text == "stopped",
    )


def _kind(node: Node) -> MessageKind:
    if node.text not in get_args(MessageKind):
        raise node.wrong(f"needs one of {', '.join(get_args(MessageKind))}")
    return node.text  # type: ignore[return-value]


def _bytes(node: Node) -> bytes:
    try:
        return base64.b64decode(node.text, validate=True)
    except (binascii.Error, ValueError):
        raise node.wrong("is not base64") from None


def document(node: Node, reader: Reader) -> Document:
    attachment = node.first("content").need("attachment")
    data = attachment.need("data")
    try:
        text = _bytes(data).decode()
    except UnicodeDecodeError:
        raise data.wrong("is not text in UTF-8") from None
    hashes = (each.words("value") for each in node.each("identifier") if each.words("system") == SHA256)
    kind, title = node.code("type")
    return Document(
        id=own_id(node, "DocumentReference"),
        concern=reader.concern(node.need("context"), "related"),
        kind=kind,
        title=title,
        text=text,
        at=node.need("date").moment,
        by=reader.doctor(node, "author"),
        text_hash=next(hashes, ""),
    )


def alert(node: Node, reader: Reader) -> Alert:
    rule, reason = node.code("code")
    evidence, done = node.each("evidence"), node.each("mitigation")
    form = evidence[0].first("code") if evidence else None
    done_at = done[0].get("date") if done else None
    return Alert(
        id=own_id(node, "DetectedIssue"),
        concern=reader.concern(node, "implicated"),
        rule=rule,
        reason=reason,
        at=node.need("identifiedDateTime").moment,
        plan=reader.of_kind(node, "implicated", "CarePlan"),
        form=form.first("coding").need("code").text if form else "",
        form_name=form.words("text") if form else "",
        done=done[0].need("action").need("text").text if done else "",
        done_at=done_at.moment if done_at else None,
        done_by=reader.maybe(done[0], "author") if done else None,
    )


def media(node: Node) -> Photo:
    content, notes = node.need("content"), node.each("note")
    data = content.get("data")
    found = _bytes(data) if data else None
    return Photo(
        id=own_id(node, "Media"),
        concern=node.first("reasonCode").first("coding").need("code").text,
        view=node.code("view")[0],
        at=node.need("createdDateTime").moment,
        content_type=content.need("contentType").text,
        size=content.need("size").whole,
        content=found,
        removed=notes[0].need("time").moment if notes else None,
    )


def audit_event(node: Node) -> AuditLine:
    agent, entity = node.first("agent"), node.first("entity")
    return AuditLine(
        id=own_id(node, "AuditEvent"),
        at=node.need("recorded").moment,
        role=agent.first("role").first("coding").need("code").text,
        actor=agent.words("altId") or None,
        verb=node.need("type").need("code").text,
        object_type=entity.need("type").need("code").text,
        object_id=entity.need("what").need("identifier").need("value").text,
        reason=node.words("outcomeDesc"),
        name=agent.words("name"),
    )
