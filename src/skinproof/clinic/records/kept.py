"""What was written and kept beside it: messages, what was asked for, photos, letters, and who looked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from skinproof.clinic.audit.models import ROLE_WORDS, Entry
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.desk.models import Ask
from skinproof.clinic.papers.blocks import texts
from skinproof.clinic.papers.contents.referral import Letter, referral_paper
from skinproof.clinic.photos import storage
from skinproof.clinic.photos.models import Photo as KeptPhoto
from skinproof.exchange import AuditLine, Document, MessageSent, Photo

from .staff import Staff, plain

JPEG = "image/jpeg"  # what photos are kept as


def messages(case: Consultation, staff: Staff) -> Iterator[MessageSent]:
    plans = {plan.number: plan.public_id for plan in case.plans.all()}
    for row in case.messages.all():
        yield MessageSent(
            id=row.public_id,
            concern=case.public_id,
            text=plain(row.text) or "(no words)",
            sent=row.at,
            from_doctor=staff.id(row.author) if row.from_doctor and row.author else None,
            plan=plans.get(row.plan_number),
        )
    for ask in case.asks.all():
        yield from _asked(case, ask, staff)


def _asked(case: Consultation, ask: Ask, staff: Staff) -> Iterator[MessageSent]:
    photos = f"Photos: {ask.photos}" if ask.photos else ""
    lines = [*(text for _, text in ask.questions), photos, ask.question]
    yield MessageSent(
        id=ask.public_id,
        concern=case.public_id,
        text=plain("\n".join(filter(None, lines))),
        sent=ask.at,
        from_doctor=staff.id(ask.doctor),
        kind="ask",
        stopped=ask.how == Ask.TAKEN_BACK,
    )
    if (reply := getattr(ask, "reply", None)) is not None:
        known = dict(ask.questions)
        answers = [
            f"{known.get(question, question)} {'; '.join(words.splitlines())}" for question, words, _ in reply.answers
        ]
        yield MessageSent(
            id=f"{ask.public_id}-reply",
            concern=case.public_id,
            text=plain("\n".join(filter(None, [*answers, reply.text]))) or "(no words)",
            sent=reply.at,
            kind="reply",
            reply_to=ask.public_id,
        )


def photos(case: Consultation, *, content: bool) -> Iterator[Photo]:
    """Every photo that there was; what was on it only if it is asked for and its file is there still."""
    for row in case.photos.all():
        yield Photo(
            id=row.public_id,
            concern=case.public_id,
            view=row.view,
            at=row.uploaded_at,
            content_type=JPEG,
            size=row.bytes,
            content=_content(row) if content and row.erased_at is None else None,
            removed=row.removed_at,
        )


def _content(row: KeptPhoto) -> bytes | None:
    try:
        return storage.read(row.name, storage.FULL)
    except FileNotFoundError:
        return None


def documents(case: Consultation, staff: Staff) -> Iterator[Document]:
    """Letters as they were issued, and the notes of follow-ups."""
    for row in case.referrals.all():
        paper = referral_paper(
            Letter.model_validate(row.content), reference=f"Letter {row.number}", fingerprint=row.content_hash
        )
        yield Document(
            id=row.public_id,
            concern=case.public_id,
            kind="referral",
            title=f"Referral letter {row.number}",
            text=plain("\n".join(texts(paper))),
            at=row.issued_at,
            by=staff.id(row.issued_by),
            text_hash=row.content_hash,
        )
    for row in case.follow_ups.all():
        yield Document(
            id=f"follow-up-{row.pk}",
            concern=case.public_id,
            kind="follow-up",
            title=f"Follow-up on {row.on.isoformat()}: {row.get_how_display()}",
            text=plain(row.found),
            at=row.at,
            by=staff.id(row.doctor),
        )


def audit(entries: Iterable[Entry]) -> Iterator[AuditLine]:
    """Who did what and when. Reasons are not taken over: those that concern care stand with what they are about."""
    for entry in entries:
        role = ROLE_WORDS.get(entry.role, entry.role)
        yield AuditLine(
            id=str(entry.pk),
            at=entry.at,
            role=entry.role,
            actor=str(entry.actor_id) if entry.actor_id is not None else None,
            verb=entry.verb,
            object_type=entry.object_type,
            object_id=entry.object_id,
            name=plain(f"{entry.actor.name} ({role})" if entry.actor else role),
        )
