from django.urls import path, register_converter

from . import choice_views, door, later_views, status_views, views, words_views


class PublicId:
    regex = "[A-Za-z0-9_-]{22}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(PublicId, "public_id")

app_name = "consultations"
urlpatterns = [
    path("", views.start, name="start"),
    path("resume/<token>/", later_views.resume, name="resume"),
    path("<public_id:public_id>/", views.now, name="now"),
    path("<public_id:public_id>/q/<slug:question_id>/", views.question, name="question"),
    path("<public_id:public_id>/response/", door.response, name="response"),
    path("<public_id:public_id>/stop/", views.stop, name="stop"),
    path("<public_id:public_id>/your-words/", words_views.words, name="words"),
    path("<public_id:public_id>/not-so/", words_views.not_so, name="not-so"),
    path("<public_id:public_id>/urgent/", words_views.urgent, name="urgent"),
    path("<public_id:public_id>/check/", views.check, name="check"),
    path("<public_id:public_id>/consent/", views.agree, name="consent"),
    path("<public_id:public_id>/options/", choice_views.options, name="options"),
    path("<public_id:public_id>/what-matters/", choice_views.matters, name="matters"),
    path("<public_id:public_id>/choose/", choice_views.choose, name="choose"),
    path("<public_id:public_id>/send/", choice_views.send, name="send"),
    path("<public_id:public_id>/status/", status_views.status, name="status"),
    path("<public_id:public_id>/message/", status_views.message, name="message"),
    path("<public_id:public_id>/link/", later_views.link, name="link"),
    path("<public_id:public_id>/withdraw/", later_views.withdraw, name="withdraw"),
    path("<public_id:public_id>/keep/", later_views.keep, name="keep"),
]
