"""The addresses of papers as files, the same below a person's consultation and below a case at the desk."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path

NUMBERED = "<int:number>"
FILES = {  # kind of paper: what its address is made of
    "plan": NUMBERED,
    "letter": NUMBERED,
    "visit": f"{NUMBERED}/<slug:form>",
    "referral": NUMBERED,
    "prescription": NUMBERED,
}


def file_addresses(view: Callable[..., HttpResponse]) -> list[URLPattern]:
    """An address for each kind of paper, named by it; `view` is given the kind."""
    return [
        path(f"<public_id:public_id>/papers/{kind}-{rest}.pdf", view, {"kind": kind}, name=kind)
        for kind, rest in FILES.items()
    ]
