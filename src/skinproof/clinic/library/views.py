"""Public pages: thin views over the knowledge in memory."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from skinproof.care import concern_care, plain, usual_form
from skinproof.care import rules as rule_book
from skinproof.care.options import BY_RULE
from skinproof.evidence import findings, library
from skinproof.vocabulary import vocabulary

from . import adds as adding
from . import charts, courses, depth, networks, people, safety, shown, stories, studies
from . import compare as comparing
from . import treatments as treating
from . import words as say
from .glossary import OWN_WORDS
from .pages import public_page
from .sources import address


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page with what every page may say of the library itself: its date, who pays, how it is kept."""
    return render(request, template, {"about": library().about, **context})


def _or_404(found: Any, what: str) -> Any:
    if found is None:
        raise Http404(f"no such {what}")
    return found


def _usual(concern_id: str) -> dict[str, Any]:
    """The cheap usual choice, and the page that says so; or that it was found by rule."""
    form, source = vocabulary().forms[usual_form(concern_id)], concern_care(concern_id).usual.source
    where = address(source.url, source.organisation, source.note) if source else None
    return {"usual_form": form, "usual_source": where, "usual_rule": BY_RULE}


@public_page
def home(request: HttpRequest) -> HttpResponse:
    return _page(
        request,
        "library/home.html",
        {
            "layers": depth.layers(),
            "total": len(findings()),
            "concerns": vocabulary().concerns.values(),
            "story": stories.lead_story(),
        },
    )


@public_page
def concerns(request: HttpRequest) -> HttpResponse:
    return _page(request, "library/concerns.html", {"section": "concerns", "concerns": vocabulary().concerns.values()})


@public_page
def concern(request: HttpRequest, concern_id: str) -> HttpResponse:
    found = _or_404(vocabulary().concerns.get(concern_id), "concern")
    forms = [vocabulary().forms[form_id] for form_id in comparing.in_play(concern_id)]
    return _page(
        request,
        "library/concern.html",
        {
            "section": "concerns",
            "concern": found,
            "decision": concern_care(concern_id).decision,
            "sources": [address(s.url, s.organisation, s.note) for s in found.sources],
            **_usual(concern_id),
            "glances": comparing.glances(concern_id),
            "unknown": comparing.unknown(concern_id),
            "names_pom": any(form.prescription_only for form in forms),
        },
    )


@public_page
def compare(request: HttpRequest, concern_id: str) -> HttpResponse:
    found = _or_404(vocabulary().concerns.get(concern_id), "concern")
    choice = comparing.choose(concern_id, request.GET.getlist("option"))
    return _page(
        request,
        "library/compare.html",
        {
            "section": "concerns",
            "concern": found,
            "choice": choice,
            "decision": concern_care(concern_id).decision,
            "table": comparing.compare(concern_id, choice.forms),
            **_usual(concern_id),
        },
    )


@public_page
def treatments(request: HttpRequest) -> HttpResponse:
    return _page(request, "library/treatments.html", {"section": "treatments", "families": _families()})


def _families() -> list[tuple[Any, list[Any]]]:
    """Each family with its treatments; what studies only compare with is left out."""
    voc = vocabulary()
    found = [
        (family, [t for t in voc.treatments.values() if t.family == family.id and t.legal != "not-a-treatment"])
        for family in voc.families.values()
    ]
    return [(family, members) for family, members in found if members]


@public_page
def treatment(request: HttpRequest, treatment_id: str) -> HttpResponse:
    found = _or_404(vocabulary().treatments.get(treatment_id), "treatment")
    context = {"section": "treatments", "page": treating.page(found), "family": vocabulary().families[found.family]}
    context |= {"soon": courses.soon(found.id), "adds": adding.title(found) if adding.told(found.id) else None}
    if treatment_id == stories.spec().treatment:
        more = {"story": stories.story(), "adds_short": adding.in_short(found.id)}
        return _page(request, "library/exosome.html", {**context, **more})
    return _page(request, "library/treatment.html", context)


@public_page
def finding(request: HttpRequest, finding_id: str) -> HttpResponse:
    try:
        found = findings().get(finding_id)
    except KeyError:
        raise Http404("no such finding") from None
    each = shown.show(found)
    return _page(
        request,
        "library/finding.html",
        {
            "each": each,
            "finding": found,
            "concern": vocabulary().concerns[found.concern],
            "concept": vocabulary().concepts[found.concept],
            "chart": charts.forest(found.id),
            "lines": shown.lines(found),
            "detail": shown.detail(found),
            "people": people.hundreds(found),
            "more": plain.more_of_100(found.absolute) if found.absolute else None,
            "responders": shown.better_of_100(found),
            "course": courses.course_of(found),
            "networks": networks.of_finding(found),
            "adds": [(t, adding.title(vocabulary().treatments[t])) for t in adding.about(found)],
            "change": shown.would_change(found),
            "treatments": [vocabulary().treatments[t] for t in found.comparison.treatments],
        },
    )


@public_page
def study(request: HttpRequest, study_id: str) -> HttpResponse:
    record = _or_404(library().studies.get(study_id), "study")
    return _page(
        request,
        "library/study.html",
        {
            "card": studies.card(record),
            "study": record,
            "kind": say.DESIGNS_SHORT[record.design],
            "concern": vocabulary().concerns[record.concern],
            "is_notice": record.design in ("regulatory-notice", "case-report"),
            "used_in": [shown.show(f) for f in findings().for_study(study_id)],
        },
    )


@public_page
def rules(request: HttpRequest) -> HttpResponse:
    every = [safety.show(rule) for rule in rule_book().rules]
    groups = [
        {
            "id": action,
            "name": name,
            "what": safety.ACTION_WORDS[action],
            "rules": [r for r in every if r.rule.action == action],
        }
        for action, name in safety.ACTIONS.items()
    ]
    return _page(request, "library/rules.html", {"groups": groups})


@public_page
def rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    try:
        found = rule_book().rule(rule_id)
    except KeyError:
        raise Http404("no such rule") from None
    return _page(request, "library/rule.html", {"each": safety.show(found)})


@public_page
def price(request: HttpRequest, price_id: str) -> HttpResponse:
    found = _or_404(next((p for p in library().prices if p.id == price_id), None), "price")
    voc = vocabulary()
    return _page(
        request,
        "library/price.html",
        {
            "price": found,
            "treatment": voc.treatments[found.treatment],
            "also": say.listed(voc.treatments[t].name for t in found.also),
            "money": say.pounds(*found.gbp),
            "unit": say.UNITS[found.unit],
            "trust": say.TRUST[found.trust],
            "where": address(found.url),
            "sessions": say.span(found.sessions) if found.sessions else None,
        },
    )


@public_page
def times(request: HttpRequest, treatment_id: str) -> HttpResponse:
    found = _or_404(vocabulary().treatments.get(treatment_id), "treatment")
    pages = [
        {
            "where": address(time.url),
            "concern": vocabulary().concerns[time.concern].name if time.concern else None,
            "lines": say.time_lines(time),
            "note": time.note,
        }
        for time in library().times
        if time.treatment == treatment_id
    ]
    context = {"treatment": found, "pages": pages, "soon": courses.soon(found.id)}
    return _page(request, "library/times.html", context)


@public_page
def adds(request: HttpRequest, treatment_id: str) -> HttpResponse:
    found = _or_404(vocabulary().treatments.get(treatment_id), "treatment")
    page = _or_404(adding.page(found.id), "page: no study held it against going without")
    return _page(
        request,
        "library/adds.html",
        {"section": "treatments", "page": page, "soon": courses.soon(found.id)},
    )


@public_page
def network(request: HttpRequest, network_id: str) -> HttpResponse:
    try:
        page = networks.page(network_id)
    except KeyError:
        raise Http404("no such network") from None
    return _page(
        request, "library/network.html", {"page": page, "concern": vocabulary().concerns[page.network.concern]}
    )


@public_page
def how_we_know(request: HttpRequest) -> HttpResponse:
    lib = library()
    return _page(
        request,
        "library/how.html",
        {
            "section": "how",
            "about": lib.about,
            "counts": {
                "studies": len(lib.studies),
                "findings": len(findings()),
                "rules": len(rule_book().rules),
                "prices": len(lib.prices),
                "doubts": len({doubt.record for doubt in lib.doubts}),
            },
            "layers": depth.layers(),
        },
    )


@public_page
def words(request: HttpRequest) -> HttpResponse:
    concepts = sorted(vocabulary().concepts.values(), key=lambda c: c.name.lower())
    return _page(request, "library/words.html", {"concepts": concepts, "families": _families(), "own": OWN_WORDS})
