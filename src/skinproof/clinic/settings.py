"""Settings: safe by default, SQLite unless DATABASE_URL says otherwise, everything from the environment."""

from __future__ import annotations

import importlib.util
import os
import secrets
import sys
from pathlib import Path

import dj_database_url
from csp.constants import NONCE, NONE, SELF

HERE = Path(__file__).resolve().parent
# Where this running clinic keeps its own files (database, key, cut fonts, collected static files).
VAR = Path(os.environ.get("SKINPROOF_VAR") or Path.cwd() / "var").resolve()

# A demonstration on one machine: demo people, mail to the console, plain HTTP. Never set it for real people.
DEMO = os.environ.get("SKINPROOF_DEMO") == "1"
TESTING = "pytest" in sys.modules
DEBUG = False


def _secret_key() -> str:
    """The key from the environment; else one made once and kept readable by its owner only."""
    if key := os.environ.get("SKINPROOF_SECRET_KEY"):
        return key
    if TESTING:
        return "tests-only"
    path = VAR / "secret-key"
    if not path.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
    return path.read_text(encoding="ascii")


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = os.environ.get("SKINPROOF_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("SKINPROOF_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "skinproof.clinic.people",
    "skinproof.clinic.library",
    "skinproof.clinic.check",
    "skinproof.clinic.consultations",
    "skinproof.clinic.desk",
    "skinproof.clinic.photos",
    "skinproof.clinic.rulebook",
    "skinproof.clinic.post",
    "skinproof.clinic.prescribing",
    "skinproof.clinic.audit",
    "skinproof.clinic.owner",
    "skinproof.clinic.products",
    "skinproof.clinic.consents",
    "skinproof.clinic.scores",
    "skinproof.clinic.papers",
    "skinproof.clinic.records",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "axes",
    "csp",
]
AUTH_USER_MODEL = "people.User"

MIDDLEWARE = [
    "skinproof.clinic.web.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "skinproof.clinic.web.middleware.PrivatePagesMiddleware",
    "skinproof.clinic.web.middleware.ReadableMiddleware",
    "skinproof.clinic.web.middleware.WrongMethodMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
    "skinproof.clinic.rulebook.active.RulesInForceMiddleware",
    "skinproof.clinic.web.middleware.FloodMiddleware",
]
ROOT_URLCONF = "skinproof.clinic.urls"
WSGI_APPLICATION = "skinproof.clinic.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "skinproof.clinic.forms.Renderer"

# --- the database
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{VAR / 'clinic.sqlite3'}",
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 5,  # seconds that a writer waits for another before the person is told to try again
        "transaction_mode": "IMMEDIATE",  # a read that becomes a write cannot then fail as busy halfway
        # recursive_triggers: else INSERT OR REPLACE would take out a guarded row without its trigger.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
        "PRAGMA recursive_triggers=ON;",
    }
else:
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        connect_timeout=5,
        # In milliseconds: how long a statement waits for another's lock, and how long it may take, before the person is
        # told to try again.
        options="-c lock_timeout=5000 -c statement_timeout=15000",
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- who may sign in
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "people:sign-in"
LOGIN_REDIRECT_URL = "people:home"
LOGOUT_REDIRECT_URL = "library:home"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "skinproof.clinic.people.views.locked_out"
AXES_USERNAME_CALLABLE = "skinproof.clinic.people.services.attempted_address"
AXES_CLIENT_IP_CALLABLE = "skinproof.clinic.post.limits.place"
AXES_DISABLE_ACCESS_LOG = True  # the audit trail tells who signed in
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False  # its log lines carry the address that was typed
PASSWORD_RESET_TIMEOUT = 24 * 3600
OTP_TOTP_ISSUER = "Skinproof"
OTP_TOTP_SYNC = False  # codes one step early or late are taken; a clock that is further off has to be set

# --- what the browser is told
CSRF_FAILURE_VIEW = "skinproof.clinic.web.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
_https = not (DEMO or TESTING)
SECURE_SSL_REDIRECT = _https
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_SECURE = _https
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
BEHIND_PROXY = os.environ.get("SKINPROOF_BEHIND_PROXY") == "1"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "script-src": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_500  # a plan with every row filled and a reason for each rule has some 800
# A file that somebody has checked is held in memory alone; a larger one is refused before it is read.
FILE_UPLOAD_HANDLERS = [
    "skinproof.clinic.web.uploads.SizeLimitHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 12_000_000

# --- words, time, files
PHOTOS = VAR / "photos"  # outside everything that is served; see photos/storage.py
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [HERE / "static", VAR / "fonts"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING
# The console is for trying it out; a real clinic names django.core.mail.backends.smtp.EmailBackend and its server.
EMAIL_BACKEND = os.environ.get("SKINPROOF_EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = os.environ.get("SKINPROOF_EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("SKINPROOF_EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("SKINPROOF_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("SKINPROOF_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("SKINPROOF_EMAIL_TLS") == "1"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("SKINPROOF_FROM_EMAIL", "clinic@localhost")
# Where people find the clinic, for letters that no request asks for: https://clinic.example
SITE = os.environ.get("SKINPROOF_SITE", "http://127.0.0.1:8000")
SITE_IS_KNOWN = "SKINPROOF_SITE" in os.environ
# Within an hour. A place is a network address, which a whole house or office can share.
LETTERS_TO_AN_ADDRESS = 3
LETTERS_FROM_A_PLACE = 30
STARTS_FROM_A_PLACE = 60  # consultations begun
PHOTOS_FROM_A_PLACE = 120  # times that photos were sent
OFTEN_IN_A_CONSULTATION = 30  # messages that its person writes; links to it that they make
KEPT_REPORTS_FROM_A_PLACE = 30  # links to checked adverts
# Days after which a person who was asked for more is reminded, how often, and after which the doctor is told.
ASKED_REMIND_DAYS = int(os.environ.get("SKINPROOF_REMIND_DAYS", "3"))
ASKED_REMINDERS = 2
ASKED_OVERDUE_DAYS = int(os.environ.get("SKINPROOF_OVERDUE_DAYS", "14"))
# Hours after which a case that a doctor holds without a plan is pointed out.
HELD_LONG_HOURS = 24

# Logs name a path pattern and a status, never an answer, a name or an address.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"private": {"()": "skinproof.clinic.web.logs.PrivateFilter"}},
    "formatters": {
        "line": {
            "()": "skinproof.clinic.web.logs.PrivateFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["private"]}},
    # Django's own handlers would print the path, or mail the whole request.
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},  # a page that is not there is the visitor's affair
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "axes": {"level": "CRITICAL"},
    },
    "root": {"handlers": ["console"], "level": os.environ.get("SKINPROOF_LOG", "WARNING")},
}


def font_file(package: str, name: str) -> Path:
    """A font file inside an installed `fontpkg-*` package."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"the font package {package} is not installed")
    return Path(spec.origin).parent / "files" / name
