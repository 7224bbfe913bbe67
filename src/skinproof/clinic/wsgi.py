import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skinproof.clinic.settings")
_django = get_wsgi_application()

from skinproof.clinic.web.loading import load  # noqa: E402 (Django is set up now)

load()


def application(environ, start_response):
    return _django(environ, start_response)


# Python 3.11 keeps the frames of a thread in pieces of 16 kB, and takes and gives back a piece each time that a call
# crosses the border of one. A hot loop that happens to lie there takes four to six times as long: the reading of a text
# of 4,000 characters, at 5 of 80 depths of the stack. A frame that asks for more than half a megabyte is followed by
# the rest of the megabyte, without such borders; nothing of it is touched before it is used.
application.__code__ = application.__code__.replace(co_stacksize=70_000)
