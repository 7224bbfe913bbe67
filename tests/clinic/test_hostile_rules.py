"""The rule book in the hands of one person who would make it weaker, or read by nobody but its author."""

from __future__ import annotations

import pytest

from skinproof.care.rule_changes import rule_of, weakens
from skinproof.care.rules import own_rules
from skinproof.clinic.rulebook import active, services
from skinproof.clinic.rulebook.models import Change, Needs, Review

from .test_rulebook import RULE, WHY, amend, decide, editor, of, page, pharmacist, reviewer, row, suspend, url  # noqa: F401

pytestmark = pytest.mark.django_db
FLAG = "rf-mole-score-3"
ADVICE = next(rule.id for rule in own_rules().rules if rule.advise)
LIMIT = next(rule.id for rule in own_rules().rules if rule.action == "dose-limit")


def losses(rule, **changes):
    return weakens(own_rules().rule(rule), rule_of(row(rule, **changes), rule), own_rules())


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        (FLAG, {"action": "contraindicated"}),
        (FLAG, {"action": "contraindicated", "urgency": None, "to": None}),
        (FLAG, {"urgency": list(own_rules().urgencies)[-1]}),
        (FLAG, {"to": "nobody"}),
        (FLAG, {"treatments": ["tretinoin"]}),
        (FLAG, {"reason": "This is common and passes by itself in a few days."}),
        (FLAG, {"when": {"all": [{"fact": "lesion-7pt-score", "at-least": 9}]}}),
        (ADVICE, {"advise": "nothing of the kind is needed"}),
        (LIMIT, {"action": "caution", "limit": None}),
        (RULE, {"jurisdiction": "US"}),
    ],
)
def test_what_would_make_a_rule_weaker_waits_for_a_second_reviewer(pharmacist, reviewer, rule, changes):  # noqa: F811
    before = own_rules().rule(rule)
    if rule == FLAG and changes.get("urgency") == before.urgency:
        pytest.skip("the slowest already")
    change = amend(pharmacist, rule, **changes)
    assert change.needs == Needs.SECOND
    assert active.book().rule(rule) == before
    with pytest.raises(services.RuleChangeError, match="your own change"):
        decide(change, pharmacist)


def test_what_can_only_be_stricter_still_waits_for_nobody():
    assert losses(FLAG, note="Read again.") == ()
    assert losses(LIMIT, action="avoid", limit=None) == ()
    assert losses(RULE, action="contraindicated", until=None) == ()
    assert losses(RULE, reason="Nobody has looked at a document yet.") == ()


def test_nobody_signs_off_what_they_wrote(client, sign_in, pharmacist, reviewer):  # noqa: F811
    amend(pharmacist, action="contraindicated", until=None)
    with pytest.raises(services.RuleChangeError, match="You wrote this text"):
        services.sign_off(RULE, of=of(), user=pharmacist, by=_by(pharmacist))
    sign_in(client, pharmacist)
    assert "Sign off this rule" not in page(client.get(url("rule", RULE)))
    client.post(url("sign-off", RULE), {"of": of()})
    assert not Review.objects.exists()
    services.sign_off(RULE, of=of(), user=reviewer, by=_by(reviewer))
    assert Review.objects.get().by == reviewer


@pytest.mark.parametrize("note", ["\x00", "x" * 100_000])
def test_a_note_that_cannot_be_kept_is_refused_with_words_and_not_cut_off(client, sign_in, pharmacist, note):  # noqa: F811
    sign_in(client, pharmacist)
    told = client.post(url("sign-off", RULE), {"of": of(), "note": note}, follow=True)
    text = told.content.decode()
    assert "could not be kept" in text
    assert note.strip("\x00") in text, "nothing that was typed is lost"
    assert not Review.objects.exists()


@pytest.mark.parametrize("reason", ["", " " * 50, "short", "\x00" * 30, "x" * 100_000])
@pytest.mark.parametrize("name", ["suspend", "amend"])
def test_a_reason_is_whole_or_nothing_is_kept(client, sign_in, pharmacist, name, reason):  # noqa: F811
    import yaml

    sign_in(client, pharmacist)
    data = {"text": yaml.safe_dump(row(action="contraindicated", until=None)), "of": of(), "reason": reason}
    assert client.post(url(name, RULE), data).status_code == 200
    assert not Change.objects.exists()


def _by(user):
    from .conftest import actor

    return actor(user)
