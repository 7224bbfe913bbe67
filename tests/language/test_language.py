"""How text is read: offsets hold, layout and scope are as a reader sees them, and no text is slow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skinproof.language import (
    Entry,
    Lexicon,
    TextError,
    blocks,
    canonical,
    durations,
    money,
    read,
    scopes,
    sentences,
    tokens,
)
from skinproof.language.inflection import inflected
from skinproof.language.text import LONGEST

PAGE = """# Rose serum

Some say it **glows**.
It was broken
over two lines.

Benefits include:
• Calmer skin
- Fewer lines: softer by week 8
1. Brighter tone

What does it cost?
From £250, e.g. for one visit. Dr. Smith agrees; others don't.

| Cream | £40 |
"""


def parts(text: str) -> list[tuple[str, str]]:
    plain = read(text).plain
    return [(block.kind, " ".join(plain[block.start : block.end].split())) for block in blocks(plain)]


def test_layout_of_a_page() -> None:
    assert parts(PAGE) == [
        ("heading", "Rose serum"),
        ("paragraph", "Some say it **glows**."),
        ("paragraph", "It was broken over two lines."),
        ("paragraph", "Benefits include:"),
        ("item", "Calmer skin"),
        ("item", "Fewer lines: softer by week 8"),
        ("item", "Brighter tone"),
        ("question", "What does it cost?"),
        ("paragraph", "From £250, e.g. for one visit. Dr. Smith agrees; others don't."),
        ("cell", "Cream"),
        ("cell", "£40"),
    ]


def test_items_know_the_line_and_the_heading_above_them() -> None:
    found = blocks(PAGE)
    item = next(block for block in found if block.kind == "item")
    assert item.lead is not None
    assert item.heading is not None
    assert PAGE[found[item.lead].start :].startswith("Benefits include:")
    assert PAGE[found[item.heading].start :].startswith("Rose serum")
    labelled = found[5]
    assert labelled.label is not None
    assert PAGE[labelled.start : labelled.label] == "Fewer lines:"


def test_capitals_and_an_underline_make_headings() -> None:
    assert parts("WHY US\n\nWe care.\n\nOur price\n=====\nLow.")[::2] == [
        ("heading", "WHY US"),
        ("heading", "Our price"),
    ]


def test_sentences_end_at_stops_but_not_at_abbreviations() -> None:
    plain = read(PAGE).plain
    block = next(block for block in blocks(plain) if plain[block.start :].startswith("From"))
    assert [plain[a:b] for a, b in sentences(plain, block)] == [
        "From £250, e.g. for one visit.",
        "Dr. Smith agrees;",
        "others don't.",
    ]


@pytest.mark.parametrize(
    ("text", "weeks", "role"),
    [
        ("in as little as 2 weeks", (2, None), "when"),
        ("after 4–6 weeks", (4, 6), "when"),
        ("over 3+ months", (13.0, None), "when"),
        ("within the first 1-2 weeks", (0, 2), "when"),
        ("by week 8", (0, 8), "when"),
        ("week 12", (12, 12), "when"),
        ("overnight", (0, 0), "when"),
        ("ten days", (1.4, 1.4), "when"),
        ("lasts up to 12 months", (0, 52.1), "lasting"),
        ("every four weeks", (4, 4), "every"),
        ("two weeks ago", (2, 2), "ago"),
    ],
)
def test_durations(text: str, weeks: tuple[float, float | None], role: str) -> None:
    (found,) = durations(read(text).plain)
    assert (found.weeks, found.role) == (weeks, role)


@pytest.mark.parametrize("text", ["week", "4 week old", "a week-long", "weeks 2.5%", "12 weekly"])
def test_durations_do_not_break(text: str) -> None:
    list(durations(read(text).plain))


@pytest.mark.parametrize(
    ("text", "currency", "low", "high"),
    [
        ("£1,500 to £4,000 per session", "GBP", 1500, 4000),
        ("from £250", "GBP", 250, None),
        ("up to $1,200", "USD", None, 1200),
        ("£1.5k", "GBP", 1500, 1500),
        ("90 euros", "EUR", 90, 90),
        ("£30-40", "GBP", 30, 40),
    ],
)
def test_money(text: str, currency: str, low: float | None, high: float | None) -> None:
    (found,) = money(read(text).plain)
    assert (found.currency, found.low, found.high) == (currency, low, high)


def under(text: str, kind: str) -> str:
    given_ = tokens(read(text).plain)
    covered = [scope for scope in scopes(given_) if scope.kind == kind]
    return " ".join(word for at, word in enumerate(given_.words) if any(scope.covers(at) for scope in covered))


@pytest.mark.parametrize(
    ("text", "kind", "covered"),
    [
        ("It does not remove lines, spots or scars but it soothes", "negation", "remove lines , spots or scars"),
        ("It not only soothes but firms", "negation", ""),
        ("There is no evidence that it helps, and it costs a lot", "doubt", "that it helps"),
        ("Whether it lasts is unclear", "doubt", "it lasts is unclear whether it lasts"),
        ("Some clinics say it cures melasma", "report", "it cures melasma"),
        ("My mother has melasma but I do not", "someone", "has melasma"),
    ],
)
def test_scopes(text: str, kind: str, covered: str) -> None:
    assert set(under(text, kind).split()) == set(covered.split())


LEXICON = Lexicon.of(
    [
        Entry("treatment", "exosome", ("exosome", "exosome therapy"), "noun"),
        Entry("concern", "ageing", ("anti-ageing",)),
        Entry("outcome", "pigment", ("hyperpigmentation",)),
        Entry("verb", "reduce", ("reduce",), "verb"),
    ],
    not_misspelt=["hypopigmentation"],
)


def ids(text: str) -> list[str]:
    return [match.id for match in LEXICON.find(tokens(read(text).plain))]


@pytest.mark.parametrize(
    "text", ["Exosomes", "EXOSOME THERAPY", "exosome’s", "exosome-therapies", "exosmes", "exosome therpy"]
)
def test_a_lexicon_finds_forms_and_slips(text: str) -> None:
    assert ids(text) == ["exosome"]


@pytest.mark.parametrize("text", ["anti-aging", "Anti–Ageing", "anti ageing"])
def test_hyphens_and_spelling_do_not_matter(text: str) -> None:
    assert ids(text) == ["ageing"]


def test_a_true_word_is_no_slip() -> None:
    assert ids("hyperpigmentaton, reducing") == ["pigment", "reduce"]
    assert ids("hypopigmentation") == []


def test_two_spellings_are_one() -> None:
    assert canonical("Ageing") == canonical("aging")
    assert canonical("moisturising") == canonical("moisturizing")
    assert canonical("skin's") == "skin"
    assert canonical("disease") == "disease"


def test_forms_of_words() -> None:
    assert set(inflected("plump", "verb")) == {"plump", "plumps", "plumped", "plumping"}
    assert set(inflected("trim", "verb")) == {"trim", "trims", "trimmed", "trimming"}
    assert set(inflected("get rid of", "verb")) >= {"gets rid of", "getting rid of"}
    assert set(inflected("dark patch", "noun")) == {"dark patch", "dark patches"}
    assert set(inflected("firm", "adjective")) == {"firm", "firmer", "firmest"}
    with pytest.raises(ValueError, match="adverb"):
        inflected("well", "adverb")


def test_what_is_not_text_is_refused() -> None:
    with pytest.raises(TextError, match="character 3"):
        read("ab\x00")
    with pytest.raises(TextError, match="At most"):
        read("a" * (LONGEST + 1))


PIECES = [*"aB1£-—•#|?.!;:,'’\n\t *()", "weeks", " not ", "no evidence ", "\r\n", "…"]


@given(st.lists(st.sampled_from(PIECES), max_size=300).map("".join))
def test_every_part_lies_in_the_text_and_in_order(text: str) -> None:
    plain = read(text).plain
    assert len(plain) == len(text)
    at = 0
    for block in blocks(plain):
        assert at <= block.start <= block.end <= len(plain)
        at = block.end
        inside = block.start
        for start, end in sentences(plain, block):
            assert inside <= start < end <= block.end
            inside = end
            given_ = tokens(plain, start, end)
            for scope in scopes(given_):
                assert 0 <= scope.first < scope.last <= len(given_)
        for found in [*durations(plain, block.start, block.end), *money(plain, block.start, block.end)]:
            assert block.start <= found.start < found.end <= block.end


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "(",
        "1",
        "1,",
        "- a\n",
        "not ",
        "a.",
        "? ",
        " ",
        "£1",
        "week ",
        "in the first ",
        "*",
        "|a",
        "\n",
        ": ",
        "a-",
    ],
)
def test_no_text_is_too_much(unit: str) -> None:
    """A step whose time grew with the square of the length would not come back from these."""
    text = unit * (200_000 // len(unit))
    plain = read(text).plain
    end = 0
    for block in blocks(plain):
        for start, end in sentences(plain, block):
            given_ = tokens(plain, start, end)
            LEXICON.find(given_)
            scopes(given_)
            list(durations(plain, start, end))
            list(money(plain, start, end))
    assert end <= len(text)
