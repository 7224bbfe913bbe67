"""The parts of the look that decide something: certainty, charts, fonts, forms, error summary."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django import forms
from django.template import Context, Template
from fontTools.ttLib import TTFont

from skinproof.clinic import fonts
from skinproof.clinic.forms import NONE, NoneOfTheseField
from skinproof.clinic.library import charts, depth
from skinproof.clinic.library.templatetags import look
from skinproof.evidence import findings

from .pages import parse


def draw(source: str, **context) -> str:
    return Template("{% load look %}" + source).render(Context(context))


@pytest.mark.parametrize(("level", "deep"), [("very-low", 1), ("low", 2), ("moderate", 3), ("high", 4)])
def test_certainty_is_a_word_and_as_many_layers(level, deep):
    page = parse(look.certainty(level))
    assert [path.get("class") for path in page.all("path")] == ["on"] * deep + ["off"] * (4 - deep)
    assert page.text == level.replace("-", " ").capitalize() + " certainty"


def test_every_finding_is_one_dot_in_the_layer_of_its_certainty():
    counted = {layer.level: layer.cells.count("<circle") for layer in depth.layers()}
    assert sum(counted.values()) == len(findings())
    for level, dots in counted.items():
        assert dots == sum(f.certainty.level == level for f in findings().all)


def test_dots_lie_inside_their_layer_and_apart():
    for layer in depth.layers():
        places = [(float(x), float(y)) for x, y in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', layer.cells)]
        assert all(0 < x < depth.WIDTH and 0 < y < layer.height for x, y in places)
        for index, (x, y) in enumerate(places):
            assert all((x - a) ** 2 + (y - b) ** 2 > depth.RADIUS**2 for a, b in places[index + 1 :])


# --- charts

WITH_INTERVALS = [f for f in findings().all if f.estimate is not None]


@pytest.fixture(scope="module")
def pooled():
    return next(f for f in WITH_INTERVALS if f.estimate.basis == "pooled" and (f.estimate.k or 0) > 2)


def test_a_chart_states_every_number_it_draws_in_words(pooled):
    chart = charts.forest(pooled.id)
    drawn = [text for _, text in _texts(chart.svg)]
    numbers = [text for text in drawn if re.fullmatch(r"[−\d.,]+ \([−\d.,]+ to [−\d.,]+\)", text)]
    assert len(numbers) == len(charts.rows_of(pooled)) + 1 >= 4
    for number in numbers:
        assert number in chart.words
    for row in charts.rows_of(pooled):
        assert row.label in chart.words
    assert f"<desc>{chart.words}</desc>" in chart.svg


def _texts(svg: str):
    root = ElementTree.fromstring(svg)  # noqa: S314
    return [(node, "".join(node.itertext())) for node in root.iter("{http://www.w3.org/2000/svg}text")]


def test_a_chart_keeps_to_the_page_policy_and_colours(pooled):
    svg = charts.forest(pooled.id).svg
    assert "style=" not in svg
    assert "<style" not in svg
    assert "#0000" not in svg
    assert 'class="stain-fill stain"' in svg


def test_the_diamond_spans_the_interval_and_the_null_line_stands_at_no_difference(pooled):
    summary = charts.summary_of(pooled.estimate)
    assert (summary.low, summary.high) == (pooled.estimate.low, pooled.estimate.high)
    assert charts.describe(charts.rows_of(pooled), summary, pooled.estimate).startswith(
        ("Above 1 is", "Below 1 is") if pooled.estimate.null == 1 else ("Above 0 is", "Below 0 is")
    )


def test_every_estimate_can_be_drawn():
    for finding in WITH_INTERVALS:
        chart = charts.forest(finding.id)
        assert chart is None or chart.svg.startswith("<svg")
        if chart is not None:
            assert re.search(r"\d", chart.words)


def test_every_colour_of_a_figure_has_its_rule_in_the_stylesheet():
    from skinproof.evidence.figures.style import CLASSES

    sheet = (Path(charts.__file__).parents[1] / "static/css/library.css").read_text()
    drawn = [name for name in CLASSES.values() if not name.startswith("tint")]
    for rule in [f"{name}-fill" for name in CLASSES.values()] + drawn:
        assert f".chart .{rule} {{" in sheet, rule


# --- fonts


def test_fonts_are_cut_once_and_hold_the_signs_results_need(tmp_path, cut_fonts):
    shutil.copytree(cut_fonts, tmp_path, dirs_exist_ok=True)
    files = fonts.cut(tmp_path)
    assert {file.suffix for file in files} == {".woff2", ".css"}
    assert sum(file.stat().st_size for file in files) < 150_000
    for file in files:
        if file.suffix == ".woff2":
            held = TTFont(file).getBestCmap()
            assert all(ord(sign) in held for sign in "aZé£²±≥≤–’“×−"), file.name
            assert file.name in (tmp_path / "fonts" / "fonts.css").read_text()
    before = [file.stat().st_mtime_ns for file in files]
    assert [file.stat().st_mtime_ns for file in fonts.cut(tmp_path)] == before


# --- forms


class Asked(forms.Form):
    pregnant = forms.ChoiceField(
        label="Are you pregnant?",
        help_text="Why we ask.",
        choices=[("no", "No"), ("yes", "Yes")],
        widget=forms.RadioSelect,
    )
    conditions = NoneOfTheseField(label="Do you have any of these?", choices=[("a", "Asthma"), ("b", "Epilepsy")])
    weeks = forms.IntegerField(label="For how long?")
    note = forms.CharField(label="Anything else?", required=False, widget=forms.Textarea)
    agree = forms.BooleanField(label="I agree")


def test_fields_are_labelled_described_and_their_errors_linked():
    form = Asked({"pregnant": "", "conditions": ["a", NONE], "weeks": "x", "note": "<b>"})
    page = parse(draw('{% include "components/error_summary.html" %}{{ form }}', form=form))
    ids = {node.get("id") for node in page.all() if node.get("id")}
    links = [node.get("href") for node in page.all("a")]
    assert links == ["#id_pregnant_0", "#id_conditions_0", "#id_weeks", "#id_agree"]
    assert all(link[1:] in ids for link in links)
    labelled = {node.get("for") for node in page.all("label") if node.get("for")}
    assert {"id_weeks", "id_note"} <= labelled
    described = [word for node in page.all() for word in node.get("aria-describedby").split()]
    assert described
    assert set(described) <= ids
    assert len(list(page.all("legend"))) == 2
    (area,) = page.all("textarea")
    assert area.text == "<b>"
    assert "You chose “None of these” and something else as well." in page.text


def test_none_of_these_is_an_answer_of_its_own():
    field = NoneOfTheseField(choices=[("a", "A")], none="None of them")
    assert field.clean([NONE]) == []
    assert field.clean(["a"]) == ["a"]
    for wrong in (["a", NONE], [], ["c"]):
        with pytest.raises(forms.ValidationError):
            field.clean(wrong)


def test_a_title_field_makes_its_label_the_heading():
    form = Asked()
    form.fields["weeks"].as_title, form.fields["weeks"].unit = True, "weeks"
    page = parse(draw("{{ form.weeks.as_field_group }}", form=form))
    (heading,) = page.all("h1")
    assert heading.text == "For how long?"
    assert page.text.endswith("weeks")


def test_the_numbers_to_call_are_dialled_and_nothing_else_is_changed():
    drawn = draw("{% load say %}{{ line|dial }}", line="Call 999 now. If <not>, NHS 111, not 1110, £999 or 111.5.")
    assert drawn == (
        'Call <a href="tel:999">999</a> now. If &lt;not&gt;, NHS <a href="tel:111">111</a>, not 1110, £999 or 111.5.'
    )
