"""Which photos go with which concern: whole, sourced, drawn."""

from __future__ import annotations

import copy

import pytest

from skinproof.care.photo_views import VIEWS_FILE, make_guide, photo_guide
from skinproof.clinic.photos.outlines import outline
from skinproof.vocabulary import KnowledgeError, read_yaml, vocabulary


def test_every_concern_has_views_and_every_view_a_drawing_and_a_source():
    guide = photo_guide()
    assert set(guide.concerns) == set(vocabulary().concerns)
    for concern in guide.concerns:
        assert guide.of_concern(concern), concern
    for view in guide.views.values():
        assert "<svg" in outline(view.outline), view.id
        assert guide.sources_of(view.how), view.id


def test_every_source_is_used_and_is_a_page():
    guide = photo_guide()
    content = read_yaml(VIEWS_FILE)
    said = (*guide.before, *guide.general, *(line for view in guide.views.values() for line in view.how))
    used = {name for line in said for name in line.sources} | {
        n for s in content["sets"].values() for n in s["sources"]
    }
    assert used == set(guide.sources)
    assert all(source.url.startswith("https://") and source.organisation for source in guide.sources.values())


def test_an_unknown_concern_has_no_views():
    assert photo_guide().of_concern("no-such-concern") == ()
    assert outline("no-such-view") == ""


def test_a_doctor_can_ask_for_the_views_of_the_concern_first_and_for_none_of_another_part_of_the_body():
    guide = photo_guide()
    scalp, face = set(guide.concerns["hair-loss"]), set(guide.concerns["melasma"])
    for concern in guide.concerns:
        offered = [view.id for view in guide.for_asking(concern)]
        assert tuple(offered[: len(guide.concerns[concern])]) == guide.concerns[concern]
        assert len(offered) == len(set(offered))
    assert not scalp & {view.id for view in guide.for_asking("melasma")}
    assert not face & {view.id for view in guide.for_asking("hair-loss")}
    assert {view.id for view in guide.for_asking("no-such-concern")} == set(guide.views)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda c: c["views"]["area"]["how"][0].update(sources=["no-page"]), "views, area: 'no-page'"),
        (lambda c: c["views"]["area"]["how"][0].pop("sources"), "sources"),
        (lambda c: c["sets"]["face"].update(views=["face-frnt"]), "did you mean face-front"),
        (lambda c: c["concerns"].update(acne=["no-set"]), "concerns, acne"),
        (lambda c: c["concerns"].pop("acne"), "concerns, acne"),
        (lambda c: c["also"].pop("acne"), "also, acne"),
        (lambda c: c["also"].update(acne=["no-set"]), "also, acne"),
        (lambda c: c["concerns"].update(bald=["face"]), "concerns, bald"),
        (lambda c: c["general"][0].update(support="strong"), "support"),
        (lambda c: c["before"][0].update(sources=["nowhere"]), "before"),
    ],
)
def test_a_fault_in_the_file_is_named(change, where):
    content = copy.deepcopy(read_yaml(VIEWS_FILE))
    change(content)
    with pytest.raises(KnowledgeError, match=r"photo-views\.yaml") as told:
        make_guide(content)
    assert where in str(told.value)
