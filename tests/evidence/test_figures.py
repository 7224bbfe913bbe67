"""Pictures: what every kind must hold, at the width of a phone and of a desk."""

from __future__ import annotations

import math
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations, pairwise
from xml.etree import ElementTree

import evidence_pictures as made
import numpy as np
import pytest

from skinproof.evidence import figures as f
from skinproof.evidence.figures import style
from skinproof.evidence.figures.svg import drawing

SVG = "{http://www.w3.org/2000/svg}"
KINDS = pytest.mark.parametrize("kind", made.ALL)
WIDTHS = pytest.mark.parametrize("width", [f.NARROW, f.WIDE])


def drawn(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314


def squeezed(words: str) -> str:
    return re.sub(r"\s", "", words)


def boxes(figure):
    """(words, window box) of every text, in px of the width the figure was made for."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    scale = 72 / figure.dpi
    found = []
    for text in figure.findobj(Text):
        if text.get_text().strip() and text.get_visible():
            box = text.get_window_extent(canvas.get_renderer())
            found.append((text.get_text(), [edge * scale for edge in (box.x0, box.y0, box.x1, box.y1)]))
    return found


# --- what all of them hold


@KINDS
@WIDTHS
def test_every_picture_is_an_svg_that_keeps_to_the_page_policy(kind, width):
    picture = made.ALL[kind][0]()
    svg = picture.svg(width)
    root = drawn(svg)
    assert root.get("role") == "img"
    assert [child.tag.removeprefix(SVG) for child in root][:2] == ["title", "desc"]
    assert (root[0].text, root[1].text) == (picture.title, picture.description)
    assert root.get("viewBox").split()[2] == str(width)
    for forbidden in ("style=", "<style", "<metadata", "xlink"):
        assert forbidden not in svg
    for colour in style.CLASSES:
        assert colour not in svg
    assert all(
        node.get(key) in (None, "none") or node.get(key).startswith("url(#p")
        for node in root.iter()
        for key in ("fill", "stroke")
    )
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    pointed = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', svg)
    assert {one or two for one, two in pointed} <= set(ids)


@KINDS
@WIDTHS
def test_every_label_is_there_in_letters_of_twelve_px_or_more(kind, width):
    make, labels = made.ALL[kind]
    root = drawn(make().svg(width))
    texts = list(root.iter(f"{SVG}text"))
    words = squeezed("".join("".join(text.itertext()) for text in texts))
    for label in labels:
        assert squeezed(label) in words, label
    assert min(float(text.get("font-size")) for text in texts) >= 12


@KINDS
@WIDTHS
def test_no_words_are_cut_off_or_lie_on_one_another(kind, width):
    figure = made.ALL[kind][0]().figure(width)
    wide, high = (72 * inches for inches in figure.get_size_inches())
    placed = boxes(figure)
    for words, (left, low, right, top) in placed:
        assert -1 <= left < right <= wide + 1, words
        assert -2 <= low < top <= high + 2, words
    for (one, a), (two, b) in combinations(placed, 2):
        across = min(a[2], b[2]) - max(a[0], b[0])
        down = min(a[3], b[3]) - max(a[1], b[1])
        assert across < 1.5 or down < 4, (one, two)


@KINDS
def test_every_picture_has_its_numbers_in_words_and_as_rows(kind):
    picture = made.ALL[kind][0]()
    assert re.search(r"\d", picture.description)
    assert picture.description.endswith(".")
    assert picture.table.rows
    assert all(len(row) == len(picture.table.columns) for row in picture.table.rows)
    assert all(isinstance(cell, str) for row in picture.table.rows for cell in row)


@KINDS
def test_a_picture_is_drawn_alike_every_time(kind):
    make = made.ALL[kind][0]
    assert make().svg() == make().svg()


def test_threads_draw_what_one_alone_draws():
    alone = made.forest().svg()
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: made.forest().svg(), range(8))) == {alone}


def test_a_figure_is_a_figure_of_the_width_asked_for():
    figure = made.forest().figure(500)
    assert 72 * figure.get_size_inches()[0] == pytest.approx(500)
    with pytest.raises(ValueError, match="200 px"):
        made.forest().figure(200)


def test_without_matplotlib_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"pip install skinproof\[figures\]"), drawing():
        pass


def test_drawing_leaves_the_settings_of_others_alone():
    import matplotlib

    before = dict(matplotlib.rcParams)
    made.forest().svg()
    assert dict(matplotlib.rcParams) == before


def test_a_dollar_in_a_name_stays_a_dollar():
    row = f.ForestRow("$100 a $session", 1.0, 0.5, 2.0)
    assert "$100 a $session" in f.forest([row], title="t", scale=made.RATIO).svg()


def test_markup_in_a_name_stays_words():
    svg = f.forest([f.ForestRow("<b>A & B</b>", 1.0, 0.5, 2.0)], title="a < b", scale=made.RATIO).svg()
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in svg
    assert "<title>a &lt; b</title>" in svg


def test_two_pictures_on_one_page_share_no_id():
    one, two = made.course().svg(f.NARROW), made.course().svg(f.WIDE)
    ids = [set(re.findall(r'id="([^"]+)"', svg)) for svg in (one, two)]
    assert all(ids)
    assert not ids[0] & ids[1]


# --- black and white


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    bright, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_shades_darken_in_grey_too_and_words_stay_readable_on_them():
    grey = [luminance(colour) for colour in (style.PAPER, *style.TINTS)]
    assert grey == sorted(grey, reverse=True)
    assert all(one - two > 0.05 for one, two in pairwise(grey))
    assert contrast(style.INK, style.TINTS[-1]) > 4.5
    assert contrast(style.SOFT, style.PAPER) > 4.5


def test_series_differ_in_shape_or_filling_and_lines_in_their_dashes():
    assert len({style.marker_style(at) for at in range(27)}) == 27
    assert len({str(dash) for dash in style.DASHES}) == 4
    from skinproof.evidence.figures.network_graph import STYLES

    assert set(STYLES) == {"high", "moderate", "low", "very-low"}
    assert len({str(each) for each in STYLES.values()}) == 4


def test_what_favours_the_other_side_is_hatched_not_only_coloured():
    value = np.array([[0.0, 3.0], [-3.0, 0.0]])  # the first is worse, where lower is better
    worse = f.league_heat(["A", "B"], value, value - 1, value + 1, title="t", scale=made.SCORE, better="lower")
    better = f.league_heat(["A", "B"], value, value - 1, value + 1, title="t", scale=made.SCORE, better="higher")
    assert worse.svg().count("url(#") > better.svg().count("url(#")


# --- words and numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [(-1.254, "−1.25"), (0.0344, "0.034"), (128.4, "128"), (-0.0, "0.00"), (12.34, "12.3"), (math.inf, "no limit"),
     (math.nan, "not known"), (1234567, "1.23e+06")],
)  # fmt: skip
def test_numbers_have_about_three_figures_and_a_real_minus(value, text):
    assert style.number(value) == text


def test_numbers_that_stand_together_have_as_many_decimals():
    assert f.Scale("x").interval(-10.33, -14.31, -6.314) == "−10.3 (−14.3 to −6.3)"
    assert made.RATIO.interval(0.49, 0.0344, 10.97) == "0.49 (0.03 to 10.97)"


def test_lines_are_no_wider_than_asked_and_lose_nothing():
    for width in (30, 80, 200):
        lines = style.wrap(made.LONG, width)
        assert squeezed("".join(lines)) == squeezed(made.LONG)
        assert all(style.text_width(line) <= width or len(line) == 1 for line in lines)
    assert style.wrap("from -3 to 5", 60)[0] == "from -3"
    assert style.wrap("", 50) == [""]


def test_ticks_of_ratios_hold_no_effect_and_those_of_differences_are_round():
    for low, high in ((0.2, 3.0), (0.01, 40.0), (0.8, 1.3)):
        ticks, words = made.RATIO.ticks(low, high)
        assert 1.0 in ticks
        assert words[ticks.index(1.0)] == "1"
        assert 2 <= len(ticks) <= 8
    ticks, words = f.Scale("x").ticks(-16.2, 1.1)
    assert 0.0 in ticks
    assert set(words) <= {"−15", "−10", "−5", "0"}


# --- what each says


def test_a_forest_says_what_the_studies_say_together():
    assert made.forest().description == (
        "4 intervals on risk ratio. Together: 0.49 (0.34 to 0.70); all of the interval favours adding exosomes. "
        "Where a new study would likely fall: 0.15 to 1.55."
    )


def test_an_interval_that_leaves_the_picture_ends_in_an_arrow():
    wide = f.forest([f.ForestRow("a", 1.0, 0.9, 1.1), f.ForestRow("b", 1.0, 0.001, 1000)], title="t", scale=made.RATIO)
    near = f.forest([f.ForestRow("a", 1.0, 0.9, 1.1), f.ForestRow("b", 1.0, 0.8, 1.2)], title="t", scale=made.RATIO)
    markers = [
        {str(line.get_marker()) for axes in picture.figure().axes for line in axes.lines} for picture in (wide, near)
    ]
    assert {"<", ">"} <= markers[0]
    assert not {"<", ">"} & markers[1]


def test_a_curve_beyond_the_data_is_broken_and_its_band_is_not_filled():
    figure = made.course().figure()
    panel = figure.axes[1]
    ends = [
        float(np.max(line.get_xdata()))
        for line in panel.lines
        if line.get_linestyle() == "-" and len(line.get_xdata()) > 2
    ]
    assert max(ends) == 12
    assert any(np.max(line.get_xdata()) == 24 for line in panel.lines if line.get_linestyle() == "--")
    (band,) = [each for each in panel.collections if len(each.get_paths()[0].vertices) > 4]
    assert band.get_paths()[0].vertices[:, 0].max() == 12


def test_parts_of_a_network_that_nothing_joins_are_told_and_lie_apart():
    picture = made.network()
    assert "in 2 parts that no study joins" in picture.description
    from matplotlib.patches import Circle

    discs = [(c.center, c.radius) for axes in picture.figure().axes for c in axes.patches if isinstance(c, Circle)]
    assert len(discs) == 6
    for (a, ra), (b, rb) in combinations(discs, 2):
        assert math.dist(a, b) > ra + rb


def test_components_that_cannot_be_told_are_named_without_a_number():
    picture = made.components()
    assert "cannot tell what is added by Vitamin C" in picture.description
    assert [row[1] for row in picture.table.rows][-1] == "cannot be told"


# --- what is refused


ONE = f.ForestRow("Kwon", 1.0, 0.5, 2.0)


def forest_of(*rows, **more):
    return f.forest(rows, title="t", scale=made.RATIO, **more)


def course_of(*curves, **more):
    return f.time_course(curves, title="t", scale=made.SCORE, **more)


def albatross_of(*points):
    return f.albatross(points, [], title="t", left="l", right="r")


REFUSED = {
    "at least one row": lambda: forest_of(),
    "Kwon: 3 is not inside": lambda: forest_of(f.ForestRow("Kwon", 3.0, 0.5, 2.0)),
    "Kwon: -1 cannot be a ratio": lambda: forest_of(f.ForestRow("Kwon", -1.0, -2.0, 0.0)),
    "'x', a group that no row": lambda: forest_of(ONE, subtotals={"x": f.Summary("x", 1, 1, 1)}),
    "'A' is there twice": lambda: f.network_graph([f.Node("A"), f.Node("A")], [], title="t"),
    "no treatment 'B'": lambda: f.network_graph([f.Node("A")], [f.Edge("A", "B", 1)], title="t"),
    "a curve or an observed": lambda: course_of(),
    "'c': weeks must rise": lambda: course_of(f.Curve("c", [2, 1], [0, 0])),
    "'x' ends before": lambda: course_of(f.Curve("c", [1, 2], [0, 0]), claims=[f.Claim("x", 6, 4)]),
    "Kwon: a standard error": lambda: f.funnel([f.FunnelPoint("Kwon", 1, 0)], centre=1, title="t", scale=made.RATIO),
    "A, B: a share of 1.5": lambda: f.contribution(["A"], ["B"], [[1.5]], title="t"),
    "A: chances of ranks add up to 0.9": lambda: f.rankogram(["A", "B"], [[0.5, 0.4], [0.5, 0.6]], title="t"),
    "Kwon: p = 0": lambda: albatross_of(f.AlbatrossPoint("Kwon", 20, 0.0, "left")),
    "Kwon: 1 directions": lambda: f.effect_direction(["a", "b"], [f.DirectionRow("Kwon", ("better",))], title="t"),
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_cannot_be_drawn_is_refused_by_name(words):
    with pytest.raises(ValueError, match=re.escape(words)):
        REFUSED[words]()


def test_an_svg_without_a_title_or_a_description_is_refused():
    with pytest.raises(ValueError, match="cannot see it"):
        f.to_svg(made.forest().figure(), title="Forest", description=" ")


@KINDS
@WIDTHS
def test_what_leaves_a_panel_is_clipped_to_it(kind, width):
    """Curves and contours run on past the panel in numbers; on a page they must end where it ends."""
    from matplotlib.lines import Line2D

    figure = made.ALL[kind][0]().figure(width)
    boxes(figure)  # draws, so that everything has its place
    for axes in figure.axes:
        box = axes.get_window_extent().padded(3)
        for line in axes.findobj(Line2D):
            ends = line.get_transform().transform(line.get_xydata())
            inside = box.x0 <= ends[:, 0].min() and ends[:, 0].max() <= box.x1
            inside = inside and box.y0 <= ends[:, 1].min() and ends[:, 1].max() <= box.y1
            assert inside or line.get_clip_on() or line.get_marker() in ("<", ">"), line
