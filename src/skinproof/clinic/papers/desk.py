"""The same papers at the desk, and the letters that a doctor issues."""

from django.urls import path

from . import views

app_name = "case-papers"
urlpatterns = [
    path("<public_id:public_id>/papers/", views.desk_papers, name="papers"),
    path("<public_id:public_id>/papers/gp/", views.desk_gp, name="gp"),
    path("<public_id:public_id>/papers/refer/", views.refer, name="refer"),
    path("<public_id:public_id>/papers/plan-<int:number>.pdf", views.desk_file, {"kind": "plan"}, name="plan"),
    path("<public_id:public_id>/papers/letter-<int:number>.pdf", views.desk_file, {"kind": "letter"}, name="letter"),
    path(
        "<public_id:public_id>/papers/visit-<int:number>/<slug:form>.pdf", views.desk_file, {"kind": "visit"},
        name="visit",
    ),
    path(
        "<public_id:public_id>/papers/referral-<int:number>.pdf", views.desk_file, {"kind": "referral"},
        name="referral",
    ),
    path(
        "<public_id:public_id>/papers/prescription-<int:number>.pdf", views.desk_file, {"kind": "prescription"},
        name="prescription",
    ),
]  # fmt: skip
