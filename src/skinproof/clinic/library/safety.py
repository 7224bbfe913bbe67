"""Safety rules in words: what a rule does, for what, when, and how far the pages behind it carry it."""

from __future__ import annotations

from dataclasses import dataclass

from skinproof.care import Rule, rules
from skinproof.care.terms import terms
from skinproof.vocabulary import Form, vocabulary

from . import words
from .sources import Address, address

ACTIONS = {
    "urgent-referral": "A red flag: be seen first",
    "contraindicated": "Not given",
    "avoid": "Not given online",
    "delay": "Not yet",
    "caution": "With care",
    "dose-limit": "Within a limit",
    "advise": "Good to know",
}
ACTION_WORDS = {
    "urgent-referral": "This is a red flag. It comes before any treatment: somebody has to see you first.",
    "contraindicated": "The clinic does not give the treatment while this holds.",
    "avoid": "The clinic does not give this online. A specialist who sees you in person may.",
    "delay": "Not yet: it waits until this has passed.",
    "caution": "It may be given, with the talk or the change that the rule names.",
    "dose-limit": "It may be given within the limit that the rule names.",
    "advise": "It may be given. This is what you should know or do.",
}
TONES = {
    "urgent-referral": "stop",
    "contraindicated": "stop",
    "avoid": "caution",
    "delay": "caution",
    "caution": "caution",
    "dose-limit": "quiet",
    "advise": "quiet",
}
SUPPORT = {
    "direct": "A page that was read says this.",
    "partial": "A page that was read says that the risk is there. The limit, the time or the reach is our choice.",
    "inferred": "It follows from a page that was read, but is not said there.",
    "none": "No page was found. It is the usual caution of a clinic, and a clinician has to check it.",
}
WEAK = ("inferred", "none")  # support that a doctor is told of as weak
ASKS = 2  # of what a rule turns on, beside its sentence in a list
TIERS = {
    "law": "law",
    "regulator": "regulator",
    "guideline": "guideline",
    "official-label": "official product text",
    "nhs": "NHS page",
    "professional-body": "professional body",
    "formulary": "formulary",
    "consensus": "expert consensus",
    "journal": "journal",
    "republished-label": "copy of a product text",
    "charity": "charity",
    "secondary": "summary by others",
    "manufacturer": "manufacturer",
    "trade": "clinic or trade page",
    "news": "news",
}


@dataclass(frozen=True)
class RuleShown:
    """A rule as a list or its page shows it."""

    rule: Rule
    action: str
    tone: str
    what: str  # what the action means
    forms: tuple[Form, ...]  # empty: everything
    asks: tuple[str, ...]  # the facts it turns on, in words
    support: str
    sources: tuple[tuple[Address, str], ...]

    @property
    def turns_on(self) -> str:
        """'whether you are pregnant; whether you are breastfeeding': the first of what it turns on."""
        first = "; ".join(words.lower_first(label) for label in self.asks[:ASKS])
        return f"{first}; and more" if len(self.asks) > ASKS else first

    @property
    def weak(self) -> bool:
        return weak(self.rule)

    @property
    def prescription_only(self) -> bool:
        return any(form.prescription_only for form in self.forms)


def show(rule: Rule) -> RuleShown:
    """The rule in words."""
    forms = vocabulary().forms
    return RuleShown(
        rule=rule,
        action=ACTIONS[rule.action],
        tone=TONES[rule.action],
        what=ACTION_WORDS[rule.action],
        forms=() if "all" in rule.treatments else tuple(forms[form] for form in rule.treatments),
        asks=tuple(words.sentence_case(terms().facts[fact].label) for fact in facts_of(rule)),
        support=SUPPORT[rule.support],
        sources=tuple((address(s.url, s.organisation), TIERS.get(s.tier, s.tier)) for s in rule.source),
    )


def weak(rule: Rule) -> bool:
    """Whether no page that was read says what the rule says."""
    return rule.support in WEAK


def facts_of(rule: Rule) -> tuple[str, ...]:
    """The facts a rule turns on, each once, in the order it names them; none for a rule that always holds."""
    return tuple(dict.fromkeys(leaf.fact for leaf in rule.condition.leaves()))


def always(form_id: str) -> list[RuleShown]:
    """The rules on a form that hold for everybody, strongest first."""
    found = [rule for rule in rules().for_form(form_id) if not facts_of(rule) and "all" not in rule.treatments]
    return [show(rule) for rule in sorted(found, key=lambda rule: (-rule.strength, len(rule.treatments)))]


def stops(form_id: str) -> list[RuleShown]:
    """The rules that can keep somebody from a form: strongest first, of equals the one made for the fewest forms. Those
    on everything are left out."""
    found = [
        rule
        for rule in rules().for_form(form_id)
        if facts_of(rule) and "all" not in rule.treatments and rule.action in ("contraindicated", "avoid", "delay")
    ]
    return [show(rule) for rule in sorted(found, key=lambda rule: (-rule.strength, len(rule.treatments)))]
