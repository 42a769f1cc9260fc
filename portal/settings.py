"""Django settings, all from the environment; `docs/settings.md` lists the variables.

Without any variable the portal runs on SQLite in `var/`, for this machine only.
"""

import os
import re
import secrets
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import environ
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.core.checks.security.base import (
    SECRET_KEY_INSECURE_PREFIX,
    SECRET_KEY_MIN_LENGTH,
    SECRET_KEY_MIN_UNIQUE_CHARACTERS,
)
from django.core.exceptions import ImproperlyConfigured
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from portal.core import logs, private_files

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("VAR_DIR", default="") or BASE_DIR / "var").resolve()
LOCAL_HOSTS = ["127.0.0.1", "localhost", "[::1]"]


def secret_key(key: str, *, served_over_https: bool) -> str:
    """Return SECRET_KEY, or one generated in `var/` for a portal on this machine only.

    Raises ImproperlyConfigured where Django's check finds it weak, or where it is absent over
    HTTPS: servers would not share a generated one.
    """
    if not key:
        if served_over_https:
            raise ImproperlyConfigured("SECRET_KEY is required where SITE_URL is https.")
        return read_or_create_secret_key(VAR_DIR / "secret-key")
    if (
        len(key) < SECRET_KEY_MIN_LENGTH
        or len(set(key)) < SECRET_KEY_MIN_UNIQUE_CHARACTERS
        or key.startswith(SECRET_KEY_INSECURE_PREFIX)
    ):
        raise ImproperlyConfigured(
            f"SECRET_KEY is weak: it needs {SECRET_KEY_MIN_LENGTH} characters, "
            f"{SECRET_KEY_MIN_UNIQUE_CHARACTERS} of them different, "
            f"and may not start with {SECRET_KEY_INSECURE_PREFIX}."
        )
    return key


def read_or_create_secret_key(path: Path) -> str:
    """Return the key in `path`, generated on first use, private to its owner."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.unlink(missing_ok=True)
        with private_files.create(draft) as out:
            out.write(secrets.token_urlsafe(64).encode())
        draft.rename(path)
    private_files.restrict_path(path)
    return path.read_text()


def fallback_secret_keys(keys: list[str], current: str) -> list[str]:
    """Return SECRET_KEY_FALLBACKS without blanks and the current key. Raises
    ImproperlyConfigured.
    """
    return [secret_key(key, served_over_https=False) for key in keys if key and key != current]


def validate_metrics_token(token: str) -> str:
    """Return METRICS_TOKEN, "" if unset. Raises ImproperlyConfigured for a weak one."""
    if token and (len(token) < 24 or len(set(token)) < 8):
        raise ImproperlyConfigured("METRICS_TOKEN is weak: it needs 24 characters, 8 different.")
    return token


def contacts(addresses: list[str]) -> list[str]:
    """Return the security contacts as URLs of RFC 9116; a bare e-mail becomes `mailto:`.

    Raises ImproperlyConfigured for anything else.
    """
    urls = [
        f"mailto:{address}" if "@" in address and ":" not in address else address
        for address in addresses
        if address
    ]
    for address in urls:
        if not re.fullmatch(r"mailto:[^\s@]+@[^\s@]+|https://[^\s/]\S*|tel:\+?[\d-]+", address):
            raise ImproperlyConfigured(
                f"SECURITY_CONTACT must be e-mails, https: or tel: addresses, not “{address}”."
            )
    return urls


def parse_replay_day(text: str) -> date | None:
    """Return the replayed day, or None. Raises ImproperlyConfigured for anything but YYYY-MM-DD."""
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise ImproperlyConfigured(f"PORTAL_TODAY must be a day YYYY-MM-DD, not “{text}”.")
    return day


# The portal itself

PORTAL_NAME = env.str("PORTAL_NAME", default="Portail des solidarités")
PORTAL_TODAY = parse_replay_day(env.str("PORTAL_TODAY", default=""))
PORTAL_DEMO = env.bool("PORTAL_DEMO", default=False)
PORTAL_READ_ONLY = env.bool("PORTAL_READ_ONLY", default=False)

# Where it is served

DEBUG = env.bool("DEBUG", default=False)
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=LOCAL_HOSTS)
SERVED_OVER_HTTPS = SITE_URL.startswith("https:")

if PORTAL_DEMO and not {*ALLOWED_HOSTS, urlsplit(SITE_URL).hostname} <= {*LOCAL_HOSTS, "::1"}:
    raise ImproperlyConfigured(
        "PORTAL_DEMO opens known accounts: ALLOWED_HOSTS and SITE_URL must be local."
    )

# Safety

SECRET_KEY = secret_key(env.str("SECRET_KEY", default=""), served_over_https=SERVED_OVER_HTTPS)
SECRET_KEY_FALLBACKS = fallback_secret_keys(
    env.list("SECRET_KEY_FALLBACKS", default=[]), SECRET_KEY
)
SECURE_SSL_REDIRECT = SERVED_OVER_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SERVED_OVER_HTTPS else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SERVED_OVER_HTTPS else 0
# Only the host knows whether subdomains are also served over HTTPS.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
if SECURE_HSTS_PRELOAD and not SECURE_HSTS_INCLUDE_SUBDOMAINS:
    raise ImproperlyConfigured("HSTS_PRELOAD needs HSTS_INCLUDE_SUBDOMAINS: browsers ask for both.")
SILENCED_SYSTEM_CHECKS = [  # off on purpose
    *([] if SECURE_HSTS_INCLUDE_SUBDOMAINS else ["security.W005"]),
    *([] if SECURE_HSTS_PRELOAD else ["security.W021"]),
]
SECURITY_CONTACT = contacts(env.list("SECURITY_CONTACT", default=[]))
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = SERVED_OVER_HTTPS
CSRF_COOKIE_SECURE = SERVED_OVER_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.core.http.problems.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in (
        *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media"),
        *("fullscreen", "geolocation", "gyroscope", "magnetometer", "microphone", "midi"),
        *("payment", "usb"),
    )
}

# Request bodies are texts: no page or API endpoint accepts files.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FILES = 0

# Apps from the ground up: data of départements is loaded in this order.

INSTALLED_APPS = [
    "portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "rules.apps.AutodiscoverRulesConfig",
    "corsheaders",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "simple_history",
    "portal",
    "portal.core",
    "portal.territory",
    "portal.accounts",
    "portal.notices",
    "portal.documents",
    "portal.health",
    "teams",
    "relocations",
    "accueil",
    "schema_actions",
]

MIDDLEWARE = [
    "portal.core.http.response_headers.response_headers_middleware",
    "portal.health.request_id.request_id_middleware",
    "portal.core.http.language.language_middleware",
    "portal.core.caching.response_cache.ResponseCacheMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.core.http.security_headers.ContentSecurityPolicyMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "portal.core.http.compression.CompressionMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "portal.core.http.typography.typography_middleware",
    "portal.core.http.rate_limits.rate_limit_middleware",
    "portal.core.http.read_only.read_only_middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "portal.core.http.methods.MethodsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.accounts.middleware.signed_in_middleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.core.http.input_cleaning.input_cleaning_middleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["portal.core.templatetags.display", "django.templatetags.l10n"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.core.context_processors.portal_state",
                "portal.core.context_processors.signed_in",
                "portal.territory.context_processors.served_departments",
            ],
        },
    }
]

# Data

DATABASE_URL = env.str("DATABASE_URL", default="") or f"sqlite:///{VAR_DIR / 'db.sqlite3'}"
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    VAR_DIR.mkdir(exist_ok=True)
    # Private: it has addresses and keys. SQLite gives its journals the mode of the database file.
    if (_database := DATABASES["default"]["NAME"]) not in ("", ":memory:"):
        private_files.restrict(Path(_database))
        for _suffix in ("-wal", "-shm"):
            private_files.restrict_path(Path(f"{_database}{_suffix}"))
    DATABASES["default"]["OPTIONS"] = {
        # Transactions take their write lock first and wait, instead of failing half-way.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Prepared statements: queries are planned once, not at each request.
    DATABASES["default"]["OPTIONS"] = {
        "server_side_binding": True,
        "prepare_threshold": 3,
        # Detect a lost server in seconds, not minutes.
        "connect_timeout": 5,
        "tcp_user_timeout": 10_000,  # milliseconds
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The default cache counts attempts and used one-time codes, so all processes share it. Without
# Redis it is a table, created by `migrate`.
REDIS_URL = env.str("REDIS_URL", default="")
_DATABASE_CACHE: dict[str, object] = {
    "BACKEND": "portal.core.caching.shared_cache.Table",
    "LOCATION": "portal_cache",
    "OPTIONS": {"MAX_ENTRIES": 100_000},  # too many for an attacker to evict
    "KEY_FUNCTION": "portal.core.caching.shared_cache.cache_key",
}
CACHES: dict[str, dict[str, object]] = {"default": _DATABASE_CACHE, "table": _DATABASE_CACHE}
if REDIS_URL:
    CACHES["default"] = {
        "BACKEND": "portal.core.caching.redis_cache.RedisWithDatabaseFallback",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
        "KEY_FUNCTION": "portal.core.caching.shared_cache.cache_key",
    }
# Responses cached in each process while the data does not change.
RESPONSE_CACHE_BYTES = env.int("KEPT_MEGABYTES", default=16) * 1_000_000

# E-mails: each is a row first (`portal.notices`), sent by EMAIL_TRANSPORT, from EMAIL_URL.

EMAIL_BACKEND = "portal.notices.email_backend.OutboxBackend"
EMAIL_TRANSPORT = ""
EMAIL_TIMEOUT = 10  # seconds, for each reply of the mail server
EMAIL_ANSWER_TIMEOUT = 660  # for the reply to the message itself: ten minutes in RFC 5321
EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    transport = env.email_url_config(EMAIL_URL)
    EMAIL_TRANSPORT = transport.pop("EMAIL_BACKEND")
    if EMAIL_TRANSPORT == "django.core.mail.backends.smtp.EmailBackend":
        EMAIL_TRANSPORT = "portal.notices.smtp.EmailBackend"
    vars().update(transport)
DEFAULT_FROM_EMAIL = (
    env.str("DEFAULT_FROM_EMAIL", default="")
    or f"{PORTAL_NAME} <ne-pas-repondre@{urlsplit(SITE_URL).hostname}>"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Tasks: through Redis, else through files in `var/` with a worker started by the server.

EMBEDDED_WORKER = env.bool("EMBEDDED_WORKER", default=False) and not REDIS_URL
CELERY_BROKER_URL = REDIS_URL or "filesystem://"
if REDIS_URL:
    # Pages do not wait for a lost Redis: the work is a row.
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.2,
    }
else:
    BROKER_DIR = VAR_DIR / "broker"
    private_files.make_folder(BROKER_DIR)
    for folder in ("messages", "control"):
        (BROKER_DIR / folder).mkdir(exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.1,
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_TIMEZONE = "Europe/Paris"
CELERY_BEAT_SCHEDULER = "portal.deploy.beat.Scheduler"
CELERY_BEAT_SCHEDULE = {
    "health-pulse": {"task": "health.pulse", "schedule": 60, "options": {"expires": 50}},
    "notices-sweep": {"task": "notices.sweep", "schedule": 60, "options": {"expires": 50}},
    "documents-sweep": {"task": "documents.sweep", "schedule": 60, "options": {"expires": 50}},
    "accueil-erase": {"task": "accueil.erase", "schedule": crontab(hour=3, minute=45)},
    "accounts-erase": {"task": "accounts.erase", "schedule": crontab(hour=3, minute=0)},
    "notices-erase": {"task": "notices.erase", "schedule": crontab(hour=3, minute=15)},
    "relocations-erase": {"task": "relocations.erase", "schedule": crontab(hour=3, minute=30)},
    "relocations-remind": {"task": "relocations.remind", "schedule": crontab(hour=7, minute=0)},
    "schema-remind": {"task": "schema_actions.remind", "schedule": crontab(hour=7, minute=10)},
}

# People

AUTH_USER_MODEL = "accounts.User"
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
    {"NAME": "portal.accounts.passwords.KnownPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "portal.accounts.adapter.PasswordBackend",
    "rules.permissions.ObjectPermissionBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workspace"
LOGOUT_REDIRECT_URL = "home"

# A session ends with the browser, or 12 hours after its last use.
SESSION_ENGINE = "portal.accounts.sessions"
SESSION_COOKIE_AGE = 12 * 3600
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

ACCOUNT_ADAPTER = "portal.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation has verified it
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = (  # allauth's needs its EmailAddress rows
    "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
)
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "portal.accounts.forms.SignInForm",
    "reauthenticate": "portal.accounts.forms.ConfirmPasswordForm",
    "reset_password": "portal.accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "portal.accounts.forms.NewPasswordForm",
    "change_password": "portal.accounts.forms.ChangePasswordForm",
}
MFA_ADAPTER = "portal.accounts.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "portal.accounts.forms.EnterCodeForm",
    "reauthenticate": "portal.accounts.forms.ConfirmCodeForm",
    "activate_totp": "portal.accounts.forms.SetUpCodeForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True  # there are no EmailAddress rows
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

# Sign-in by ProConnect, beside passwords, if configured: PROCONNECT_URL is the base URL of its
# `.well-known/openid-configuration`.
PROCONNECT_URL = env.str("PROCONNECT_URL", default="").rstrip("/")
SOCIALACCOUNT_ADAPTER = "portal.accounts.proconnect.ProConnectAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link: our CSP allows no form to another site
SOCIALACCOUNT_PROVIDERS: dict[str, object] = {}
if PROCONNECT_URL:
    SOCIALACCOUNT_PROVIDERS["proconnect"] = {
        "APPS": [
            {
                "provider_id": "proconnect",
                "name": "ProConnect",
                "client_id": env.str("PROCONNECT_CLIENT_ID"),
                "secret": env.str("PROCONNECT_CLIENT_SECRET"),
                "settings": {"server_url": PROCONNECT_URL},
            }
        ]
    }

# Failed sign-ins: per account and address, per account, and per address, wide enough for an office.
# A success gives its attempt back. Other windows are 5 minutes.
PROXIES = env.int("PROXIES", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
ACCOUNT_RATE_LIMITS = {
    "sign_in_here": "5/5m/key",
    "sign_in": "50/1h/key",
    "sign_in_address": "200/5m/ip",
    "login": None,
    "login_failed": "5/5m/key",  # one-time codes, per account
    "reauthenticate": "10/5m/user",
    "change_password": "10/5m/user",
    "reset_password": "3/5m/key,60/5m/ip",
    "reset_password_from_key": "60/5m/ip",
    "report": "5/1h/ip",
    "subscribe": "10/1h/ip",
    "subscribe_mailbox": "5/1d/key",  # perhaps without their consent
    "invite_mailbox": "3/1d/key",
    "invite": "200/1d/user",
}

# Addresses: a service that answers as the national one does; none by default.

GEOCODER_URL = env.str("GEOCODER_URL", default="")

# Words, days

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "français")]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

# Files

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR_DIR / "files"  # generated files, served by views only
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "file_permissions_mode": private_files.FILE,
            "directory_permissions_mode": private_files.FOLDER,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticatedOrReadOnly",
        "portal.core.permissions.checks.RulesPermission",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["portal.core.http.parsers.BoundedJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "portal.core.http.pagination.StandardPagination",
    "DEFAULT_FILTER_BACKENDS": ["portal.core.http.filters.StrictFilters"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "portal.core.http.problems.api_exception_handler",
    "URL_FORMAT_OVERRIDE": None,
}
# API requests per minute and client address; 0 for no limit.
API_LIMIT = env.int("API_LIMIT", default=1200)
# The API is open to any site, without credentials.
CORS_ALLOW_ALL_ORIGINS = True
CORS_URLS_REGEX = r"^/api/v1/"
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS"]
CORS_ALLOW_HEADERS = ["accept", "if-none-match"]
CORS_EXPOSE_HEADERS = ["ETag", "Retry-After"]
SPECTACULAR_SETTINGS = {
    "TITLE": "Portail des solidarités",
    "DESCRIPTION": _("Équipes, lieux, secteurs et déménagements, tels que publiés, sans clé."),
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "portal.core.http.openapi.complete_schema",
    ],
    "VERSION": "1",
    "LICENSE": {
        "name": "Licence Ouverte 2.0",
        "url": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    },
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "StatusEnum": "relocations.models.Relocation.Status",
        "ReceptionPointKindEnum": "accueil.enums.PointKind",
        "ProvenanceKindEnum": "portal.core.provenance.ProvenanceKind",
    },
}

# Logs: no personal data, no address.

LOGGING = logs.logging_config(
    form=env.str("LOG_FORMAT", default="text"), level=env.str("LOG_LEVEL", default="WARNING")
)

# Monitoring

METRICS_TOKEN = validate_metrics_token(env.str("METRICS_TOKEN", default=""))
SENTRY_DSN = env.str("SENTRY_DSN", default="")
SENTRY_ENVIRONMENT = env.str("SENTRY_ENVIRONMENT", default="production")
