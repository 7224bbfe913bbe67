"""Files become text with their layout; what cannot be read is refused with its name and what to do."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skinproof.claims.documents import LARGEST_FILE, DocumentError, TooLargeError, pages_of, read_document
from skinproof.language import blocks, read
from skinproof.language.text import LONGEST

from .files import locked_pdf, part_of, pdf, with_part, word

PAGE = """<!doctype html><html><head><title>T</title><script>var a = "exosomes cure all";</script></head><body>
<nav><ul><li>Home</li></ul></nav><div class="cookie-banner">We use cookies.</div>
<header><h1>Exosome facial</h1><p>Firmer skin in as
 little as 2 weeks.</p></header>
{open}<h2></h2><p>Calms <b>redness</b><br>and itch.</p><ul><li><p>Fades spots</p></li><li>Safe</li></ul>
<table><tr><th>What</th><th>Price</th></tr><tr><td>Face | neck</td><td>£450</td></tr></table>
<div><button aria-expanded="false">Does it hurt?</button><p>There is no pain at all, our clients tell us every day.</p>
<button>Book now</button></div><p hidden>Secret</p>{close}
<aside>Try our peel.</aside><footer>© Glow. Exosomes are great.</footer></body></html>"""
SAYS = """# Exosome facial

Firmer skin in as little as 2 weeks.

Calms redness

and itch.

- Fades spots
- Safe

| What | Price |
| --- | --- |
| Face / neck | £450 |

#### Does it hurt?

There is no pain at all, our clients tell us every day.

Book now
"""


def refused(content: bytes, *words: str, name: str = "ad.bin", kind: type[DocumentError] = DocumentError) -> None:
    with pytest.raises(kind) as caught:
        read_document(content, name)
    for word_ in (name, *words):
        assert word_ in str(caught.value), str(caught.value)


def read_or_refused(content: bytes, name: str) -> str:
    """The text, or the message of the refusal; anything else that goes wrong fails the test."""
    try:
        text = read_document(content, name).text
    except DocumentError as error:
        text = str(error)
        if not text.startswith(f"{name} "):
            raise
    return text


# --- text
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_in_each_encoding_that_says_so(encoding):
    made = read_document("It’s £450,\r\nfor skin.".encode(encoding), "a.txt")
    assert (made.kind, made.text) == ("text", "It’s £450,\nfor skin.")


def test_another_encoding_is_named_with_its_place():
    refused(b"Costs \xa3450 a session", "UTF-8", "byte 7", name="ad.txt")


def test_not_text_is_refused():
    refused(b"\x7fELF\x02\x01\x01\x00\x00\x80\xff", "not text")
    refused(b"abc\x00def", "not text")
    refused(b"\x01\x02\x03abc", "not text")
    refused(b" \n 123 ", "no words")
    refused(b"", "no words")


@pytest.mark.parametrize(
    ("start", "word_"),
    [
        (b"\x89PNG\r\n\x1a\n", "picture"), (b"\xff\xd8\xff\xe0", "picture"), (b"{\\rtf1", ".rtf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", ".doc"), (b"\x1f\x8b\x08", "Unpack"),
    ],
)  # fmt: skip
def test_other_kinds_are_named_and_what_to_do(start, word_):
    refused(start + b"\x00" * 50, word_, name="ad.txt")


def test_more_than_a_megabyte_of_text_is_too_large():
    refused(b"a " * (LONGEST // 2 + 1), "1 MB of text", kind=TooLargeError)
    assert len(read_document(b"a " * (LONGEST // 2), "a.txt").text) == LONGEST
    refused(b"x" * (LARGEST_FILE + 1), "10 MB", kind=TooLargeError)


# --- web pages
@pytest.mark.parametrize("tag", ["main", "div"])
def test_a_pages_main_part_keeps_its_promise_its_questions_and_its_layout(tag):
    made = read_document(PAGE.format(open=f"<{tag}>", close=f"</{tag}>").encode(), "page.html")
    assert made.kind == "html"
    if tag == "main":
        assert (made.text, made.notes) == (SAYS, ())
    else:  # where the main part ends is then a guess, so what is left out is told
        assert made.text == SAYS.removesuffix("\nBook now\n")
        assert made.notes == ("Left out, as not of the page's main part: Book now",)
    kinds = {block.kind for block in blocks(read(made.text).plain)}
    assert kinds == {"heading", "paragraph", "item", "cell", "question"}


def test_a_page_is_known_by_its_content_and_read_in_the_encoding_it_declares():
    head = b'<html><head><meta charset="iso-8859-1"></head><body><p>'
    assert "It’s £450" in read_document(head + "It’s £450".encode("cp1252") + b"</p></body></html>", "ad.txt").text
    assert "£450" in read_document("<p>£450 each</p>".encode("cp1252"), "bare.html").text
    assert read_document(b"<p>\xe4\xc4 a</p>", "page", "cp1251").text.startswith("дД")
    refused(b'<html><meta charset="klingon"><p>a</p></html>', "klingon")
    for name in (b"undefined", b"unicode_escape", b"raw_unicode_escape", b"utf-7", b"idna", b"punycode", b"hex"):
        refused(
            b'<html><head><meta charset="' + name + b'"></head><body><p>a \\ud800</p></body></html>',
            "no known encoding",
        )


def test_what_stands_deep_in_a_page_is_read_or_the_page_is_refused():
    for deep in (100, 300, 390):
        page = "<html><body><p>First.</p>" + "<div>" * deep + "<p>Deep.</p>" + "</div>" * deep + "<p>Last.</p>"
        assert read_document(page.encode(), "ad.html").text.split() == ["First.", "Deep.", "Last."]
    for between in (b"<div>" * 450, b"<div>" * 5_000, b"<ul><li>a" * 500):
        refused(b"<html><body><p>First.</p>" + between + b"<p>Deep.</p>", "too many parts", name="ad.html")


@pytest.mark.parametrize("between", [" a{}=1", " a{}='>'", ' a{}=">"', " a{}", "/a{}=1"])
def test_a_tag_with_more_attributes_than_any_has_is_read_without_them(between):
    """Each next attribute is held against all before it: minutes for these, seconds if they are cut off."""
    from skinproof.claims.documents import html

    tag = "<p" + "".join(between.format(number) for number in range(20_000)) + ">"
    assert html._TAG.sub(html._few_attributes, f"{tag}Smooth</p>") == "<p>Smooth</p>"
    image = '<img src="data:image/png;base64,' + "A/b= " * 20_000 + '" alt="Don\'t">'
    script = "if (a <b) { " + "x = 'y'; " * 300 + "}"
    for kept in (image, f"<script>{script}</script>", "<p title=don't>It's > 5</p>"):
        assert html._TAG.sub(html._few_attributes, kept) == kept
    assert read_document(f"<html><body>{tag}Smooth</p>{image}</body></html>".encode(), "ad.html").text == "Smooth\n"


@pytest.mark.parametrize(
    ("table", "lines"),
    [
        ("<tr><td>Smooth skin.</td></tr>", ["Smooth skin."]),
        ("<tr><td>Smooth.</td><td>Safe.</td></tr>", ["Smooth.", "", "Safe."]),
        ("<tr><td>Smooth.</td></tr><tr><td>Safe.</td></tr>", ["Smooth.", "", "Safe."]),
        ("<tr><td>A</td><td>B</td></tr><tr><td>C</td></tr>", ["| A | B |", "| --- | --- |", "| C |"]),
        ("<caption>Empty</caption>", None),
    ],
)
def test_a_table_of_one_row_or_column_has_no_head(table, lines):
    page = f"<html><body><main><table>{table}</table><p>End.</p></main></body></html>"
    text = read_document(page.encode(), "ad.html").text.strip().split("\n")
    assert lines is None or text == [*lines, "", "End."]


def test_a_page_drawn_by_a_program_says_so():
    refused(b"<html><body><div id=app></div><script>draw()</script></body></html>", "without words", name="app.html")


@pytest.mark.parametrize(
    "page",
    [
        "<p>a" + "<div>" * 50_000 + "deep", "<ul>" + "<li><ul>" * 5_000 + "x", "<p>" + "<b>" * 20_000 + "bold",
        "<p>a<table>" * 2_000, "<html><body>" + "&" * 100_000 + "a", "<p>" + "<" * 50_000 + "a",
        "<p>x</p><!--" + "-" * 50_000, "<html><p>a<" + "a " * 40_000,
    ],
)  # fmt: skip
def test_hostile_pages_are_read_or_refused(page):
    read_or_refused(page.encode(), "odd.html")


# --- PDF
def test_a_pdf_page_by_page():
    made = read_document(pdf("Exosomes rejuve-\nnate and are anti-\nageing (really)", "They boost collagen."), "ad.pdf")
    assert made.kind == "pdf"
    assert "rejuvenate" in made.text
    assert "anti-ageing (really)" in made.text
    assert "They boost collagen." in made.text
    assert made.notes == ()


def test_pages_that_are_pictures_are_told():
    assert "1 of its 2 pages" in read_document(pdf("Words", ""), "ad.pdf").notes[0]
    refused(pdf("", ""), "pictures", "text recognition", name="scan.pdf")


def test_a_locked_pdf_is_refused_and_one_without_a_password_to_read_is_not():
    refused(locked_pdf("Exosomes", "secret"), "locked", name="ad.pdf")
    assert "Exosomes" in read_document(locked_pdf("Exosomes", ""), "ad.pdf").text


@pytest.mark.parametrize("cut", [9, 60, 200, 400])
def test_a_damaged_pdf_is_refused(cut):
    with pytest.raises(DocumentError, match=r"ad\.pdf"):
        read_document(pdf("Exosomes")[:cut], "ad.pdf")


def test_a_pdf_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr("skinproof.claims.documents.pdf.MOST_SECONDS", 0.01)
    refused(pdf("Exosomes"), "seconds to read", "paste", kind=TooLargeError, name="slow.pdf")


def test_a_pdf_of_too_many_pages():
    refused(pdf(*["a"] * 501), "500 pages", kind=TooLargeError, name="book.pdf")


# --- Word
def test_a_word_file_keeps_headings_lists_and_tables():
    made = read_document(
        word(("Title", "Glow"), ("Heading 2", "Benefits"), ("", "They boost\ncollagen."), ("List Bullet", "Safe"),
             ("List Bullet", "Fast"), ("table", "What|Price\nFace|£450")),
        "ad.docx",
    )  # fmt: skip
    assert made.text.strip().split("\n") == [
        "# Glow", "", "## Benefits", "", "They boost", "collagen.", "", "- Safe", "- Fast", "", "| What | Price |",
        "| --- | --- |", "| Face | £450 |",
    ]  # fmt: skip


def test_words_put_in_are_read_and_words_struck_out_are_not():
    plain = word(("", "HERE"))
    changed = part_of(plain).replace(
        b"<w:r><w:t>HERE</w:t></w:r>",
        b"<w:ins><w:r><w:t>safe</w:t></w:r></w:ins><w:del><w:r><w:delText>unsafe</w:delText></w:r></w:del>"
        b"<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>",
    )
    assert changed != part_of(plain)
    text = read_document(with_part(plain, "word/document.xml", changed), "ad.docx").text
    assert text.split("\n") == ["", "safe", "", "In a box"]


def test_a_word_table_that_holds_tables_is_read_once():
    plain = word(("", "HERE"))
    inner = "<w:p><w:r><w:t>Smooth.</w:t></w:r></w:p>"
    for _ in range(20):
        inner = f"<w:tbl><w:tr><w:tc>{inner}<w:p/></w:tc></w:tr></w:tbl>"
    run = b"<w:p><w:r><w:t>HERE</w:t></w:r></w:p>"
    assert run in part_of(plain)
    made = with_part(plain, "word/document.xml", part_of(plain).replace(run, inner.encode()))
    assert read_document(made, "ad.docx").text.split() == ["Smooth."]


def packed(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return made.getvalue()


def test_packed_files_that_are_no_word_files():
    refused(packed(sheet=b"x"), "no Word file", name="book.xlsx")
    refused(word(("", "a"))[:300], "damaged", name="ad.docx")
    refused(with_part(word(("", "a")), "word/document.xml", b"<w:document"), "damaged", name="ad.docx")


def test_a_small_file_that_unfolds_to_much_is_refused_before_it_is_unfolded():
    bomb = with_part(word(("", "a")), "word/media/big.bin", b"\x00" * 61_000_000)
    assert len(bomb) < 200_000
    refused(bomb, "60 MB", kind=TooLargeError, name="bomb.docx")


def test_entities_that_unfold_are_not_followed():
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    xml = (
        f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "ha">{laughs}<!ENTITY f SYSTEM "file:///etc/passwd">]>'.encode()
    )
    body = part_of(word(("", "HERE"))).split(b"?>", 1)[1].replace(b"HERE", b"&l8;&f;x")
    said = read_or_refused(with_part(word(("", "a")), "word/document.xml", xml + body), "x.docx")
    assert len(said) < 200
    assert "root:" not in said


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([b"", b"%PDF-1.4\n", b"PK\x03\x04", b"<html>", b"\xff\xfe", pdf("a")[:200], word(("", "a"))[:900]]),
    st.binary(max_size=300),
)
def test_any_bytes_are_read_or_refused_by_name(start, rest):
    read_or_refused(start + rest, "odd")


# --- folders
def test_the_pages_of_a_folder(tmp_path: Path):
    for name in ("b.html", "a.txt", "sub/c.PDF", "sub/d.docx", "e.png", ".git/x.md", "node_modules/y.md", "~$d.docx"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "out.txt").symlink_to("/etc/hostname")
    pages, others = pages_of(tmp_path)
    assert [page.relative_to(tmp_path).as_posix() for page in pages] == ["a.txt", "b.html", "sub/c.PDF", "sub/d.docx"]
    assert others == 1
