"""A person's own words, read for facts and red flags."""

from datetime import date
from pathlib import Path

import pytest
from complaints.score import RED, score
from hypothesis import given, settings
from hypothesis import strategies as st

from skinproof.care import read_words, rules, screen, terms
from skinproof.care.reading import lexicon
from skinproof.care.reading.people import measures
from skinproof.language import TextError
from skinproof.vocabulary import KnowledgeError, read_yaml

TODAY = date(2026, 11, 24)
FOLDER = Path(__file__).with_name("complaints")


def found(text, **known):
    return {(each.fact, each.value, each.how) for each in read_words(text, today=TODAY, **known).found}


def how(text, fact):
    return [each.how for each in read_words(text, today=TODAY).about(fact)]


def test_what_is_found_has_its_words_place_and_sentence():
    text = "Lines round my eyes. I TAKE Warfarin, and a mole on my back has grown!"
    reading = read_words(text, today=TODAY)
    thinner = reading.about("anticoagulant")[0]
    assert (thinner.words, text[thinner.start : thinner.end], thinner.use) == ("Warfarin", "Warfarin", "confirm")
    mole = reading.about("lesion-changing-size")[0]
    assert mole.words == "mole on my back has grown"
    assert (mole.how, mole.use) == ("said", "stop-now")
    assert reading.sentence(mole) == "I TAKE Warfarin, and a mole on my back has grown!"
    assert reading.said["medicines", "warfarin"] is True
    assert mole.to_json() == {
        "fact": "lesion-changing-size", "value": True, "words": "mole on my back has grown",
        "start": mole.start, "end": mole.end, "how": "said", "use": "stop-now",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "fact", "expected"),
    [
        ("I'm pregnant", "pregnant", ["said"]),
        ("I'm not pregnant", "pregnant", ["denied"]),
        ("Pregnant? No.", "pregnant", ["denied"]),
        ("pregnant - no", "pregnant", ["denied"]),
        ("I was pregnant last year but not now", "pregnant", []),
        ("my sister is pregnant", "pregnant", ["other-person"]),
        ("Can I use it if I get pregnant?", "pregnant", []),
        ("I don't think I'm pregnant", "pregnancy-possible", ["possible"]),
        ("I used to take warfarin", "anticoagulant", ["past"]),
        ("I want to try finasteride", "medicines", ["hypothetical"]),
        ("Would botox cause trouble swallowing?", "swallow-speech-trouble-after-toxin", ["hypothetical"]),
        ("is it safe with lupus?", "autoimmune-disease", []),
        ("no fever, my mole has grown", "lesion-changing-size", ["said"]),
        ("no fever and my mole is growing", "lesion-changing-size", ["said"]),
        ("not on any tablets i have a mole that has grown", "lesion-changing-size", ["said"]),
        ("no fever, rash or chills", "fever-or-unwell", ["denied", "denied"]),
        ("my mole isn't sore but it has grown", "lesion-changing-size", ["said"]),
        ("my mum has melanoma and I have a mole that bleeds", "lesion-itch-bleed-ooze", ["said"]),
    ],
)
def test_how_something_is_meant(text, fact, expected):
    assert how(text, fact) == expected


def test_it_stands_for_what_an_earlier_sentence_spoke_of():
    assert how("I have a mole. It has grown.", "lesion-changing-size") == ["said"]
    assert how("I have a mole. My hair has grown.", "lesion-changing-size") == []


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("finished Roaccutane four months ago", "isotretinoin-months-since", 4),
        ("came off Roaccutane in August", "isotretinoin-months-since", 2.8),  # to its last day
        ("on Roaccutane now", "isotretinoin-months-since", 0),
        ("Roaccutane when I was 15. I'm 40", "isotretinoin-months-since", 300),
        ("had a TCA peel 3 weeks ago", "peel-weeks-since", 3),
        ("laser on 3rd November", "laser-weeks-since", 3),
        ("filler on 10/11/2026", "filler-weeks-since", 2),
        ("Betnovate on my face every day since June", "steroid-on-face-weeks", 25.1),
        ("8 weeks pregnant", "pregnancy-trimester", 1),
        ("7 months pregnant", "pregnancy-trimester", 3),
        ("I'm due in three weeks", "pregnancy-trimester", 3),
        ("expecting, due in February", "pregnancy-trimester", 2),
        ("I'm forty-five", "age", 45),
        ("F32 with melasma", "age", 32),
        ("skin type IV", "fitzpatrick", 4),
        ("my BMI is 34", "obese", True),
        ("my BMI is 24", "obese", False),
        ("8% hydroquinone", "hydroquinone-strength-percent", 8),
        ("platelets are 90", "platelet-count", 90),
        ("a mole of 7mm", "lesion-diameter-mm", 7),
        ("started lamotrigine two weeks ago", "new-medicine-weeks-ago", 2),
    ],
)
def test_dates_ages_and_measures_become_numbers(text, fact, value):
    assert [each.value for each in read_words(text, today=TODAY).about(fact) if each.how == "said"][:1] == [value]


def test_a_course_without_a_date_is_asked_for():
    assert ("isotretinoin-months-since", None, "possible") in found("I used to take Roaccutane")
    assert ("isotretinoin-months-since", None, "possible") in found("I took accutane as a teenager")


def test_a_peel_to_come_or_a_light_one_is_no_peel_that_was():
    assert not read_words("I'd like a peel, my wedding is in 3 weeks", today=TODAY).about("peel-weeks-since")
    assert not read_words("a glycolic peel 3 weeks ago", today=TODAY).about("peel-weeks-since")
    assert ("peel-weeks-since", None, "denied") in found("never had a peel")
    assert ("peel-weeks-since", None, "possible") in found("I have had a peel")


def test_a_sign_of_somebody_known_to_take_the_medicine_is_asked():
    sign = "chest-pain-fainting-swelling-on-minoxidil"
    assert how("My heart races.", sign) == []
    known = {("medicines", "minoxidil"): True}
    assert (sign, True, "possible") in found("My heart races.", facts=known)
    assert how("I use minoxidil. My ankles are swollen.", sign)[0] == "said"


def test_every_fact_that_a_person_fills_in_can_be_said():
    book = lexicon.words()
    said = {sign.fact for sign in book.signs} | {event.fact for event in book.events}
    data = read_yaml(lexicon.MEDICINES_FILE)
    said |= {fact for row in data["medicines"] for fact in row["facts"]} | {"allergies"}
    said |= {row["fact"] for row in data["allergies"] if "fact" in row}
    numbers = (
        "I'm a 30 year old man, 9 weeks pregnant, BMI 31, 4% hydroquinone, platelets are 90, skin type 2, mole of 7mm"
    )
    said |= {fact for fact, *_ in measures(numbers, TODAY)}
    assert {name for name, spec in terms().facts.items() if spec.filled_by == "person"} <= said


def test_every_word_of_the_closed_lists_can_be_said():
    book = lexicon.words()
    said = {(sign.fact, sign.word) for sign in book.signs if sign.word}
    data = read_yaml(lexicon.MEDICINES_FILE)
    for row in data["medicines"]:
        said |= {(fact, word) for fact, words in row["facts"].items() if isinstance(words, list) for word in words}
    # a heart attack is recent or not by its date; what follows from another word need not be said
    ours = {
        ("conditions", "recent-heart-attack"),
        ("medicines", "isotretinoin"),
        ("current-retinoids", "oral-isotretinoin"),
    }
    for fact in ("conditions", "medicines", "current-retinoids"):
        assert {(fact, word) for word in terms().facts[fact].values} <= said | ours


def test_every_red_flag_of_the_person_is_scored():
    for rule in rules().person_rules:
        facts = {leaf.fact for leaf in rule.condition.leaves()}
        assert facts & {*RED, "pregnant", "lesion-7pt-score"}, rule.id


@pytest.mark.parametrize(
    ("name", "red", "every"),
    [("kept", 0.9, 0.9), ("tuning", 0.95, 0.95), ("second", 0.95, 0.95), ("third", 0.95, 0.95), ("fourth", 0.95, 0.9)],
)
def test_the_complaints_are_read_no_worse_than_they_were(name, red, every):
    flags, facts = score(read_yaml(FOLDER / f"{name}.yaml"))
    assert min(flags.recall, flags.precision) >= min(red, 0.9), (flags.missed, flags.wrong)
    assert flags.recall >= red
    assert min(facts.recall, facts.precision) >= every


def test_the_score_counts_what_is_missed_and_what_is_wrong():
    flags, facts = score([{"say": "my mole has grown", "has": ["pregnant"]}])
    assert (flags.right, len(flags.missed), len(flags.wrong)) == (0, 0, 1)
    assert (facts.right, len(facts.missed), len(facts.wrong)) == (0, 1, 1)
    assert (facts.recall, facts.precision) == (0, 0)


PIECES = ["no", "I", "mole", "pregnant", ",", ".", "?", "grown", "never", "3", "weeks", "ago", "warfarin", "if", "-"]


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200) | st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join))
def test_any_text_is_read_and_quoted_as_written(text):
    try:
        reading = read_words(text, today=TODAY)
    except TextError:
        assert "\x00" in text
        return
    for each in reading.found:
        assert text[each.start : each.end] == each.words
        assert each.sentence[0] <= each.start < each.end <= each.sentence[1]
        assert (each.use == "note") == (each.how not in ("said", "possible", "question"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("fact: keloid-history", "fact: keloid-histori", "no such fact"),
        ("word: rosacea", "word: rosaceae", "rosaceae"),
        ("with: [[mole, growing]]", "with: [[mole, growingg]]", "no such concept: growingg"),
        ("value: moderate", "value: middling", "needs one of"),
    ],
)
def test_a_faulty_file_of_words_is_named_with_its_fault(old, new, message, tmp_path, monkeypatch):
    path = tmp_path / "facts-in-words.yaml"
    text = lexicon.FACTS_FILE.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    monkeypatch.setattr(lexicon, "FACTS_FILE", path)
    lexicon.words.cache_clear()
    with pytest.raises(KnowledgeError, match=message):
        lexicon.words()
    lexicon.words.cache_clear()


def test_words_that_are_quoted_end_where_they_say_something():
    text = "My scalp is sore and has pus."
    assert [each.words for each in read_words(text, today=TODAY).about("scalp-inflamed-or-scarring")] == [
        "scalp is sore"
    ]


@pytest.mark.parametrize(
    ("text", "fact", "expected"),
    [
        # a way of speaking is left out or asked about; the same words in earnest are not
        ("I could have died of embarrassment", "suicidal-thoughts-now", []),
        ("this acne makes me want to die lol", "suicidal-thoughts-now", ["possible"]),
        ("this acne makes me want to die", "suicidal-thoughts-now", ["said"]),
        ("I couldn't breathe when I saw the price", "breathing-trouble-or-face-swelling", []),
        ("I couldn't breathe when I woke up", "breathing-trouble-or-face-swelling", ["said"]),
        # what only looks like a sign
        ("stretch marks on my tummy, and I take blood thinners", "lesion-itch-bleed-ooze", []),
        ("a mark on my tummy bleeds, and I take blood thinners", "lesion-itch-bleed-ooze", ["said"]),
        ("I want botox, my voice is croaky from a cold", "swallow-speech-trouble-after-toxin", []),
        # a question without its sign, a course that was not begun, one that goes on as well as somebody else's
        ("Does warfarin thin the skin", "anticoagulant", ["question"]),
        ("thin skin, would warfarin be ok for me", "anticoagulant", ["hypothetical"]),
        ("the doctor gave me warfarin, not started yet", "anticoagulant", ["hypothetical"]),
        ("my mum takes warfarin and I started it too", "anticoagulant", ["said"]),
        ("my mum takes warfarin and I help her with it", "anticoagulant", ["other-person"]),
        ("warfarin for a clot in March", "anticoagulant", ["said"]),
        # somebody else is only whom the writer does something with, or whose thing the writer uses
        ("I walk the dog and take warfarin", "anticoagulant", ["said"]),
        ("I live with my husband, a nurse, and just take warfarin", "anticoagulant", ["said"]),
        ("I look after my mum and she takes warfarin", "anticoagulant", ["other-person"]),
        ("I saw my mum and dad take warfarin", "anticoagulant", ["other-person"]),
        ("I've been putting my son's Betnovate on my cheeks for two months", "steroid-on-face-weeks", ["said"]),
        ("my husband uses Betnovate on his cheeks", "steroid-on-face-weeks", ["other-person"]),
        ("It's my wife's account but I'm typing. She takes warfarin", "anticoagulant", ["said"]),
        # a reaction told with a thing is asked about
        (
            "the dentist's jab brought me out in hives, they said it was the lidocaine",
            "lidocaine-allergy",
            ["possible"],
        ),
        ("my lips swelled up after the lidocaine", "lidocaine-allergy", ["possible"]),
        ("my sister's lips swelled up after the lidocaine", "lidocaine-allergy", ["other-person"]),
        ("they thought I had a blood clot but the scan was clear", "thrombo-embolism-history", ["possible"]),
        ("I had a blood clot and they thought I was done for", "thrombo-embolism-history", ["said"]),
        ("my blood pressure was creeping up so I take a tablet", "hypertension", ["said"]),
        ("I took warfarin in March", "anticoagulant", ["past"]),
        ("My sons back is bad. He takes warfarin. Should we stop it?", "anticoagulant", ["said"]),
        # what was so once tells of now
        ("I was suicidal at 17, all behind me now", "depression-history", ["said"]),
        ("I was suicidal at 17, all behind me now", "suicidal-thoughts-now", ["past"]),
        ("sunburnt in August and it peeled", "sunburn-now", ["past"]),
    ],
)
def test_ways_of_speaking_and_whose_words_they_are(text, fact, expected):
    assert how(text, fact) == expected


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("im a bloke 52, got lines", "age", 52),
        ("my licence is wrong, I'm really 15", "age", 15),
        ("Roaccutane at uni in about 2009", "isotretinoin-months-since", 202.8),
        ("not pregnant, got the coil. 33", "age", 33),
        ("warfarin for AF. 66. would prp be ok?", "age", 66),
        ("I'm 29, female", "sex", "female"),
        ("40 yr old black woman", "sex", "female"),
        ("My freckle has grown. It's about 7mm across.", "lesion-diameter-mm", 7),
        ("the 7 point mole check scores 4", "lesion-7pt-score", 4),
        ("did a test and its positive", "pregnant", True),
        ("I always burn, never go brown", "fitzpatrick", 1),
        ("goes brown easily, hardly ever burns", "fitzpatrick", 4),
        ("carbamazepine was started on the 3rd of November", "new-medicine-weeks-ago", 3),
        ("I'm on a new epilepsy tablet", "new-medicine-weeks-ago", 0),
        ("back from Greece 2 weeks ago with a lovely tan", "weeks-since-tan", 2),
    ],
)
def test_more_ways_to_state_a_number(text, fact, value):
    assert [each.value for each in read_words(text, today=TODAY).about(fact) if each.how == "said"][:1] == [value]


def test_an_age_of_somebody_else_is_nobody_elses():
    assert how("I had melasma with my second, he is 6 now", "age") == ["other-person"]
    assert how("no tablets, 41 female", "sex") == ["said"]


NUMBERS = {
    "laser-weeks-since": "I had laser {} weeks ago",
    "facial-surgery-months-since": "I had a facelift {} months ago",
    "isotretinoin-months-since": "I finished Roaccutane {} months ago",
    "hydroquinone-weeks-used": "I have used hydroquinone for {} weeks",
    "steroid-on-face-weeks": "I have put steroid cream on my face for {} weeks",
    "age": "I am {} years old",
    "hydroquinone-strength-percent": "I use hydroquinone {}%",
    "lesion-diameter-mm": "there is a mole on my back that is {} mm across",
    "fitzpatrick": "my skin type {} skin burns",
}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(NUMBERS)), st.integers(1, 10**13), st.booleans(), st.booleans())
def test_a_number_is_the_one_written_or_is_asked(fact, number, signs, small):
    number = number % 150 + 1 if small else number
    text = NUMBERS[fact].format(f"{number:,}" if signs else number)
    read = {each.value for each in read_words(text, today=TODAY).about(fact)}
    spec = terms().fact(fact)
    if spec.low <= number <= spec.high and not (fact == "age" and number < 5):
        assert read, text
        assert all(value is not None and abs(value - number) <= 0.11 for value in read), (text, read)
    elif number > spec.high:
        assert read == {None}, (text, read)
    else:
        assert read <= {None}, (text, read)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("laser on 13/45/2026", "laser-weeks-since"),
        ("laser in 2035", "laser-weeks-since"),
        ("came off Roaccutane on 45/13/2026", "isotretinoin-months-since"),
        ("had a peel 300 years ago", "peel-weeks-since"),
        ("I've been 140 weeks pregnant", "pregnancy-trimester"),
        ("my BMI is 325", "obese"),
    ],
)
def test_a_number_or_date_that_cannot_be_is_asked(text, fact):
    told = screen({"facts": {fact: None}, "complaint": text, "asks-for": ["retinol"]}, today=TODAY)
    assert fact in {each.fact for each in told.account.to_confirm}
    assert fact not in told.account.facts_from_text


@pytest.mark.parametrize(
    "text", ["my hands look about 80 years old", "I feel like a 90 year old", "I feel 200 years old"]
)
def test_how_old_somebody_looks_is_no_age(text):
    assert not read_words(text, today=TODAY).about("age")
