"""Links of the clinic's own pages."""

from __future__ import annotations

from django.urls import reverse

from skinproof.clinic.library.sources import address
from skinproof.evidence import findings, library

from .shown import Link


class ClinicLinks:
    """Studies and findings by their pages here; other pages only where they are official ones."""

    def study(self, study_id: str) -> Link:
        study = library().studies.get(study_id)
        if study is None:  # a record that a kept report names and the library holds no more
            return Link(study_id, None)
        return Link(study.citation_text, reverse("library:study", args=[study_id]))

    def finding(self, finding_id: str) -> Link | None:
        try:
            found = findings().get(finding_id)
        except KeyError:  # as above
            return None
        return Link(found.comparison.name, reverse("library:finding", args=[finding_id]))

    def page(self, url: str, organisation: str = "") -> Link:
        where = address(url, organisation)
        return Link(where.organisation if organisation else where.host or url, where.href)
