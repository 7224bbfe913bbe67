"""The published questionnaires show the same questions for the same answers in LHC-Forms as with us."""

from __future__ import annotations

import pytest

from skinproof.care import UNSURE, Form, families
from skinproof.care.questionnaires import newest

from .client import differences


def cases(form: Form):
    """Nobody yet; nothing to declare; then people for whom pages go and come."""
    yield {}
    for concern in form.concerns:
        yield person(form, concern)
        yield person(form, concern, sex="male", emergency=["headache"], wanted=["laser", "exosomes"])
    concern = form.concerns[0]
    yield person(form, concern, age=16, moles=["bigger", "colour"], pregnancy="planning")
    yield person(form, concern, pregnancy="pregnant", skin_danger=["blistering", UNSURE], products=["steroid-over-8"])
    yield person(form, concern, emergency=[UNSURE], moles=[], wanted=["peel", "prp"], retinoids=["isotretinoin-now"])


def person(form: Form, concern: str, **said):
    """Somebody with nothing to declare but this."""
    raw = {"age": 34, "sex": "female", **{name.replace("_", "-"): answer for name, answer in said.items()}}
    given = {name: form.given_by(form.questions[name].read(a)) for name, a in raw.items() if fits(form, name, a)}
    return {**form.calm, **form.start(concern), **given}


def fits(form: Form, name: str, answer) -> bool:
    if name not in form.questions:
        return False
    offered = (*form.questions[name].offered, UNSURE)
    return not isinstance(answer, list) or all(option in offered for option in answer)


@pytest.mark.parametrize("family", sorted(families()))
def test_lhc_forms_shows_what_we_show(lforms, family):
    form = newest(family)
    assert not differences(lforms, form.questionnaire, cases(form))
