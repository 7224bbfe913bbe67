"""Reading photos: for the person's page, for a case, for the queue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode

from skinproof.care.photo_views import View, photo_guide
from skinproof.clinic.consultations.models import Consultation

from .measuring import HINTS
from .models import Photo

OTHER = "other"


def photos_url(consultation: Consultation, views: Iterable[str] = ()) -> str:
    """The person's page for photos, with these views (ids of care's photo views) marked as asked for."""
    address = reverse("photos:page", args=[consultation.public_id])
    asked = [view for view in dict.fromkeys(views) if view in photo_guide().views]
    return f"{address}?{urlencode({'view': asked}, doseq=True)}" if asked else address


def view_name(view: str) -> str:
    found = photo_guide().views.get(view)
    return found.name if found else "Photo"


def views_for(consultation: Consultation, asked: Iterable[str] = ()) -> tuple[View, ...]:
    """The views that a person is shown: those asked for first, then their concern's, then what they sent beside."""
    guide = photo_guide()
    wanted = dict.fromkeys(view for view in asked if view in guide.views)
    wanted |= dict.fromkeys(view.id for view in guide.of_concern(consultation.concern))
    wanted |= dict.fromkeys(photo.view for photo in current(consultation) if photo.view in guide.views)
    return tuple(guide.views[view] for view in wanted)


def current(consultation: Consultation) -> list[Photo]:
    """The photos that count now, one of a view, in the order in which they were sent."""
    return list(consultation.photos.filter(removed_at=None))


def sent_views(consultation: Consultation) -> frozenset[str]:
    """The views of which a photo counts now."""
    return frozenset(consultation.photos.filter(removed_at=None).values_list("view", flat=True))


def count(consultation: Consultation) -> int:
    return consultation.photos.filter(removed_at=None).count()


@dataclass(frozen=True)
class Seen:
    """A photo as the doctor sees it."""

    photo: Photo
    hints: tuple[str, ...]
    earlier_case: bool  # of an earlier consultation of the same person


@dataclass(frozen=True)
class OfView:
    """The photos of one view: what counts now, and what was there before, newest first."""

    view: str
    name: str
    now: Seen | None
    before: tuple[Seen, ...]

    @property
    def newest(self) -> Seen:
        return self.now or self.before[0]


@dataclass(frozen=True)
class CasePhotos:
    case: Consultation
    views: tuple[OfView, ...]
    missing: tuple[str, ...] = field(default=())  # names of the concern's views without a photo

    def of(self, view: str) -> OfView | None:
        return next((each for each in self.views if each.view == view), None)

    def beside(self, view: str, step: int) -> OfView | None:
        """The next (1) or the previous (-1) view."""
        names = [each.view for each in self.views]
        at = names.index(view) + step
        return self.views[at] if 0 <= at < len(names) else None


def of_case(case: Consultation, *, earlier: bool = True) -> CasePhotos:
    """A case's photos by view, with those of the person's earlier consultations for this concern. One query."""
    mine = Q(consultation=case)
    if earlier and case.person_id is not None:
        mine |= Q(
            consultation__person_id=case.person_id,
            consultation__concern=case.concern,
            consultation__sent_at__isnull=False,
            consultation__sent_at__lt=case.sent_at,
        )
    by_view: dict[str, list[Photo]] = {}
    for photo in Photo.objects.filter(mine, erased_at=None).order_by("-id"):
        by_view.setdefault(photo.view, []).append(photo)
    order = [view.id for view in photo_guide().of_concern(case.concern)]
    views = sorted(by_view, key=lambda view: (order.index(view) if view in order else len(order), view))
    return CasePhotos(
        case=case,
        views=tuple(_of_view(case, view, by_view[view]) for view in views),
        missing=tuple(view_name(view) for view in order if view not in by_view),
    )


def _of_view(case: Consultation, view: str, newest_first: list[Photo]) -> OfView:
    now = next((p for p in newest_first if p.consultation_id == case.pk and p.removed_at is None), None)
    before = tuple(_seen(case, photo) for photo in newest_first if photo is not now)
    return OfView(view, view_name(view), _seen(case, now) if now else None, before)


def _seen(case: Consultation, photo: Photo) -> Seen:
    return Seen(
        photo,
        tuple(HINTS[hint].split(". ")[0].removeprefix("This one ") for hint in photo.hints if hint in HINTS),
        photo.consultation_id != case.pk,
    )


_FIRST = (
    "SELECT c.public_id, p.public_id FROM photos_photo p JOIN consultations_consultation c ON c.id = p.consultation_id "
    "WHERE p.removed_at IS NULL AND c.public_id"
)


def first_of(public_ids: Iterable[str]) -> dict[str, str]:
    """{case: its first photo that counts}, both by public id, for the queue. One query, however many cases.

    Written out like the queue's own statement, which it goes with on the page that is read most: see `desk.queue`.
    """
    cases = list(public_ids)
    if not cases:
        return {}
    found: dict[str, str] = {}
    with connection.cursor() as cursor:
        cursor.execute(f"{_FIRST} IN ({', '.join(['%s'] * len(cases))}) ORDER BY p.id", cases)
        for case, photo in cursor.fetchall():
            found.setdefault(case, photo)
    return found
