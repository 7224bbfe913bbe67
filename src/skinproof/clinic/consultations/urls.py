from django.urls import path, register_converter

from . import door, later, views


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
    path("resume/<token>/", later.resume, name="resume"),
    path("<public_id:public_id>/", views.now, name="now"),
    path("<public_id:public_id>/q/<slug:question_id>/", views.question, name="question"),
    path("<public_id:public_id>/response/", door.response, name="response"),
    path("<public_id:public_id>/stop/", views.stop, name="stop"),
    path("<public_id:public_id>/your-words/", views.words, name="words"),
    path("<public_id:public_id>/not-so/", views.not_so, name="not-so"),
    path("<public_id:public_id>/urgent/", views.urgent, name="urgent"),
    path("<public_id:public_id>/check/", views.check, name="check"),
    path("<public_id:public_id>/consent/", views.agree, name="consent"),
    path("<public_id:public_id>/options/", views.options, name="options"),
    path("<public_id:public_id>/what-matters/", views.matters, name="matters"),
    path("<public_id:public_id>/choose/", views.choose, name="choose"),
    path("<public_id:public_id>/send/", views.send, name="send"),
    path("<public_id:public_id>/status/", views.status, name="status"),
    path("<public_id:public_id>/message/", views.message, name="message"),
    path("<public_id:public_id>/link/", later.link, name="link"),
    path("<public_id:public_id>/withdraw/", later.withdraw, name="withdraw"),
    path("<public_id:public_id>/keep/", later.keep, name="keep"),
]
