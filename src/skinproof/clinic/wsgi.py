import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skinproof.clinic.settings")
application = get_wsgi_application()

from skinproof.clinic.web.loading import load  # noqa: E402 (Django is set up now)

load()
