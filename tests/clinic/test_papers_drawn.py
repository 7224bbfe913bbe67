"""How papers are drawn: every word can be selected, no letter is lost, and the structure is in the file."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from skinproof.clinic.papers import fonts
from skinproof.clinic.papers.blocks import Blank, Bullets, Facts, Heading, Notice, Paper, Para, texts
from skinproof.clinic.papers.layout import MOST_LETTERS, MOST_LINES, WRONG_WAY, _Story, draw

AT = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)


def paper(*blocks, **fields) -> Paper:
    given = {"title": "Your plan", "reference": "Plan 1, case abc123", "dated": AT}
    return Paper(blocks=tuple(blocks), **{**given, **fields})


def read(paper: Paper) -> PdfReader:
    return PdfReader(io.BytesIO(draw(paper)), strict=True)


def squeezed(text: str) -> str:
    """Without white space: lines break where they break."""
    return "".join(text.split())


def words(reader: PdfReader) -> str:
    return squeezed("".join(page.extract_text() for page in reader.pages))


EVERY = paper(
    Heading("What we agreed"),
    Para("We start with one cream.", "lead"),
    Facts((("What", ("The cream",)), ("How", ("Thinly.", "At night.")))),
    Heading("1. Azelaic acid", 3),
    Bullets(("One thing", "Another thing")),
    Notice("Call 999 if a life is in danger", ("Do not wait.",), "stop"),
    Notice("Take care", ("Twice a day.",), "caution"),
    Notice("Note this", ()),
    Blank("Who does it?", 2),
    Para("As of 1 May 2026.", "small"),
    kicker="Dark patches",
    fingerprint="0f" * 32,
    mark="Superseded by plan 2 on 3 March 2026",
)


def test_every_piece_of_text_can_be_selected():
    found = words(read(EVERY))
    for text in texts(EVERY):
        assert squeezed(text) in found, text
    for text in (EVERY.reference, "Page 1 of 1", f"SHA-256 {EVERY.fingerprint}"):
        assert squeezed(text) in found
    assert found.count(squeezed(EVERY.mark)) == 2, "at the head of the page, and in the text"


NAMES = ["Zoë Łukasz Żółć", "Ελένη Παπαδοπούλου", "Иван Жуков", "José Nuñez", "Ngô Thị Ánh", "Ǧamāl Ḥasan", "ﬁ"]


@pytest.mark.parametrize("name", NAMES)
def test_names_are_set_in_letters_of_their_own(name):
    assert squeezed(fonts.readable(name)) in words(read(paper(Para(name, "strong"))))
    assert "[" not in fonts.readable(name)


@pytest.mark.parametrize(
    ("text", "as_read"),
    [
        ("Thanks 🙂", "Thanks [slightly smiling face]"),
        ("👩‍⚕️ said so", "[woman]⚕ said so"),
        ("漢", "[cjk unified ideograph-6f22]"),
        ("e\u0301", "é"),
        ("a\u200bb\u202ec\x07", "abc"),
        ("one\r\ntwo", "one\ntwo"),
    ],
)
def test_what_no_typeface_has_is_named_and_never_dropped_in_silence(text, as_read):
    assert fonts.readable(text) == as_read
    assert squeezed(as_read) in words(read(paper(Para(text))))


def test_letters_from_right_to_left_come_with_a_warning():
    assert squeezed(WRONG_WAY) in words(read(paper(Para("שלום"))))
    assert squeezed(WRONG_WAY) not in words(read(paper(Para("hello"))))


def test_markup_in_what_people_write_is_text():
    text = 'Use <b>only</b> A&E "quotes" <font size=90>big</font> &amp; <br/>'
    assert squeezed(text) in words(read(paper(Para(text))))


def test_very_long_words_and_many_lines_stay_on_the_page():
    long, tall = "Donaudampfschiff" * 200, "\n".join(f"line {number}" for number in range(400))
    reader = read(paper(Para(long), Facts((("Long", (tall,)),)), Notice(long, (tall,))))
    assert len(reader.pages) > 5
    found = words(reader)
    assert found.count("line399") == 2
    right = [0.0]
    for page in reader.pages:
        page.extract_text(visitor_text=lambda text, cm, tm, font, size: right.append(tm[4] if text.strip() else 0))
    assert max(right) < float(reader.pages[0].mediabox.width)


@pytest.mark.parametrize("text", ["line\n" * 300 + "the end", "\U0001f9a0" * 2_000 + "the end", "\n" * 200 + "the end"])
def test_a_text_is_laid_out_in_pieces_so_that_time_grows_with_its_length_alone(text):
    drawn = paper(Para(text), Bullets((text,)))
    story = _Story()
    for block in drawn.blocks:
        story.add(block)
    assert all(len(part.frags) <= 2 * MOST_LINES for part in story.made)
    assert all(sum(len(frag.text) for frag in part.frags) <= MOST_LETTERS for part in story.made)
    assert len({part.path for part in story.made}) == 2, "the pieces of a text are one element"
    found = words(read(drawn))
    assert found.count("theend") == 2
    assert found.count("line") == 2 * text.count("line")


def test_pages_are_counted():
    reader = read(paper(*(Para("Some words. " * 60) for _ in range(30))))
    assert len(reader.pages) > 2
    for number, page in enumerate(reader.pages, 1):
        assert f"Page {number} of {len(reader.pages)}" in page.extract_text()


def test_the_file_says_what_it_is_in_which_language_and_when():
    reader = read(EVERY)
    root = reader.trailer["/Root"]
    assert reader.metadata.title == "Your plan"
    assert reader.metadata.subject == EVERY.reference
    assert reader.metadata.creation_date == AT
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value in (True, "true")
    assert root["/MarkInfo"]["/Marked"].value is True


def tree(element) -> list:
    """[type, children] of an element of the structure."""
    kids = [kid.get_object() for kid in element["/K"]]
    return [str(element["/S"]), [tree(kid) for kid in kids if kid.get("/Type") == "/StructElem"]]


def test_headings_and_lists_are_in_the_structure():
    reader = read(EVERY)
    document = reader.trailer["/Root"]["/StructTreeRoot"]["/K"][0].get_object()
    kinds = [kind for kind, _ in tree(document)[1]]
    assert [kind for kind in kinds if kind.startswith("/H")] == ["/H1", "/H2", "/H3"]
    lists = [kids for kind, kids in tree(document)[1] if kind == "/L"]
    assert lists == [[["/LI", [["/LBody", []]]], ["/LI", [["/LBody", []]]]]]
    outline = [item for item in reader.outline if not isinstance(item, list)]
    assert [item.title for item in outline] == ["Your plan"]


def test_each_mark_on_a_page_belongs_to_an_element_and_the_rest_is_set_aside():
    reader = read(paper(*(Para("Some words. " * 60) for _ in range(12)), Blank("Answer", 3)))
    parents = reader.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    for place, page in enumerate(reader.pages):
        drawn = page.get_contents().get_data().decode("latin-1")
        marks = drawn.count("BDC")
        assert marks > 0
        assert drawn.count("EMC") == marks + drawn.count("BMC")
        assert page["/StructParents"] == place
        assert len(parents[2 * place + 1].get_object()) == marks


def test_the_same_paper_gives_the_same_bytes():
    assert draw(EVERY) == draw(EVERY)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60))
@example("\u061f\u0640\u0627")
def test_any_text_can_be_drawn_and_read_back(text):
    # As it is laid out: else pypdf turns round what is written from right to left, which papers set as it was typed.
    drawn = read(paper(Para(text or "-"), Facts((("Label", (text,)),))))
    shown = squeezed("".join(page.extract_text(extraction_mode="layout") for page in drawn.pages))
    assert squeezed(fonts.readable(text)) in shown
