from django.urls import include, path

from skinproof.clinic.web.health import healthz

urlpatterns = [
    path("", include("skinproof.clinic.library.urls")),
    path("check/", include("skinproof.clinic.check.urls")),
    path("account/", include("skinproof.clinic.people.urls")),
    path("account/", include("skinproof.clinic.audit.looked")),
    path("account/", include("skinproof.clinic.records.urls")),
    path("consultation/", include("skinproof.clinic.consultations.urls")),
    path("consultation/", include("skinproof.clinic.desk.person")),
    path("consultation/", include("skinproof.clinic.prescribing.person")),
    path("desk/", include("skinproof.clinic.desk.urls")),
    path("desk/", include("skinproof.clinic.products.desk")),
    path("consultation/", include("skinproof.clinic.consents.urls")),
    path("desk/", include("skinproof.clinic.consents.desk")),
    path("desk/", include("skinproof.clinic.scores.desk")),
    path("consultation/", include("skinproof.clinic.papers.urls")),
    path("desk/", include("skinproof.clinic.papers.desk")),
    path("desk/", include("skinproof.clinic.records.desk")),
    path("products/", include("skinproof.clinic.products.urls")),
    path("desk/", include("skinproof.clinic.prescribing.urls")),
    path("consultation/", include("skinproof.clinic.photos.urls")),
    path("desk/", include("skinproof.clinic.photos.desk_urls")),
    path("prescriptions/", include("skinproof.clinic.prescribing.review_urls")),
    path("rulebook/", include("skinproof.clinic.rulebook.urls")),
    path("owner/", include("skinproof.clinic.owner.urls")),
    path("healthz", healthz, name="healthz"),
]

handler400 = "skinproof.clinic.web.errors.bad_request"
handler403 = "skinproof.clinic.web.errors.forbidden"
handler404 = "skinproof.clinic.web.errors.not_found"
handler500 = "skinproof.clinic.web.errors.server_error"
