from django.urls import path

from . import views

app_name = "library"
urlpatterns = [
    path("", views.home, name="home"),
    path("concerns/", views.concerns, name="concerns"),
    path("concerns/<slug:concern_id>/", views.concern, name="concern"),
    path("concerns/<slug:concern_id>/compare/", views.compare, name="compare"),
    path("treatments/", views.treatments, name="treatments"),
    path("treatments/<slug:treatment_id>/", views.treatment, name="treatment"),
    path("treatments/<slug:treatment_id>/time/", views.times, name="times"),
    path("treatments/<slug:treatment_id>/adds/", views.adds, name="adds"),
    path("networks/<str:network_id>/", views.network, name="network"),
    path("findings/<str:finding_id>/", views.finding, name="finding"),
    path("studies/<slug:study_id>/", views.study, name="study"),
    path("rules/", views.rules, name="rules"),
    path("rules/<slug:rule_id>/", views.rule, name="rule"),
    path("prices/<slug:price_id>/", views.price, name="price"),
    path("how-we-know/", views.how_we_know, name="how-we-know"),
    path("words/", views.words, name="words"),
]
