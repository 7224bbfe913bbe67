"""The person's papers, below their consultation."""

from django.urls import path

from . import views

app_name = "papers"
urlpatterns = [
    path("<public_id:public_id>/papers/", views.person_papers, name="papers"),
    path("<public_id:public_id>/papers/gp/", views.person_gp, name="gp"),
    path("<public_id:public_id>/in-person/<slug:form>/", views.in_person, name="in-person"),
    path("<public_id:public_id>/papers/plan-<int:number>.pdf", views.person_file, {"kind": "plan"}, name="plan"),
    path("<public_id:public_id>/papers/letter-<int:number>.pdf", views.person_file, {"kind": "letter"}, name="letter"),
    path(
        "<public_id:public_id>/papers/visit-<int:number>/<slug:form>.pdf", views.person_file, {"kind": "visit"},
        name="visit",
    ),
    path(
        "<public_id:public_id>/papers/referral-<int:number>.pdf", views.person_file, {"kind": "referral"},
        name="referral",
    ),
    path(
        "<public_id:public_id>/papers/prescription-<int:number>.pdf", views.person_file, {"kind": "prescription"},
        name="prescription",
    ),
]  # fmt: skip
