"""Referral letters that are issued."""

from __future__ import annotations

import re

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from clinic import plans
from skinproof import care
from skinproof.clinic.audit.models import Entry
from skinproof.clinic.desk import holding
from skinproof.clinic.desk.judging import judged
from skinproof.clinic.papers import making, services
from skinproof.clinic.papers.blocks import texts
from skinproof.clinic.papers.models import Referral

from .steps import NAME, WHY, refer, said, tell_gp, words

pytestmark = pytest.mark.django_db


def test_a_red_flag_says_how_fast_and_to_whom(mole_case, doctor):
    row = refer(mole_case, doctor, flags=["rf-mole-changing"], to="my cousin")
    rule = care.rules().rule("rf-mole-changing")
    content = row.content
    assert content["to"] == rule.to
    assert content["urgency"] == rule.urgency
    assert "my cousin" not in str(content)
    told = said(making.referral(mole_case, row.number))
    for text in (rule.reason, rule.to, WHY, NAME, doctor.prescriber, row.content_hash, "Nobody of this clinic"):
        assert text in told, text
    assert care.rules().urgencies[rule.urgency].heading in told
    assert "bigger" in told, "the answer that raised it goes with the letter"
    assert making.referral(mole_case, 1).title == "Urgent referral letter"


def test_an_emergency_says_what_to_do_now_first(mole_case, doctor):
    case = mole_case
    plans.record(case, doctor, breathing_trouble_or_face_swelling=True)
    flags = services.standing_flags(judged(case))
    assert flags == ("rf-allergic-emergency", "rf-mole-changing"), "the most urgent first"
    refer(case, doctor, flags=list(reversed(flags)))
    paper = making.referral(case, 1)
    emergency = care.rules().urgencies["emergency"]
    lines = list(texts(paper))
    assert lines[2:6] == [emergency.heading, *emergency.do_now]
    assert "handed over, not sent" in said(paper)
    assert paper.title == "Emergency referral letter"
    assert all(care.rules().rule(flag).to in said(paper) for flag in flags)


def test_a_letter_is_issued_once_and_never_changed(mole_case, doctor):
    row = refer(mole_case, doctor, flags=["rf-mole-changing"])
    assert refer(mole_case, doctor, flags=["rf-mole-changing"]) == row
    assert Referral.objects.count() == 1
    assert Entry.objects.filter(verb="referred").count() == 1
    for statement in ("UPDATE papers_referral SET number = 9", "DELETE FROM papers_referral"):
        with pytest.raises(DatabaseError, match="kept as it was"), transaction.atomic():
            connection.cursor().execute(statement)


@pytest.mark.parametrize("statement", ["UPDATE papers_gpsharing SET allowed = allowed", "DELETE FROM papers_gpsharing"])
def test_what_was_said_of_the_gp_stays(case, person, statement):
    tell_gp(case, person)
    with pytest.raises(DatabaseError, match="kept as it was"), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"reason": "short"}, "20 characters"),
        ({"flags": ["rf-minoxidil-heart-signs"]}, "No red flag stands"),
        ({"to": "dermatologist"}, "A red flag stands"),
    ],
)
def test_a_letter_that_would_mislead_is_refused(mole_case, doctor, more, message):
    given = {"flags": [], **more}
    if "reason" in more:
        given["flags"] = ["rf-mole-changing"]
    with pytest.raises(services.PaperError, match=message):
        refer(mole_case, doctor, **given)


def test_a_routine_letter_goes_to_whom_the_doctor_says(case, doctor, make_user):
    with pytest.raises(services.PaperError, match="to whom"):
        refer(case, doctor)
    row = refer(case, doctor, to="A dermatologist near them")
    told = said(making.referral(case, row.number))
    assert "A dermatologist near them" in told
    assert "Routine" in told
    assert making.referral(case, 1).title == "Referral letter"


def test_only_the_doctor_who_has_the_case_issues_letters(open_case, make_user):
    with pytest.raises(holding.NotHeldError):
        refer(open_case, make_user("doctor"), to="dermatologist")


def test_a_letter_is_written_on_its_page(client, mole_case, doctor, sign_in):
    sign_in(client, doctor)
    address = reverse("case-papers:refer", args=[mole_case.public_id])
    page = client.get(address).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page).group(1)
    assert re.search(r'value="rf-mole-changing"[^>]*checked', page), "a flag that nobody dealt with is chosen first"
    assert "Say why you refer." in client.post(address, {"key": key}).content.decode()
    refused = client.post(address, {"key": key, "reason": WHY, "to": "somebody"})
    assert "A red flag stands" in refused.content.decode()
    assert WHY in refused.content.decode()
    assert client.post(address, {"key": key, "reason": WHY, "flags": ["rf-mole-changing"]}).status_code == 302
    assert "Referral letter 1" in words(client.get(reverse("case-papers:papers", args=[mole_case.public_id])))
