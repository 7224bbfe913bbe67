"""What the rules find in a person's words, as the doctor sees it."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from skinproof.clinic.consultations.models import State
from skinproof.clinic.desk.found import found
from skinproof.clinic.desk.judging import judged

pytestmark = pytest.mark.django_db
STORY = (
    "Brown patches since May. A mole on my cheek is getting bigger. I take warfarin. My sister has lupus. "
    "I am not pregnant."
)


def lines(case):
    return {line.words: line for line in found(judged(case)).lines}


def test_each_thing_comes_with_its_words_how_it_was_said_and_how_it_stands_to_the_answers(make_case):
    seen = lines(make_case(special={"story": STORY}))
    mole = seen["mole on my cheek is getting bigger"]
    assert (mole.kind, mole.means, mole.against) == ("stop", "A mole or mark getting bigger", True)
    assert mole.note == "the answers say otherwise"
    assert seen["lupus"].note == "of somebody else"
    assert not seen["lupus"].against
    assert seen["pregnant"].note == "they say that it is not so"
    assert seen["warfarin"].kind == "caution"


def test_what_agrees_with_the_answers_is_no_alarm_but_a_red_flag_is(make_case):
    case = make_case(special={"story": STORY, "moles": ["bigger"]})
    assert lines(case)["mole on my cheek is getting bigger"].note == ""
    assert "mole on my cheek is getting bigger" in [line.words for line in found(judged(case)).alarms]


def test_what_is_found_counts_and_reassuring_words_open_nothing(make_case):
    told, silent = judged(make_case(special={"story": STORY})), judged(make_case(special={}))
    assert ("medicines", "warfarin") in told.now.account.used
    assert told.facts.known["lesion-changing-size"] is True
    assert silent.facts.known["lesion-changing-size"] is False
    assert told.facts.known.get("pregnant") == silent.facts.known.get("pregnant")
    assert "rf-mole-changing" in told.now.person.rules
    assert "rf-mole-changing" not in silent.now.person.rules


def test_the_note_is_read_too(make_case):
    assert "warfarin" in lines(make_case(special={}, note="I take warfarin."))


def test_alarms_stand_before_the_story_and_the_rest_beside_it(client, make_user, sign_in, make_case):
    sign_in(client, make_user("doctor"))
    text = client.get(reverse("desk:case", args=[make_case(special={"story": STORY}).public_id])).content.decode()
    first = text[text.index('id="in-words"') : text.index('id="story"')]
    assert "mole on my cheek is getting bigger" in first
    assert "sister" not in first
    assert "lupus" not in first
    beside = text[text.index('id="story"') : text.index('id="wishes"')]
    assert "What the rules found in what they wrote" in beside
    assert re.search(r"<q>lupus</q>.*?of somebody else", beside, re.DOTALL)


@pytest.mark.parametrize(
    ("story", "words"),
    [("Hello there.", "The rules found nothing in what they wrote."), ("", "Nothing written.")],
)
def test_what_holds_nothing_says_so(client, make_user, sign_in, make_case, story, words):
    sign_in(client, make_user("doctor"))
    case = make_case(State.WAITING, special={"story": story})
    text = client.get(reverse("desk:case", args=[case.public_id])).content.decode()
    assert words in text
    assert 'id="in-words"' not in text


@pytest.mark.parametrize(
    ("story", "before"),
    [
        ("I take warfarin. My scalp is sore and has pus.", "Red flag, "),  # a red flag of the words is one of the case
        ("I take warfarin.", "No red flag was ticked. Read first what they wrote:"),  # which the answers deny
    ],
)
def test_where_words_alarm_alone_nothing_calms_before_them(client, make_user, sign_in, make_case, story, before):
    sign_in(client, make_user("doctor"))
    case = make_case(special={"story": story}, concern="hair-loss")
    text = client.get(reverse("desk:case", args=[case.public_id])).content.decode()
    first = text[text.index('id="flags"') : text.index('id="story"')]
    assert "No red flag in the answers" not in first
    assert first.index(before) < first.index('id="in-words"') < first.index("<q>warfarin</q>")
    if "scalp" in story:
        assert first.index("<q>scalp is sore</q>") < first.index("<q>warfarin</q>"), "what cannot wait comes first"


def test_what_is_to_be_cleared_up_is_said_once_and_without_names_of_facts(client, make_user, sign_in, make_case):
    sign_in(client, make_user("doctor"))
    case = make_case(special={"story": "I take warfarin. My scalp is sore and has pus."}, concern="hair-loss")
    text = client.get(reverse("desk:case", args=[case.public_id])).content.decode()
    assert text.count("<q>warfarin</q>") == 1
    assert "For you to weigh" not in text
    assert "scalp-inflamed-or-scarring" not in text
    assert 'href="#in-words"' in text[text.index('id="story"') :]


def test_what_the_words_deny_is_for_the_doctor_to_weigh_in_words(client, make_user, sign_in, make_case):
    sign_in(client, make_user("doctor"))
    case = make_case(special={"story": "My mole is not getting bigger.", "moles": ["bigger"]})
    assert judged(case).now.account.contradictions
    text = client.get(reverse("desk:case", args=[case.public_id])).content.decode()
    weigh = text[text.index("For you to weigh") : text.index('id="story"')]
    assert "the answers say it, the words" in weigh
    assert "lesion-changing-size" not in weigh
