"""The public pages: each is there for every record, says what it must, and touches no database."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from django.urls import reverse

from skinproof.care import concerns, findings_of, rules
from skinproof.care.shown import AGAINST_NOTHING
from skinproof.clinic.library import adds, compare, pages, people, stories, words
from skinproof.evidence import findings, library
from skinproof.vocabulary import KnowledgeError, vocabulary

from .pages import main_of, parse

# No test here asks for the database, so pytest-django refuses any page that would touch it.
PLAIN = ("home", "concerns", "treatments", "rules", "how-we-know", "words")
CONSULTATION = re.compile(r"^/consultation/")


def get(client, name, *args, **query):
    return client.get(reverse(f"library:{name}", args=args), query)


def headings(main) -> list[int]:
    return [int(node.tag[1]) for node in main.all() if re.fullmatch(r"h[1-6]", node.tag)]


def check_page(response) -> None:
    assert response.status_code == 200
    page = parse(response.content)
    (main,) = page.all("main")
    order = headings(main)
    assert order[0] == 1, order
    assert order.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(order)), order
    ids = [node.get("id") for node in page.all() if node.get("id")]
    assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)
    assert not list(page.all("script"))
    assert not [node for node in page.all() if "style" in node.attributes]
    (title,) = (node for head in page.all("head") for node in head.all("title"))
    assert title.text


@pytest.mark.parametrize("name", PLAIN)
def test_plain_pages(client, name):
    check_page(get(client, name))


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("concern", list(vocabulary().concerns)),
        ("compare", list(vocabulary().concerns)),
        ("treatment", list(vocabulary().treatments)),
        ("times", list(vocabulary().treatments)),
        ("study", list(library().studies)),
        ("rule", [rule.id for rule in rules().rules]),
        ("price", [price.id for price in library().prices]),
        ("finding", [finding.id for finding in findings().all]),
        ("network", [network.id for network in findings().networks.all]),
        ("adds", [treatment for treatment in vocabulary().treatments if adds.told(treatment)]),
    ],
)
def test_a_page_for_every_record(client, name, ids):
    assert ids
    for each in ids:
        check_page(get(client, name, each))


@pytest.mark.parametrize(
    "name", ["concern", "compare", "treatment", "times", "study", "rule", "price", "finding", "network", "adds"]
)
@pytest.mark.django_db
def test_an_unknown_id_is_not_found(client, name):
    assert get(client, name, "no-such-thing").status_code == 404


def test_pages_answer_by_tag_and_date(client):
    first = get(client, "concern", "melasma")
    assert "max-age" in first["Cache-Control"]
    assert "public" in first["Cache-Control"]
    assert "Cookie" not in first.get("Vary", "")
    assert not first.cookies
    path = reverse("library:concern", args=["melasma"])
    assert client.get(path, headers={"if-none-match": first["ETag"]}).status_code == 304
    assert client.get(path, headers={"if-modified-since": first["Last-Modified"]}).status_code == 304
    assert client.get(path, headers={"if-none-match": '"other"'}).status_code == 200
    assert client.post(path).status_code == 405


def test_kept_pages_are_bounded(client):
    pages.forget()
    for number in range(pages.KEEP + 20):
        pages._keep(str(number), pages.Kept(b"", '""'))
    assert len(pages._kept) == pages.KEEP
    pages.forget()


# --- prescription-only medicines are described, never promoted


def promotes(main) -> list[str]:
    return [node.get("href") for node in main.all("a") if CONSULTATION.match(node.get("href"))]


def test_no_start_link_beside_a_prescription_only_medicine(client):
    for treatment in vocabulary().treatments.values():
        if vocabulary().described_neutrally(treatment.id):
            assert promotes(main_of(get(client, "treatment", treatment.id).content)) == [], treatment.id
    for concern in vocabulary().concerns:
        for name in ("concern", "compare"):
            assert promotes(main_of(get(client, name, concern).content)) == [], (name, concern)


def test_the_home_page_names_no_prescription_only_medicine(client):
    main = main_of(get(client, "home").content)
    text = main.text.lower()
    named = [
        t.name
        for t in vocabulary().treatments.values()
        if t.legal in ("prescription-only", "medicine-depends") and re.search(rf"\b{re.escape(t.name.lower())}\b", text)
    ]
    assert named == []
    assert promotes(main)


# --- comparisons


def table_of(response):
    (table,) = main_of(response.content).all("table")
    return table


@pytest.mark.parametrize("concern", vocabulary().concerns)
def test_a_comparison_asks_every_option_the_same(client, concern):
    table = table_of(get(client, "compare", concern))
    head, *body = list(table.all("tr"))
    columns = len(list(head.all("th"))) - 1
    assert columns >= 2
    assert "No treatment" in head.text
    questions = []
    for row in body:
        cells = list(row.all("td"))
        assert len(cells) == columns
        assert all(cell.text for cell in cells), row.text
        (question,) = row.all("th")
        questions.append(question.text)
        # bias is judged by type and colour too: every cell of a row is styled alike
        assert {cell.get("class") for cell in cells} == {""}
    for wanted in ("Harms", "Who should not have it", "Sessions", "How soon", "How long", "Days off", "costs"):
        assert any(wanted in question for question in questions), wanted


@pytest.mark.parametrize("concern", vocabulary().concerns)
def test_a_comparison_says_when_who_paid_and_how_it_is_kept(client, concern):
    text = main_of(get(client, "compare", concern).content).text
    assert "Library of" in text
    assert "To be looked through again by" in text
    assert "Who paid" in text
    assert "not yet been checked by a reviewer" in text


@pytest.mark.parametrize("concern", vocabulary().concerns)
def test_every_effect_in_a_comparison_names_its_certainty(client, concern):
    table = table_of(get(client, "compare", concern))
    effects = [node for node in table.all("div") if node.has_class("finding")]
    shown = [
        c.shown for r in compare.compare(concern, compare.choose(concern, []).forms).rows for c in r.cells if c.shown
    ]
    assert len(effects) == len(shown)
    for effect, each in zip(effects, shown, strict=True):
        (mark,) = (node for node in effect.all("span") if node.has_class("certainty"))
        assert mark.get("data-level") == each.level
        assert "certainty" in mark.text
        assert len([path for path in mark.all("path") if path.get("class") == "on"]) == DEPTH[each.level]


DEPTH = {"very-low": 1, "low": 2, "moderate": 3, "high": 4}


def test_options_can_be_chosen_and_faults_are_told(client):
    response = get(client, "compare", "melasma", option=["hydroquinone", "sunscreen"])
    assert len(list(next(table_of(response).all("tr")).all("th"))) == 4  # with the corner and no treatment
    text = main_of(get(client, "compare", "melasma", option=["snake-oil"]).content).text
    assert "We do not know “snake-oil”" in text
    many = list(compare.in_play("melasma"))[:8]
    text = main_of(get(client, "compare", "melasma", option=many).content).text
    assert "more than fits" in text


def test_the_harms_of_an_injection_are_not_put_on_a_cream():
    harms = {}
    for form in ("exosome-topical", "exosome-injected"):
        (row,) = (r for r in compare.compare("skin-ageing", [form]).rows if r.question.startswith("Harms"))
        harms[form] = {figure.href for _, figure in row.cells[0].figures}
    necrosis = reverse("library:study", args=["tawanwongsri-2024-skin-necrosis"])
    assert necrosis in harms["exosome-injected"]
    assert necrosis not in harms["exosome-topical"]


def test_no_picture_of_people_at_very_low_certainty():
    drawn = [f for f in findings().all if people.hundreds(f) or people.bar(f)]
    assert drawn
    assert all(f.certainty.level != "very-low" and f.absolute is not None for f in drawn)


def test_a_hundred_people_are_a_hundred():
    finding = next(f for f in findings().all if people.hundreds(f))
    for part in people.hundreds(finding):
        assert part.svg.count("<circle") == 100
        filled = int(re.match(r"\d+", part.words).group())
        assert part.svg.count('class="on"') == filled


# --- the page on exosomes


def test_the_exosome_page_answers_what_people_ask(client):
    main = main_of(get(client, "treatment", "exosome").content)
    text = main.text
    for promise in ("Raise collagen", "Calm inflammation", "Add water", "repair itself", "Fade brown colour"):
        assert promise in text
    assert text.count("Our library holds no laboratory records for this.") == 5
    assert text.count("Our library holds no animal records for this.") == 5
    for way in ("Exosome cream or serum", "with microneedling", "with laser or radiofrequency", "Exosome injections"):
        assert way in text
    other = (
        "PRP",
        "Active skincare",
        "Microneedling",
        "Laser resurfacing",
        "Radiofrequency microneedling",
        "Chemical peels",
    )
    for each in other:
        assert each in text
    notices = [s.id for s in library().notices("exosome")]
    links = {node.get("href") for node in main.all("a")}
    assert all(reverse("library:study", args=[each]) in links for each in notices)


# --- sources


def test_only_official_pages_are_linked(client):
    for rule in rules().rules[:80]:
        main = main_of(get(client, "rule", rule.id).content)
        for node in main.all("a"):
            if node.get("rel") == "external":
                host = re.match(r"https?://(?:www\.)?([^/:?]+)", node.get("href").lower()).group(1)
                assert any(host == known or host.endswith("." + known) for known in hosts()), host


def hosts():
    from skinproof.clinic.library.sources import official_hosts

    return official_hosts()


def test_a_study_known_only_from_a_copy_has_no_link(client):
    copied = [s.id for s in library().studies.values() if library().reader_link(s).href is None]
    assert copied
    for study in copied:
        main = main_of(get(client, "study", study).content)
        assert not [node for node in main.all("a") if node.get("href").startswith("http") and "Read it" in node.text]
        assert "Read on a copy" in main.text


# --- words and numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (12, "12"),
        (1234, "1,234"),
        (-2.5, "−2.5"),
        (0.0456, "0.0456"),
        (123.4, "123"),
        (2.0, "2"),
        (1e-7, "0"),
    ],
)
def test_numbers_as_people_write_them(value, text):
    assert words.number(value) == text


@pytest.mark.parametrize(
    ("pair", "text"),
    [
        ((2, 3), "2 to 3 weeks"),
        ((1, 1), "1 week"),
        ((None, 18), "up to 18 weeks"),
        ((2, None), "from 2 weeks"),
        ((None, None), "not stated"),
    ],
)
def test_spans(pair, text):
    assert words.span(pair, "week") == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (60, 100, "£60 to £100"),
        (500, None, "from £500"),
        (None, 800, "up to £800"),
        (24.99, 24.99, "£24.99"),
        (1500, 4000, "£1,500 to £4,000"),
    ],
)
def test_pounds(low, high, text):
    assert words.pounds(low, high) == text


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("treatment: exosome", "treatment: exosomes", "treatment: 'exosomes' is not known; did you mean exosome"),
        ("form: exosome-topical", "form: exosome-topicl", "ways: 'exosome-topicl' is not known"),
        ("concepts: [", "concepts: [wrinkels, ", "'wrinkels' is not known"),
    ],
)
def test_a_story_that_names_what_is_not_there_is_told(old, new, message, tmp_path, monkeypatch):
    text = stories.FILE.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "exosome-story.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    monkeypatch.setattr(stories, "FILE", tmp_path / "exosome-story.yaml")
    with pytest.raises(KnowledgeError, match=message):
        stories.spec.__wrapped__()


def test_the_page_on_exosomes_opens_with_the_short_answer(client):
    page = client.get("/treatments/exosome/").content.decode()
    short = page[page.index('id="short"') : page.index('class="jump"')]
    for asked in ("Does it work?", "Is it safe?", "What does UK law say?", "What does it cost?", "What else is there?"):
        assert asked in short
    assert re.search(r"£[\d,]+ to £[\d,]+", short)
    assert "No treatment is always open to you" in short


def test_a_rule_in_a_list_says_what_it_depends_on(client):
    page = client.get("/treatments/exosome/").content.decode()
    assert "It depends on: whether you are pregnant; whether you are breastfeeding." in page


def test_at_a_glance_an_option_is_held_against_nothing_where_a_study_did_so():
    for concern in vocabulary().concerns:
        for glance in compare.glances(concern):
            found = findings_of(glance.option.form.id, concern)
            if glance.best and any(f.comparison.control in AGAINST_NOTHING for f in found):
                assert glance.best.finding.comparison.control in AGAINST_NOTHING


@pytest.mark.parametrize("concern", vocabulary().concerns)
def test_only_a_page_that_says_so_makes_a_choice_the_usual_one(client, concern):
    sourced = concerns()[concern].usual.source is not None
    for name in ("concern", "compare"):
        text = main_of(client.get(reverse(f"library:{name}", args=[concern])).content).text
        assert ("the cheap usual choice" in text.lower()) == sourced, name
        assert ("To compare with, we show" in text) != sourced, name
