from django.urls import path

# The converter <public_id> is registered there.
from skinproof.clinic.consultations import urls  # noqa: F401

from . import ask_views, plan_views, views

app_name = "desk"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("<public_id:public_id>/", views.show, name="case"),
    path("<public_id:public_id>/claim/", views.claim, name="claim"),
    path("<public_id:public_id>/take-over/", views.take_over, name="take-over"),
    path("<public_id:public_id>/release/", views.release, name="release"),
    path("<public_id:public_id>/facts/", views.record_facts, name="record-facts"),
    path("<public_id:public_id>/flags/<slug:rule>/", views.deal_with, name="deal-with"),
    path("taken-over/", views.see_take_overs, name="see-take-overs"),
    path("<public_id:public_id>/ask/", ask_views.ask, name="ask"),
    path("<public_id:public_id>/ask/take-back/", ask_views.take_back, name="take-back"),
    path("<public_id:public_id>/no-answer-needed/", views.no_answer_needed, name="no-answer-needed"),
    path("<public_id:public_id>/reply/", views.reply, name="reply"),
    path("<public_id:public_id>/plan/start/", plan_views.start, name="start-plan"),
    path("<public_id:public_id>/plan/", plan_views.edit, name="plan"),
    path("<public_id:public_id>/plan/discard/", plan_views.discard, name="discard-plan"),
    path("<public_id:public_id>/plan/sign/", plan_views.signature, name="sign"),
    path("<public_id:public_id>/plan/<int:number>/", plan_views.signed, name="signed-plan"),
]
