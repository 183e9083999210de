"""All settings, from the environment; safe for production unless the environment says otherwise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import dj_database_url
import dj_email_url
import structlog
from django.utils.csp import CSP
from kombu.transport import TRANSPORT_ALIASES

from config import postgres
from config.env import DEMO, EMBEDDED, HOME, ROOT, TEST, env, kept_secret, needed

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = needed("SECRET_KEY", "Give it 50 random characters, the same for every process.", kept_secret())
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]", "testserver"] if EMBEDDED else [])
BASE_URL = needed("BASE_URL", "Give the address users see, such as https://moothall.example.", "http://localhost:8000")
SECURE = BASE_URL.startswith("https://")
IS_DEMONSTRATION = DEMO  # shown on every page

INSTALLED_APPS = [
    "accounts",
    "registry",
    "registry.telemetry",
    "api",
    "demonstration",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "pgtrigger",
    "rest_framework",
    "drf_spectacular",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.ViewerMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "registry.web.errors.RegistryErrorMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "registry.web.context.page",
            ],
            "builtins": ["registry.web.templatetags.moothall", "registry.web.templatetags.benefits"],
        },
    }
]
FORM_RENDERER = "registry.web.forms.Renderer"

# --- Data ------------------------------------------------------------------------------------------------------------------
DATABASE_URL = needed("DATABASE_URL", "Give a PostgreSQL 15+ address, such as postgresql://user:password@host/name.", "")
if not DATABASE_URL:
    DATABASE_URL = postgres.address(HOME / "postgres")
DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=None, conn_health_checks=True)}
# Prepared on the server from the third use on: a quarter faster, half of PostgreSQL's work. Not behind a transaction-mode pooler.
DATABASES["default"].setdefault("OPTIONS", {}).update(server_side_binding=True, prepare_threshold=3, connect_timeout=5)
# Run events may have a database of their own; what is not given is the registry's.
if TELEMETRY_DATABASE_URL := env.str("TELEMETRY_DATABASE_URL", ""):
    DATABASES["telemetry"] = dj_database_url.parse(TELEMETRY_DATABASE_URL, conn_max_age=None, conn_health_checks=True)
    DATABASES["telemetry"].setdefault("OPTIONS", {}).update(server_side_binding=True, prepare_threshold=3, connect_timeout=5)
DATABASE_ROUTERS = ["config.routers.TelemetryRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STORAGE_URL = needed("STORAGE_URL", "Give file:///path or s3://bucket?endpoint_url=https://...", (HOME / "artefacts").as_uri())
UPLOAD_DIR = HOME / "uploads"  # spooled bodies; each is removed when its request ends
UPLOAD_DIR.mkdir(parents=True, exist_ok=True)
CACHE_URL = needed("CACHE_URL", "Give a Redis address, such as redis://host:6379/1.", "")
CACHES: dict[str, Any] = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}
        if CACHE_URL
        else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
    )
}
MAX_UPLOAD_BYTES = env.int("MAX_UPLOAD_BYTES", 256 * 1024 * 1024)
QUOTA_BYTES = env.int("QUOTA_BYTES", 20 * 1024**3)  # artefact bytes an organisation may keep
CLAMD_URL = env.str("CLAMD_URL", "")  # tcp://host:port or unix:///path of the virus scanner; without one nothing is scanned
FILE_UPLOAD_HANDLERS = ["registry.releases.receiving.NoFilesHandler"]  # pages that take files set their own
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- Work after the answer ------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = needed("BROKER_URL", "Give a Redis or RabbitMQ address.", "filesystem://")
CELERY_TASK_DEFAULT_QUEUE = env.str("QUEUE", "moothall")  # Celery's own default is everybody's who shares the broker
CELERY_TASK_IGNORE_RESULT = True
# Nobody waits long for a broker that is away: the sweeper sends what was not sent.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
CELERY_TASK_ACKS_LATE = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_TIME_LIMIT = 300
if CELERY_BROKER_URL == "filesystem://":
    TRANSPORT_ALIASES["filesystem"] = "config.broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(HOME / "broker"),
        "data_folder_out": str(HOME / "broker"),
        "processed_folder": str(HOME / "broker" / "done"),
        "control_folder": str(HOME / "broker" / "control"),
        "store_processed": False,
        "polling_interval": 0.1,
    }
    for folder in ("broker", "broker/done", "broker/control"):
        (HOME / folder).mkdir(parents=True, exist_ok=True)
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {}

# --- People ---------------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_NOTIFICATIONS = True  # tell people when their password or second factor changes
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # a stranger's address gets no mail from us
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", 0)  # proxies in front that add X-Forwarded-For: rate limits count clients by it
SOCIALACCOUNT_ADAPTER = "accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link, as the CSP's form-action would stop a form from leading to the provider
# OpenID Connect providers (Entra ID and others) by configuration alone: OIDC_PROVIDERS is a JSON list of
# {"provider_id", "name", "client_id", "secret", "server_url"}.
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                **{key: app[key] for key in ("provider_id", "name", "client_id", "secret")},
                "settings": {"server_url": app["server_url"], **app.get("settings", {})},
            }
            for app in env.json("OIDC_PROVIDERS", [])
        ]
    }
}
MFA_ADAPTER = "accounts.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Moothall"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = EMBEDDED
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", not DEMO)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
EMAIL_URL = needed("EMAIL_URL", "Give an SMTP address, such as smtp+tls://user:password@host:587.", "console:" if DEMO else "memory:")
_email = dj_email_url.parse(EMAIL_URL)
MAILERS: dict[str, Any] = {"default": {"BACKEND": _email["EMAIL_BACKEND"]}}
if _email["EMAIL_BACKEND"].endswith("smtp.EmailBackend"):
    MAILERS["default"]["OPTIONS"] = {
        "host": _email["EMAIL_HOST"],
        "port": _email["EMAIL_PORT"],
        "username": _email["EMAIL_HOST_USER"],
        "password": _email["EMAIL_HOST_PASSWORD"],
        "use_tls": _email["EMAIL_USE_TLS"],
        "use_ssl": _email["EMAIL_USE_SSL"],
        "timeout": 10,
    }
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Moothall <no-reply@localhost>")
CONTACT_EMAIL = env.str("CONTACT_EMAIL", "")  # where pages send questions of accessibility and privacy

# --- The browser ----------------------------------------------------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
SECURE_SSL_REDIRECT = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "moothall_session"
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db" if CACHE_URL else "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_FAILURE_VIEW = "registry.web.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
APPEND_SLASH = False
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("da", "Dansk")]
USE_TZ = True
TIME_ZONE = "Europe/London"
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static" if EMBEDDED else ROOT / "staticfiles"
STATICFILES_DIRS = [ROOT / "static" / "build", ROOT / "static" / "img"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if TEST
            else "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
        )
    },
}
# nginx in front: set to the internal location that serves the artefact folder, and files never pass through Python.
ACCEL_REDIRECT = env.str("ACCEL_REDIRECT", "")

# --- Machines -------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.auth.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["api.auth.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "rest_framework.parsers.JSONParser",
        "rest_framework.parsers.MultiPartParser",
        "rest_framework.parsers.FormParser",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["api.throttles.TokenThrottle"],
    "EXCEPTION_HANDLER": "api.errors.problem",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}
# Requests an hour for each token (reads, publishes); anonymous callers get few, since they can only be told to sign in.
RATES = {"read": env.int("RATE_READ", 20_000), "publish": env.int("RATE_PUBLISH", 600), "anonymous": env.int("RATE_ANONYMOUS", 600)}
RATES["runs"] = env.int("RATE_RUNS", 36_000)  # batches of run events
SPECTACULAR_SETTINGS = {
    "TITLE": "Moothall",
    "DESCRIPTION": "Publish, find, read and download automation modules and process sequences.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": ["api.schema.add_components"],
}

# --- Logs -----------------------------------------------------------------------------------------------------------------
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
            if EMBEDDED
            else structlog.processors.JSONRenderer(),
            "foreign_pre_chain": [structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"kombu.connection": {"level": "ERROR"}},  # it warns of every address without a host, such as filesystem://
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "WARNING" if EMBEDDED else "INFO")},
}
