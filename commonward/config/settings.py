"""Settings: everything a site may change comes from the environment, each with a safe default.

The embedded default needs nothing: SQLite in WAL mode in `var/`. `DATABASE_URL` chooses
PostgreSQL. Every variable read here is listed in docs/how-to/settings.md (a test compares).
"""

import json
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from commonward.config import statics
from commonward.config.databases import AGAIN_WITHIN, parsed
from commonward.config.serving import own_folder
from commonward.core.signing_in import ByRole

ROOT = Path(__file__).resolve().parent.parent.parent


def _flag(name: str, default: str = "0") -> bool:
    return os.environ.get(name, default).lower() in {"1", "true", "yes", "on"}


VAR = Path(os.environ.get("COMMONWARD_VAR") or own_folder(ROOT, ""))
"""Where this installation keeps its files: database, media, keys, caches."""


def _kept_secret(path: Path) -> str:
    """A secret made once and kept in its file, readable by its owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_suffix(f".{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(48))
        try:
            os.link(made, path)  # first writer wins when two processes start together
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return path.read_text().strip()


DEBUG = _flag("COMMONWARD_DEBUG")
SECRET_KEY = os.environ.get("COMMONWARD_SECRET_KEY") or _kept_secret(VAR / "secret-key")
MASTER_KEY = os.environ.get("COMMONWARD_MASTER_KEY", "")
"""Wraps each case's own key; whoever loses it loses every sealed detail. Empty: it is in the file."""
MASTER_KEY_FILE = Path(os.environ.get("COMMONWARD_MASTER_KEY_FILE") or str(VAR / "master-key"))
KMS = os.environ.get("COMMONWARD_KMS", "")
"""A key service that wraps the master keys of the file: a command, or an address."""
KMS_TOKEN = os.environ.get("COMMONWARD_KMS_TOKEN", "")
if not MASTER_KEY:
    _kept_secret(MASTER_KEY_FILE)
ALLOWED_HOSTS = os.environ.get("COMMONWARD_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
SITE_URL = os.environ.get("COMMONWARD_SITE_URL", "http://localhost:8000")
LIVE_URL = os.environ.get("COMMONWARD_LIVE_URL", "")
"""Where the live stream answers: empty for the site itself, ":8001" for a port beside it."""
SITE_ZONE = os.environ.get("COMMONWARD_ZONE", "Asia/Shanghai")

LEDGER = Path(os.environ.get("COMMONWARD_LEDGER") or str(VAR / "ledger"))
"""The folder of the public log's files: the same for every process, and never put back older."""
LEDGER_ORIGIN = os.environ.get("COMMONWARD_LEDGER_ORIGIN", "")
"""The log's name, taken once when it begins; else the host of SITE_URL and /ledger."""
LEDGER_LATE_MINUTES = int(os.environ.get("COMMONWARD_LEDGER_LATE_MINUTES", "10"))

FIGURES = Path(os.environ.get("COMMONWARD_FIGURES") or str(VAR / "figures"))
"""The folder of the facts' columnar files; made anew from the database where it is lost."""
FIGURES_MEMORY = os.environ.get("COMMONWARD_FIGURES_MEMORY", "2GB")
"""What counting may take of a process's memory; beyond it, it goes on by way of the disk."""
FIGURES_THREADS = int(os.environ.get("COMMONWARD_FIGURES_THREADS") or os.cpu_count() or 1)

OPEN_DATA = Path(os.environ.get("COMMONWARD_OPEN_DATA") or str(VAR / "open-data"))
"""The folder of the files of open data."""
OPEN_DATA_LICENCE = os.environ.get(
    "COMMONWARD_OPEN_DATA_LICENCE", "https://creativecommons.org/licenses/by/4.0/"
)

METRICS_TOKEN = os.environ.get("COMMONWARD_METRICS_TOKEN", "")
"""What a monitor sends to read the numbers of the machine; where it is empty there is no such page."""

DEMO = _flag("COMMONWARD_DEMO")
"""The demonstration: its own clock, and a page that signs anybody in as anybody."""

JURISDICTION = os.environ.get("COMMONWARD_JURISDICTION", "")
CONTACT = os.environ.get("COMMONWARD_CONTACT", "")
BORDER_METRES = float(os.environ.get("COMMONWARD_BORDER_METRES", "15"))
"""A place nearer than this to another area's border makes the doors ask which one is meant."""

REMIND_DAYS = int(os.environ.get("COMMONWARD_REMIND_DAYS", "3"))
VISIT_DAYS = int(os.environ.get("COMMONWARD_VISIT_DAYS", "7"))
POSITION_DAYS = int(os.environ.get("COMMONWARD_POSITION_DAYS", "14"))
POSITION_SECONDS = float(os.environ.get("COMMONWARD_POSITION_SECONDS", "1"))
ROAD_GRAPH = os.environ.get("COMMONWARD_ROAD_GRAPH", "")
SENDINGS_AN_HOUR = int(os.environ.get("COMMONWARD_SENDINGS_AN_HOUR", "60"))
"""Reports (and requests for mail) that one network address may send; 0: any number."""
PROXIES = int(os.environ.get("COMMONWARD_PROXIES", "0"))
"""How many proxies of ours stand before the server and add to X-Forwarded-For."""

BASEMAP = os.environ.get("COMMONWARD_BASEMAP", "")
"""Picture tiles of somebody else under our own areas and roads; none unless configured."""
BASEMAP_CREDIT = os.environ.get("COMMONWARD_BASEMAP_CREDIT", "")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "commonward.doors.sign_in",  # before allauth: its templates are ours
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "commonward.people",
    "commonward.areas",
    "commonward.cases",
    "commonward.disputes",
    "commonward.response",
    "commonward.insight",
    "commonward.programmes",
    "commonward.doors.commands",
    "commonward.doors.api",
    "commonward.doors.open311",
    "commonward.doors.look",
    "commonward.doors.telephony",
    "commonward.doors.scim",
    "commonward.doors.tiles",
    "commonward.doors.ledger",
    "commonward.doors.portal",
    "commonward.doors.outbox",
    "commonward.doors.email",
    "commonward.doors.webhook",
    "commonward.doors.federation",
    "commonward.doors.desk",
    "commonward.doors.field",
    "commonward.doors.live",
    *(["commonward.doors.demo"] if DEMO else []),
]
# A channel is a folder that is added: a door with `channel.py` needs no line above.
INSTALLED_APPS += [
    name
    for path in sorted((ROOT / "commonward" / "doors").glob("*/channel.py"))
    if (path.parent / "apps.py").exists()
    and (name := f"commonward.doors.{path.parent.name}") not in INSTALLED_APPS
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "commonward.config.requests.Requests",
    "commonward.config.sessions.KeepingSessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "commonward.doors.look.pages.Pages",
]
ROOT_URLCONF = "commonward.config.urls"
WSGI_APPLICATION = "commonward.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "commonward.doors.look.showing.look",
                *(["commonward.doors.demo.guiding.tour"] if DEMO else []),
            ],
        },
    },
]


def _database() -> dict[str, Any]:
    """SQLite as DESIGN §5 measured it (IMMEDIATE, FULL, 20 s), or PostgreSQL with a pool."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        VAR.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{VAR / 'commonward.sqlite3'}"
    found = parsed(url)
    if found["ENGINE"].endswith("sqlite3"):
        found["ENGINE"] = "commonward.config.sqlite3"
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-64000;"
                "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456;"
                # What is deleted is overwritten: whoever has the disk does not read it either.
                "PRAGMA secure_delete=ON;"
            ),
        }
        found["CONN_MAX_AGE"] = None
    else:
        found["OPTIONS"] = {
            **found.get("OPTIONS", {}),
            # For the constant statements alone (people/rows.py): all others are not prepared.
            "prepare_threshold": 1,
            "pool": {
                "min_size": 1,
                "max_size": int(os.environ.get("COMMONWARD_POOL", "8")),
                "timeout": 10,
                "reconnect_timeout": AGAIN_WITHIN,
            },
        }
    return found


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Account"

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "commonward.doors.sign_in.adapters.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# Wrong tries are counted in the database, for all processes (doors.sign_in.limits).
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}
MFA_RATE_LIMITS = False
MFA_FORMS = {
    "authenticate": "commonward.doors.sign_in.limits.SecondFactorForm",
    "reauthenticate": "commonward.doors.sign_in.limits.SecondFactorAgainForm",
}
SOCIALACCOUNT_ADAPTER = "commonward.doors.sign_in.adapters.OfficeAccounts"
MFA_ADAPTER = "commonward.doors.sign_in.adapters.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = SITE_URL.startswith("http://localhost")
SECOND_FACTOR = _flag("COMMONWARD_SECOND_FACTOR", "1")
"""Whether staff must have a second factor (双因素认证) before any page of theirs opens."""
SECOND_FACTOR_ROLES = tuple(os.environ.get("COMMONWARD_SECOND_FACTOR_ROLES", "").split())
"""The posts that must have one, where not everybody must; none named: all."""
OIDC_ISSUER = os.environ.get("COMMONWARD_OIDC_ISSUER", "")
OIDC_CLAIM = os.environ.get("COMMONWARD_OIDC_CLAIM", "preferred_username")
OIDC_ACR = tuple(os.environ.get("COMMONWARD_OIDC_ACR", "").split())
"""Ways of signing in of which the office's token must name one (`acr`); none: any."""
OIDC_AMR = tuple(os.environ.get("COMMONWARD_OIDC_AMR", "").split())
"""Methods of which its token must name one (`amr`), for example "mfa otp hwk"; none: any."""
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "office",
                "name": os.environ.get("COMMONWARD_OIDC_NAME", "OpenID Connect"),
                "client_id": os.environ.get("COMMONWARD_OIDC_CLIENT", ""),
                "secret": os.environ.get("COMMONWARD_OIDC_SECRET", ""),
                "settings": {"server_url": OIDC_ISSUER},
            }
        ],
    }
    if OIDC_ISSUER
    else {}
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_ENGINE = "commonward.people.sessions"
SESSION_HOURS = ByRole.parse(os.environ.get("COMMONWARD_SESSION_HOURS", "12"))
"""Hours after which a session ends in any case; some posts may have fewer."""
IDLE_MINUTES = ByRole.parse(
    os.environ.get("COMMONWARD_IDLE_MINUTES", "120, administrator=30, grid_worker=720, unit=720")
)
"""Minutes without use after which a session ends; the smallest of somebody's posts holds."""
SESSION_COOKIE_AGE = SESSION_HOURS.most * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https://")
if SESSION_COOKIE_SECURE:
    # A browser takes a cookie of this name from the very host alone, and over TLS.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    # TLS ends at a web server before us: forms that come from our own address are ours.
    CSRF_TRUSTED_ORIGINS = ["{0.scheme}://{0.netloc}".format(urlsplit(SITE_URL))]
    ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    if PROXIES:  # only then is what stands before us ours, and writes this header itself
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LANGUAGE_CODE = os.environ.get("COMMONWARD_LANGUAGE", "zh-hans")
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "commonward" / "locale"]
TIME_ZONE = SITE_ZONE
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_ADD_HEADERS_FUNCTION = statics.headers
MEDIA_ROOT = VAR / "media"

# smtp:// plain, smtp+tls:// STARTTLS, smtps:// TLS from the start; user and password as in any URL.
_SMTP = urlsplit(os.environ.get("COMMONWARD_SMTP", ""))
EMAIL_HOST = _SMTP.hostname or "localhost"
EMAIL_PORT = _SMTP.port or {"smtps": 465, "smtp+tls": 587}.get(_SMTP.scheme, 25)
EMAIL_HOST_USER = unquote(_SMTP.username or "")
EMAIL_HOST_PASSWORD = unquote(_SMTP.password or "")
EMAIL_USE_TLS = _SMTP.scheme == "smtp+tls"
EMAIL_USE_SSL = _SMTP.scheme == "smtps"
EMAIL_TIMEOUT = 20
MAIL_FROM = os.environ.get("COMMONWARD_MAIL_FROM", "")
MAIL_BACKEND = os.environ.get("COMMONWARD_MAIL_BACKEND", "")
"""A backend of Django or of django-anymail in the place of SMTP; ANYMAIL is what that one is told."""
EMAIL_BACKEND = MAIL_BACKEND or "django.core.mail.backends.smtp.EmailBackend"
ANYMAIL = json.loads(os.environ.get("COMMONWARD_ANYMAIL", "") or "{}")
MAIL = bool((_SMTP.hostname or MAIL_BACKEND) and MAIL_FROM)
"""Whether mails can be sent; where they cannot, none is offered."""
MAILBOX = os.environ.get("COMMONWARD_MAILBOX", "") if MAIL else ""
"""The mailbox to which answers and reports come (doors.email.boxes); "" where nobody looks."""
MAIL_REPORTS = os.environ.get("COMMONWARD_MAIL_REPORTS", "")
"""The category under which mails become reports, "unsorted" for that of the site; "" takes none."""
MAIL_REPORTS_A_DAY = int(os.environ.get("COMMONWARD_MAIL_REPORTS_A_DAY", "5"))
MAIL_REPORTS_AN_HOUR = int(os.environ.get("COMMONWARD_MAIL_REPORTS_AN_HOUR", "60"))
"""Reports by mail within an hour from all senders whom MAIL_CHECKER did not find true. 0: any."""
MAIL_CHECKER = os.environ.get("COMMONWARD_MAIL_CHECKER", "")
"""What our own mail server calls itself in Authentication-Results; no other one is read."""
MAIL_PLUS = _flag("COMMONWARD_MAIL_PLUS")
"""Whether name+anything@… is delivered as name@…: then answers go to an address with a mark."""

SMS = os.environ.get("COMMONWARD_SMS", "")
"""Who carries text messages, as one address; where nobody does, none is offered and none taken."""
SMS_A_DAY = int(os.environ.get("COMMONWARD_SMS_A_DAY", "20"))
"""Texts that one number may send within a day; a hundred times as many all together. 0: any."""

TELEGRAM = os.environ.get("COMMONWARD_TELEGRAM", "")
"""The bot by which people talk to the site, as one address; "" for none (core.chat.platforms)."""
WECHAT = os.environ.get("COMMONWARD_WECHAT", "")
"""The official account of WeChat, as one address; "" for none."""
CHAT = os.environ.get("COMMONWARD_CHAT", "")
"""The category of what is told on the page of the conversation, "unsorted" for the site's; "": no page."""
CHAT_A_DAY = int(os.environ.get("COMMONWARD_CHAT_A_DAY", "10"))
"""Reports that one chat may send within a day; 0: any number."""

HOOKS_STAY = _flag("COMMONWARD_HOOKS_STAY", "1" if DEMO else "0")
"""Whether hooks call this machine only: in a demonstration anybody may name an address."""
HOOKS_PRIVATE = HOOKS_STAY or _flag("COMMONWARD_HOOKS_PRIVATE")
"""Whether hooks may call addresses of this machine and its own network, and plain http."""

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "commonward.doors.portal.views.home.form_too_old"

LOG_FORM = os.environ.get("COMMONWARD_LOG_FORM", "plain")
"""Lines for people ("plain"), or for programs: a JSON object a line ("json")."""
if LOG_FORM not in ("plain", "json"):
    raise SystemExit(f"COMMONWARD_LOG_FORM is plain or json, and not {LOG_FORM!r}.")
_FOR: dict[str, Any] = {"formatter": "lines"} if LOG_FORM == "json" else {"filters": ["hidden"]}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"hidden": {"()": "commonward.config.logs.Hidden"}},
    "formatters": {"lines": {"()": "commonward.config.logs.Lines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", **_FOR}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("COMMONWARD_LOG", "WARNING")},
    # A line for each request: programs count by it, people ask for it by COMMONWARD_LOG=INFO.
    "loggers": {"commonward.requests": {"level": "INFO"}} if LOG_FORM == "json" else {},
}

OTEL = os.environ.get("COMMONWARD_OTEL", "")
"""Where traces go: the address of a collector that takes OTLP over HTTP; "" for nowhere."""
OTEL_PART = float(os.environ.get("COMMONWARD_OTEL_PART", "0.1"))
"""Which part of the requests is traced, from 0 to 1."""
CAUSES = bool(OTEL) or LOG_FORM == "json"
"""Whether the number of a request is kept for a week with what it caused."""
