"""Nothing that a browser can send breaks a page: each answer is below 500, whatever is in the form."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skinproof.clinic.consultations import intake
from skinproof.clinic.consultations.models import Consultation, State
from skinproof.clinic.desk import asking
from skinproof.clinic.desk.models import Ask

from .journeys import ready, url

pytestmark = pytest.mark.django_db
QUICK = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

odd = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["\x00", "null", "-1", "1e999", "NaN", "１２", "{}", "[]", "on", " ", "🦠" * 20, "‮", "a\r\nb", "%00"]
    ),
    st.integers().map(str),
    st.floats().map(str),
)
fields = st.sampled_from(
    ["answer", "key", "version", "text", "truth", "agree", "choices", "note", "money", "pain", "email", "do",
     "concern", "username", "password", "next", "code"]
)  # fmt: skip
forms = st.dictionaries(fields, st.one_of(odd, st.lists(odd, max_size=4)), max_size=6)


def sendable(form: dict) -> dict:
    """Without lone surrogates, which no client can put into UTF-8."""
    clean = lambda text: text.encode("utf-8", "replace").decode()  # noqa: E731
    return {k: [clean(x) for x in v] if isinstance(v, list) else clean(v) for k, v in form.items()}


@pytest.mark.parametrize("kind", ["number", "one-of", "any-of", "text", "may be left empty"])
def test_any_answer_to_any_kind_of_question_is_taken_or_refused(client, kind):
    consultation = ready(client)
    asked = [answer.question for answer in intake.progress(consultation).journey.asked]
    question = next(q.id for q in reversed(asked) if kind in (q.kind, q.optional and "may be left empty"))
    before = consultation.response

    @QUICK
    @given(forms)
    def check(form):
        Consultation.objects.filter(pk=consultation.pk).update(
            response=before, set_aside={}, acknowledged=[], state=State.DRAFT
        )
        response = client.post(url("question", consultation, question), sendable(form))
        assert response.status_code in (200, 302)
        kept = Consultation.objects.get(pk=consultation.pk)
        assert intake.faults(kept, kept.response) == (), "what is kept fits its questions"
        if response.status_code == 302:
            assert question in intake.answers(kept) or question in kept.set_aside or kept.state == State.STOPPED
            assert "\x00" not in str(kept.response)

    check()


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.WAITING])
@pytest.mark.parametrize("page", ["stop", "consent", "matters", "choose", "send", "message", "link", "keep"])
def test_any_form_to_any_step_is_taken_or_refused(client, page, state):
    consultation = ready(client)

    @QUICK
    @given(forms)
    def check(form):
        Consultation.objects.filter(pk=consultation.pk).update(state=state)
        response = client.post(url(page, consultation), sendable(form))
        assert response.status_code in (200, 302)

    check()


def test_any_answer_to_what_a_doctor_asked_is_taken_or_refused(client, make_user):
    doctor, consultation = make_user("doctor"), ready(client)
    kinds = {question.kind: question for question in asking.questions_by_id().values()}
    asked = [[question.id, question.text] for question in kinds.values()]
    there = Ask.objects.create(consultation=consultation, doctor=doctor, questions=asked, question="And?")
    where = reverse("plans:more", args=[consultation.public_id])
    names = [f"q-{name}-{part}" for name, _ in asked for part in ("answer", "offered")]
    given_forms = st.dictionaries(st.sampled_from(["ask", "text", *names]), st.one_of(odd, st.lists(odd, max_size=4)))

    @QUICK
    @given(given_forms, st.booleans())
    def check(form, from_its_page):
        Consultation.objects.filter(pk=consultation.pk).update(state=State.ASKED, sent_at=timezone.now())
        if from_its_page:
            form["ask"] = there.public_id
        assert client.post(where, sendable(form)).status_code in (200, 302)

    check()


@pytest.mark.parametrize("page", ["people:sign-in", "people:register", "people:reset", "consultations:start"])
def test_any_form_to_the_open_pages_is_taken_or_refused(client, page):
    cache.clear()

    @QUICK
    @given(forms, st.text(max_size=30))
    def check(form, query):
        response = client.post(reverse(page), sendable(form), query_params={"asked": sendable({"q": query})["q"]})
        assert response.status_code in (200, 302, 400, 429)

    check()


@QUICK
@given(token=st.text(max_size=60))
def test_any_link_is_opened_or_gone(client, token):
    from django.utils.http import urlencode

    path = "/consultation/resume/" + urlencode({"": sendable({"t": token})["t"]})[1:].replace("%2F", "-") + "/"
    assert client.get(path).status_code in (400, 404, 410)
