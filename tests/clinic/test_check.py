"""Checking an advert: the result at once, nothing kept unless asked for, and then behind a link that can be let go."""

from __future__ import annotations

import datetime as dt
import io
import logging
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from claims.files import pdf, word
from skinproof.claims import check, seed_report
from skinproof.clinic.check import selectors, services, views
from skinproof.clinic.check.models import KeptReport

from .pages import main_of
from .test_library_pages import check_page

ADVERT = "Our exosomes boost collagen.\n\nThey are completely safe.\n\nSecret <b>words</b> of Ada & Bo."
FORM = reverse("check:form")


def send(client, text="", file=None, name="ad.txt", **more):
    data = {"text": text, **more}
    if file is not None:
        data["file"] = SimpleUploadedFile(name, file)
    return client.post(FORM, data)


def keep(client, text=ADVERT):
    answer = client.post(reverse("check:keep"), {"text": text, "source": "Pasted text"})
    assert answer.status_code == 302
    return answer.url


# --- without a database: no test here asks for one, so pytest-django refuses any page that would touch it
def test_the_form_is_there_and_linked(client):
    answer = client.get(FORM)
    check_page(answer)
    for path in ("/", "/treatments/exosome/"):
        assert FORM in {node.get("href") for node in main_of(client.get(path).content).all("a")}
    assert reverse("check:the-article") in {node.get("href") for node in main_of(answer.content).all("a")}


def test_a_pasted_text_is_answered_at_once_with_every_claim_marked(client):
    answer = send(client, ADVERT)
    check_page(answer)
    main = main_of(answer.content)
    marks = [node.text for node in main.all("mark")]
    assert marks == [claim.found.span for claim in check(ADVERT).claims]
    assert len(list(main.all("article"))) == len(marks)
    text = main.text
    for claim in check(ADVERT).claims:
        assert claim.reason in text
    for word_ in ("It makes 2 promises", "Contradicted", "What could honestly be said", "Worth checking"):
        assert word_ in text
    assert "Secret <b>words</b> of Ada & Bo." in text  # as it was written, not as markup
    ids = {node.get("id") for node in main.all() if node.get("id")}
    aims = {node.get("href")[1:] for node in main.all("a") if node.get("href").startswith("#")}
    assert aims <= ids


def test_a_verdict_is_told_by_a_word_and_a_shape(client):
    main = main_of(send(client, ADVERT).content)
    told = [node for node in main.all() if node.has_class("verdict")]
    assert told
    for node in told:
        assert node.text
        assert list(node.all("svg"))


def test_findings_and_studies_are_linked_and_there(client):
    main = main_of(send(client, ADVERT).content)
    links = {node.get("href") for node in main.all("a") if node.get("href").startswith(("/findings/", "/studies/"))}
    assert links
    for href in links:
        assert client.get(href).status_code == 200


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (ADVERT.encode(), "ad.txt"),
        (b"<html><body><main><p>" + ADVERT.encode() + b"</p></main></body></html>", "a.html"),
        (pdf("Exosomes boost collagen."), "ad.pdf"), (word(("", "Exosomes boost collagen.")), "ad.docx"),
    ],
)  # fmt: skip
def test_a_file_is_read_whatever_its_kind(client, content, name):
    answer = send(client, file=content, name=name)
    check_page(answer)
    main = main_of(answer.content)
    assert "boost collagen" in {node.text for node in main.all("mark")}
    assert name in main.text


@pytest.mark.parametrize(
    ("given", "says", "status"),
    [
        ({}, "Paste a text, or choose a file.", 200),
        ({"text": "  \n "}, "Paste a text, or choose a file.", 200),
        ({"text": "a", "file": b"b"}, "Send one of them at a time.", 200),
        ({"text": "123 456"}, "holds no words", 200),
        ({"text": "a\x00b"}, "Null characters", 200),
        ({"file": b""}, "holds no words", 200),
        ({"file": b"caf\xe9"}, "UTF-8", 200),
        ({"file": pdf(""), "name": "scan.pdf"}, "scan.pdf has no text in it", 200),
        ({"file": b"PK\x03\x04rubbish", "name": "ad.docx"}, "ad.docx is damaged", 200),
        ({"text": "a " * 500_001}, "1 MB of text", 413),
        ({"file": b"a " * 500_001}, "1 MB of text", 413),
        ({"file": b"x" * 10_000_001}, "10 MB", 413),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_beside_its_field(client, given, says, status):
    answer = send(client, **given)
    assert answer.status_code == status
    main = main_of(answer.content)
    assert says in main.text
    assert "There is a problem" in main.text
    assert b"<title>Error: " in answer.content


def test_what_is_larger_than_a_file_may_be_is_refused_unread(client):
    answer = send(client, file=b"x" * 12_000_001)
    assert answer.status_code == 413
    assert "10 megabytes" in main_of(answer.content).text
    assert send(client, "a" * 2_100_000).status_code == 413


def test_a_megabyte_is_read_and_not_all_of_it_drawn(client):
    text = ("Our exosomes boost collagen.\n\nWe are open on Mondays.\n\n" * 20_000)[:999_999]
    answer = send(client, text)
    assert answer.status_code == 200
    assert len(answer.content) < 3_000_000
    assert "parts are left out" in main_of(answer.content).text


def test_nobody_keeps_an_answer_and_no_engine_lists_it(client):
    for answer in (send(client, ADVERT), send(client, "")):
        assert "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]
    assert b'<meta name="robots" content="noindex' in send(client, ADVERT).content
    assert "X-Robots-Tag" not in client.get(FORM)
    assert not send(client, ADVERT).cookies.get("sessionid")


def test_no_file_is_ever_written(client, monkeypatch):
    import tempfile

    def refuse(*_, **__):
        raise AssertionError("a file was to be written")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", refuse)
    monkeypatch.setattr("django.core.files.temp.NamedTemporaryFile", refuse)
    assert send(client, file=b"exosomes boost collagen " * 30_000).status_code == 200


def test_the_article_that_started_this(client):
    answer = client.get(reverse("check:the-article"))
    check_page(answer)
    main = main_of(answer.content)
    listed = seed_report()
    assert len(list(main.all("article"))) == len(listed.rows)
    assert {node.get("id") for node in main.all("h2")} >= {f"s-{name}" for name in listed.sections}
    for row in listed.rows:
        assert row.claim.reason in main.text
    assert "public" in answer["Cache-Control"]


def test_wrong_methods(client):
    assert client.get(reverse("check:keep")).status_code == 405
    assert client.post(reverse("check:kept", args=["x"])).status_code == 405
    assert client.get(reverse("check:delete", args=["x"])).status_code == 405
    assert client.put(FORM).status_code == 405


def test_large_texts_wait_their_turn_and_small_ones_do_not(client, monkeypatch):
    monkeypatch.setattr(views, "PATIENCE", 0.01)
    for _ in range(views.AT_ONCE):
        views._turns.acquire()
    try:
        answer = send(client, ADVERT * 3_000)
        assert answer.status_code == 503
        assert answer["Retry-After"]
        assert "Try again in a minute" in main_of(answer.content).text
        assert send(client, ADVERT).status_code == 200
    finally:
        views._turns.release(views.AT_ONCE)
    assert send(client, ADVERT * 3_000).status_code == 200


# --- keeping
@pytest.mark.django_db
def test_nothing_is_stored_unless_asked_for(client):
    send(client, ADVERT)
    send(client, file=ADVERT.encode())
    assert KeptReport.objects.count() == 0
    keep(client)
    assert KeptReport.objects.count() == 1


@pytest.mark.django_db
def test_the_result_page_keeps_just_what_it_shows(client):
    main = main_of(send(client, "\n" + ADVERT.replace("\n", "\r\n")).content)
    (form,) = (node for node in main.all("form") if node.get("action") == reverse("check:keep"))
    (area,) = form.all("textarea")
    raw = "".join(text for text, _ in area.texts())
    url = keep(client, raw.removeprefix("\n"))  # a browser drops the first line break of a textarea
    assert KeptReport.objects.get().text == "\n" + ADVERT
    shown = main_of(client.get(url).content)
    assert [n.text for n in shown.all("mark")] == [n.text for n in main.all("mark")]


@pytest.mark.django_db
def test_a_kept_report_is_read_by_its_link_alone(client):
    url = keep(client)
    token = url.rstrip("/").rsplit("/", 1)[1]
    answer = client.get(url)
    check_page(answer)
    assert "Secret <b>words</b> of Ada & Bo." in main_of(answer.content).text
    assert url in main_of(answer.content).text
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]
    kept = KeptReport.objects.get()
    assert token not in str(vars(kept))  # whoever reads the database has no links
    others = {keep(client).rsplit("/", 2)[1] for _ in range(20)}
    assert len(others) == 20
    assert all(len(services.signing.loads(each, salt=services.SALT)) >= 32 for each in others)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: "A" + t, lambda t: t.swapcase(), lambda t: "x", lambda t: "a:b:c"]
)
def test_an_altered_link_leads_nowhere(client, change):
    token = keep(client).rstrip("/").rsplit("/", 1)[1]
    answer = client.get(reverse("check:kept", args=[change(token)]))
    assert answer.status_code == 410
    check_words = main_of(answer.content).text
    assert "not here any more" in check_words
    client.post(reverse("check:delete", args=[change(token)]))
    assert KeptReport.objects.count() == 1


@pytest.mark.django_db
def test_a_link_signed_for_something_else_leads_nowhere(client):
    from django.core import signing

    keep(client)
    for salt, value in ((services.SALT, {"a": 1}), (services.SALT, "unknown"), ("other", "unknown")):
        assert client.get(reverse("check:kept", args=[signing.dumps(value, salt=salt)])).status_code == 410


@pytest.mark.django_db
def test_after_its_days_a_report_is_gone_and_then_deleted(client, monkeypatch):
    url = keep(client)
    KeptReport.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert client.get(url).status_code == 410
    assert KeptReport.objects.count() == 0
    monkeypatch.setattr(services, "DAYS", -1)
    assert services.key_of(url.rstrip("/").rsplit("/", 1)[1]) is None  # the link itself knows its age


@pytest.mark.django_db
def test_the_process_that_sends_letters_lets_go_of_what_is_past_its_day(client):
    keep(client)
    KeptReport.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    call_command("send_post")
    assert KeptReport.objects.count() == 0


@pytest.mark.django_db
def test_whoever_holds_the_link_can_delete_what_it_leads_to(client):
    url, other = keep(client), keep(client)
    answer = client.post(url + "delete/")
    assert "is deleted" in main_of(answer.content).text
    assert client.get(url).status_code == 410
    assert client.get(other).status_code == 200
    assert client.post(url + "delete/").status_code == 200


@pytest.mark.django_db
def test_links_are_not_made_without_end(client, monkeypatch):
    monkeypatch.setattr(services, "MOST_AN_HOUR", 2)
    keep(client)
    keep(client)
    answer = client.post(reverse("check:keep"), {"text": ADVERT, "source": "x"})
    assert answer.status_code == 429
    assert "Try again in an hour" in main_of(answer.content).text
    assert list(main_of(answer.content).all("mark"))  # and the report is still there
    KeptReport.objects.update(created_at=timezone.now() - dt.timedelta(hours=2))
    keep(client)
    monkeypatch.setattr(services, "MOST", 3)
    assert client.post(reverse("check:keep"), {"text": ADVERT, "source": "x"}).status_code == 429


@pytest.mark.django_db
def test_a_report_of_an_older_form_is_made_anew(client):
    url = keep(client)
    KeptReport.objects.update(report={"source": "x"})
    answer = client.get(url)
    assert answer.status_code == 200
    assert "checked anew" in main_of(answer.content).text
    kept = KeptReport.objects.get()
    assert selectors.report_of(kept)[0] == check(ADVERT, "Pasted text")


@pytest.mark.django_db
def test_a_stored_report_comes_back_as_it_was(client):
    keep(client)
    assert selectors.report_of(KeptReport.objects.get()) == (check(ADVERT, "Pasted text"), False)


@pytest.mark.django_db
def test_a_form_from_elsewhere_is_refused(settings):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    for path in (FORM, reverse("check:keep"), reverse("check:delete", args=["x"])):
        assert strict.post(path, {"text": ADVERT, "source": "x"}).status_code == 403


# --- what is written down
@pytest.mark.django_db
def test_the_logs_hold_nothing_of_it(client, monkeypatch):
    from skinproof.clinic.web.logs import PrivateFilter, PrivateFormatter

    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(PrivateFilter())
    handler.setFormatter(PrivateFormatter("{levelname} {name} {message}", style="{"))
    root, django = logging.getLogger(), logging.getLogger("django")
    levels = root.level, django.level
    for logger in (root, django):
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    client.raise_request_exception = False
    try:
        url = keep(client)
        client.get(url)
        send(client, file=pdf("Secret")[:80], name="Secret.pdf")
        send(client, "a " * 600_000)
        monkeypatch.setattr("skinproof.clinic.check.views.check", lambda *_: 1 / 0)
        assert send(client, ADVERT).status_code == 500
        client.get(url + "nothing")
    finally:
        for logger in (root, django):
            logger.removeHandler(handler)
        root.setLevel(levels[0])
        django.setLevel(levels[1])
    written = stream.getvalue()
    assert "ZeroDivisionError" in written
    assert "Secret" not in written
    assert url.rstrip("/").rsplit("/", 1)[1] not in written


# --- anything at all
odd = st.one_of(
    st.text(max_size=200),
    st.sampled_from(
        ["\x00", "exosomes " * 50, "<script>", "{{ x }}", "‮", "a\r\nb", "|a|b|\n|-|-|\n|exosomes cure acne|"]
    ),
)


@pytest.mark.django_db
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(odd, st.one_of(st.none(), st.binary(max_size=200)), odd, odd)
def test_any_form_is_answered(client, text, file, name, source):
    text, name, source = (each.encode("utf-8", "replace").decode() for each in (text, name, source))
    data = {"text": text} if file is None else {"text": text, "file": SimpleUploadedFile(name or "x", file)}
    assert client.post(FORM, data).status_code in (200, 400, 413)
    KeptReport.objects.all().delete()
    assert client.post(reverse("check:keep"), {"text": text, "source": source}).status_code in (200, 302)
    assert client.get(f"/check/kept/{quote(name or source, safe='')}/").status_code in (301, 400, 404, 410)


def words_of(answer):
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).split())


def test_the_report_can_be_taken_along_as_a_pdf_and_nothing_is_kept(client, db):
    answer = client.post(reverse("check:paper"), {"text": ADVERT, "source": "Pasted text"})
    words = words_of(answer)
    report = check(ADVERT)
    assert report.claims
    for claim in report.claims:
        assert claim.reason.split(". ")[0] in words
    assert "no-store" in answer["Cache-Control"]
    assert not KeptReport.objects.exists()


def test_a_kept_report_has_the_same_pdf_behind_its_link(client, db):
    url = keep(client)
    assert "What is promised" in words_of(client.get(f"{url}paper.pdf"))
    client.post(f"{url}delete/")
    assert client.get(f"{url}paper.pdf").status_code == 410


def test_a_pdf_of_a_long_text_ends_and_says_so(client, db, monkeypatch):
    monkeypatch.setattr("skinproof.clinic.check.paper.MOST", 2)
    text = "Exosomes reduce redness. Retinol reduces wrinkles. Exosomes are completely safe. Peels fade spots."
    words = words_of(client.post(reverse("check:paper"), {"text": text, "source": "x"}))
    assert "holds the first 2 only" in words


def test_a_pdf_of_nothing_leads_back_to_the_form(client, db):
    assert client.post(reverse("check:paper"), {"source": "x"}).status_code == 302
    assert client.get(reverse("check:paper")).status_code == 405
    assert "no promise" in words_of(client.post(reverse("check:paper"), {"text": "Good morning.", "source": "x"}))
