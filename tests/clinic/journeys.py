"""Walking through a consultation as a browser does, answering calmly unless told otherwise."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django.test import Client
from django.urls import reverse

from skinproof import care
from skinproof.clinic.audit.models import Entry
from skinproof.clinic.consultations import intake
from skinproof.clinic.consultations.models import Consultation, State
from skinproof.clinic.forms import NONE
from skinproof.questionnaires import respond


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"|value="([^"]*)"[^>]*name="{name}"', page).group(1)


def begin(client: Client, concern: str = "melasma", query: str = "") -> Consultation:
    url = reverse("consultations:start") + query
    page = client.get(url).content.decode()
    response = client.post(url, {"concern": concern, "key": hidden(page, "key")})
    assert response.status_code == 302, response.content.decode()
    return Consultation.objects.get(public_id=response.url.split("/")[2])


def url(name: str, consultation: Consultation, *more: str) -> str:
    return reverse(f"consultations:{name}", args=[consultation.public_id, *more])


def calm(question: care.Question) -> Any:
    if question.kind == "number":
        return "34"
    if question.kind == "text":
        return ""
    if question.kind == "any-of":
        return [NONE]
    return question.calm or ("female" if question.id == "sex" else care.UNSURE)


def post_answer(client: Client, consultation: Consultation, question: care.Question, value: Any = None, **more: str):
    data = {"answer": calm(question) if value is None else value, **more}
    return client.post(url("question", consultation, question.id), data)


def next_question(consultation: Consultation) -> care.Question | None:
    consultation.refresh_from_db()
    return intake.progress(consultation).next


def answer_all(client: Client, consultation: Consultation, **special: Any) -> Consultation:
    """Answer every question; `special` gives answers by question id with _ for -."""
    for _ in range(80):
        question = next_question(consultation)
        if question is None:
            return consultation
        response = post_answer(client, consultation, question, special.get(question.id.replace("-", "_")))
        assert response.status_code == 302, re.findall(r'<ul class="field__error".*?</ul>', response.content.decode())
    raise AssertionError("the questions do not end")


@cache
def calm_response(concern: str) -> dict[str, Any]:
    """The response of somebody with nothing to declare."""
    form = care.for_concern(concern)
    given: dict[str, Any] = {}
    while (question := care.journey(form, given, concern=concern).next) is not None:
        assert isinstance(question, care.Question)
        value = [] if question.kind == "any-of" else calm(question)
        given[question.id] = form.given_by(question.read(value))
    return respond(form.questionnaire, {**given, **form.start(concern)}, "in-progress")


def ready(client: Client, concern: str = "melasma") -> Consultation:
    """A consultation with every question answered, without the walk through the pages."""
    consultation = begin(client, concern)
    Consultation.objects.filter(pk=consultation.pk).update(response=calm_response(concern))
    consultation.refresh_from_db()
    return consultation


def answer_until(client: Client, consultation: Consultation, question_id: str, **special: Any) -> care.Question:
    for _ in range(80):
        question = next_question(consultation)
        assert question is not None, f"{question_id} was not asked"
        if question.id == question_id:
            return question
        assert (
            post_answer(client, consultation, question, special.get(question.id.replace("-", "_"))).status_code == 302
        )
    raise AssertionError("the questions do not end")


def agreed(client: Client, consultation: Consultation) -> dict[str, str]:
    """What the page of consent sends, with both boxes ticked."""
    page = client.get(url("consent", consultation)).content.decode()
    return {name: hidden(page, name) for name in ("key", "version", "text")} | {"truth": "on", "agree": "on"}


def submit(client: Client, consultation: Consultation, **changes: str):
    return client.post(url("consent", consultation), {**agreed(client, consultation), **changes})


def now(client: Client, consultation: Consultation) -> str:
    return client.get(url("now", consultation)).url


def verbs() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("verb", flat=True))


def submitted(client: Client, concern: str = "melasma", **special) -> Consultation:
    consultation = ready(client, concern)
    submit(client, consultation)
    consultation.refresh_from_db()
    assert consultation.state == State.SUBMITTED
    return consultation


def send(client: Client, consultation: Consultation, choices: list[str] | None = None, note: str = ""):
    client.post(url("choose", consultation), {"choices": choices or ["no-treatment"], "note": note})
    page = client.get(url("send", consultation)).content.decode()
    return client.post(url("send", consultation), {"version": hidden(page, "version")})
