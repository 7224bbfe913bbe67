"""Who of the clinic looked at a person's record, for that person to read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.consultations.names import concern_name
from skinproof.clinic.people.models import User
from skinproof.clinic.people.permissions import May
from skinproof.clinic.web.access import for_may

from .models import ROLE_WORDS, VERB_WORDS, ActorRole, Entry, Verb

PAGE_SIZE = 50
# Whoever did it is not of the clinic: the person themselves, a guest before there was an account, or nobody.
NOT_STAFF = (ActorRole.PERSON, ActorRole.GUEST, ActorRole.NOBODY, ActorRole.SYSTEM)
WHAT = {
    "consultation": "your consultation",
    "plan": "your plan",
    "photo": "a photo",
    "thumbnails": "small photos",
    "prescription": "your prescription",
}


@dataclass(frozen=True)
class Look:
    """One thing that somebody of the clinic did with a record."""

    at: dt.datetime
    who: str  # name and role
    did: str
    what: str
    about: str  # the concern of the consultation


def touching(own: QuerySet[Consultation], person: User) -> Q:
    """Entries about these consultations of a person, what belongs to them, and the record as a whole."""
    cases = own.values("public_id")
    return (
        Q(object_type__in=("consultation", "thumbnails"), object_id__in=cases)
        | Q(object_type="plan", object_id__in=own.values("plans__public_id"))
        | Q(object_type="photo", object_id__in=own.values("photos__public_id"))
        | Q(object_type="prescription", object_id__in=own.values("prescriptions__public_id"))
        | Q(object_type="record", object_id=str(person.pk))
    )


def of_person(person: User) -> QuerySet[Entry]:
    """What people of the clinic did with this person's records, newest first."""
    about = touching(Consultation.objects.filter(person=person), person)
    return Entry.objects.filter(about).exclude(role__in=NOT_STAFF).select_related("actor")


def looks(entries: list[Entry], person: User) -> list[Look]:
    """These entries in words. Four queries, however many there are."""
    own = Consultation.objects.filter(person=person).prefetch_related("plans", "photos", "prescriptions")
    cases = {case.public_id: case for case in own}
    of: dict[str, Consultation] = dict(cases)
    for case in cases.values():
        parts = (*case.plans.all(), *case.photos.all(), *case.prescriptions.all())
        of |= {part.public_id: case for part in parts}
    return [_look(entry, of.get(entry.object_id)) for entry in entries]


def _look(entry: Entry, case: Consultation | None) -> Look:
    role = ROLE_WORDS.get(entry.role, entry.role)
    return Look(
        at=entry.at,
        who=f"{entry.actor.name} ({role})" if entry.actor else role,
        did=VERB_WORDS.get(entry.verb, entry.verb),
        what=WHAT.get(entry.object_type, entry.object_type),
        about=concern_name(case.concern) if case else "",
    )


@for_may(May.ACCOUNT)
@require_safe
def who_looked(request: HttpRequest) -> HttpResponse:
    """Everybody of the clinic who saw or changed something of this person's, or only who looked (`?show=looks`)."""
    found = of_person(request.user)
    only = request.GET.get("show") == "looks"
    page = Paginator(found.filter(verb=Verb.VIEWED) if only else found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "looks": looks(list(page), request.user), "only": only}
    return render(request, "audit/who-looked.html", context)


app_name = "record"
urlpatterns = [path("who-looked/", who_looked, name="who-looked")]
