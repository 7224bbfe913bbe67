"""How it stands with regulators: against the vocabulary's legal standing, each with the pages it was read on."""

from __future__ import annotations

from skinproof.claims.model import Verdict
from skinproof.vocabulary import Source

from .evidence import Evidence
from .judgement import Asked, Judgement

_PLAIN = {
    "prescription-only": "In the UK it is a medicine that needs a prescription.",
    "pharmacy": "In the UK it is a medicine that pharmacies sell without a prescription.",
    "cosmetic": "In the UK it is sold as a cosmetic, which is not licensed as a medicine.",
    "not-licensed": "In the UK no product of it is licensed for this.",
    "procedure": "It is a procedure, or done with a device.",
    "medicine-depends": "Whether it needs a prescription depends on the strength or the use.",
}


def standing(asked: Asked, evidence: Evidence) -> Judgement:
    """The verdict on "licensed", "FDA approved", "on prescription", "unregulated", "from human cells"."""
    found, words = asked.found, evidence.words
    treatment = words.treatments[asked.treatment]
    legal, note, sources = treatment.legal, treatment.legal_note, treatment.sources
    for form in words.forms_of(asked.treatment):
        if form.route in found.route and form.legal and form.sources and len(form.treatments) == 1:
            legal, note, sources = form.legal, form.legal_note, form.sources
    known = note or _PLAIN.get(legal)
    if legal == "unknown" or not sources or known is None:
        return Judgement("not-checkable", "We have read no page on how it stands with regulators.")
    told = f"{known} Read at: {_organisations(sources)}."
    pages = tuple(source.url for source in sources)
    verdict = _verdict(asked, legal, evidence)
    if verdict == "not-checkable":
        told = f"Which product and which use is not said. {told}"
    notices = evidence.findings.library.notices(asked.treatment)
    records = tuple(n.id for n in notices if n.design == "regulatory-notice") if legal == "not-licensed" else ()
    return Judgement(verdict, told, studies=records, honest=known, pages=pages)


def _verdict(asked: Asked, legal: str, evidence: Evidence) -> Verdict:
    said, rules = asked.found.says or "", evidence.rules
    if said in rules.approval:
        if legal in ("not-licensed", "cosmetic"):
            return "contradicted"
        if said in rules.abroad or legal not in ("prescription-only", "pharmacy"):
            return "not-checkable"
        return "weaker-than-said"  # a licence is for one product and one use
    if said == "prescription":
        without = rules.without_prescription.within(asked.said) is not None
        if legal == "prescription-only":
            return "contradicted" if without else "well-supported"
        if legal in ("pharmacy", "cosmetic"):
            return "well-supported" if without else "contradicted"
        return "not-checkable"
    if said == "unregulated" and legal == "not-licensed":
        return "well-supported"
    if said == "human-derived" and legal in ("cosmetic", "not-licensed"):
        # A cosmetic may not hold anything from human cells: said with the standing, as what the page leaves out.
        return "weaker-than-said"
    return "not-checkable"


def _organisations(sources: tuple[Source, ...]) -> str:
    return "; ".join(dict.fromkeys(source.organisation for source in sources))
