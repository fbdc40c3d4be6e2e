"""The one settings file. Everything that differs between deployments comes from the environment."""

from pathlib import Path

from config import content_policy, database, env
from config.api_settings import *  # noqa: F403  (API_…, WEBHOOK_…)
from config.seal_settings import *  # noqa: F403  (SEAL_…)
from config.signin_settings import *  # noqa: F403  (AUTH_…, ACCOUNT_…, MFA_…, SOCIALACCOUNT_…)
from people.signin_forms import ACCOUNT_FORMS, MFA_FORMS  # noqa: F401  (settings of allauth)

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("APP_DATA_DIR", str(BASE_DIR / "var")))

DEBUG = env.flag("DEBUG")
DEMO = env.flag("DEMO")
HTTPS = env.flag("DJANGO_HTTPS")
_PUBLIC_KEY = "only-for-development-and-tests-of-this-project-not-secret"
SECRET_KEY = env.text("APP_SECRET_KEY", None if HTTPS else _PUBLIC_KEY)
# Encrypts second-factor secrets and keys the hashes of national numbers; either key can be changed alone.
DATA_KEY = env.text("APP_DATA_KEY", SECRET_KEY)
SITE_URL = env.text("SITE_URL", "http://localhost:8000").rstrip("/")
SITE_NAME = env.text("SITE_NAME", "Tutela")
SITE_OWNER = env.text("SITE_OWNER", "")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", SITE_URL)

INSTALLED_APPS = [
    "people",
    "home",
    "notifications",
    "courses",
    "training",
    "certification",
    "config",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "procrastinate.contrib.django",
    "pgtrigger",
    "csp",
    "django_htmx",
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
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.content_security_policy",
    "config.middleware.public_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "training.once.repeated_posts",
    "config.middleware.ReadersLanguage",
    "config.middleware.machines",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.middleware.browsers_in_use",
    "django_htmx.middleware.HtmxMiddleware",
    "people.middleware.require_second_factor",
    "people.middleware.lead_to_merged",
    "config.middleware.readable_addresses",
    "config.middleware.moved_pages",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context_processors.site",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "people.templatetags.words",
            ],
        },
    }
]

# Data
DATABASES = {"default": database.from_environment(pooled=env.flag("DB_POOL", not DEBUG))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # Rate limits must be shared between processes, so the default cache is a table.
    # The default of 300 rows would forget limits as soon as many people sign in.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    },
    # Fragments that are the same for everybody and may differ for a minute between processes.
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "fragments"},
    # Which browsers were seen in the last minutes: a line for each of many, that must not drive out the fragments.
    "seen": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "seen",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
}
# How long what is the same for everybody may be shown; 0: always made afresh.
PUBLIC_SECONDS = env.number("PUBLIC_SECONDS", 0 if DEBUG else 60)
STORAGES = {
    "default": {"BACKEND": env.text("FILE_STORAGE", "django.core.files.storage.FileSystemStorage")},
    # What only a view with an access check hands out: never below MEDIA_ROOT, which a web server may publish.
    "private": {"BACKEND": env.text("PRIVATE_STORAGE", "certification.private.PrivateFiles")},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.staticfiles.HashedFiles"
    },
}
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "media/"
PRIVATE_ROOT = DATA_DIR / "private"
STATIC_ROOT = DATA_DIR / "static"
STATIC_URL = "static/"
BUILD_DIR = DATA_DIR / "build"
FONT_DIR = BUILD_DIR / "typst"
STATICFILES_DIRS = [BASE_DIR / "static", ("fonts", BUILD_DIR / "fonts")]
WHITENOISE_KEEP_ONLY_HASHED_FILES = not DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

# Languages: equal from the first page
LANGUAGE_CODE = env.text("SITE_LANGUAGE", "en")
LANGUAGES = [
    ("en", "English"),
    ("ro", "Română"),
    ("uk", "Українська"),
    ("bg", "Български"),
    ("ar", "العربية"),
]
LOCALE_PATHS = [BUILD_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # stored; shown in the zone of the session or of the jurisdiction
JURISDICTION = env.text("JURISDICTION", "ro")
AR_DIGITS = env.text("AR_DIGITS", "latn")

# Sessions, and what stands between us and the network (signing in: signin_settings)
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXIES", 0)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = SITE_URL.startswith("http://localhost")
MFA_TOTP_ISSUER = SITE_NAME
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
_BEHIND_PROXY = HTTPS and ALLAUTH_TRUSTED_PROXY_COUNT
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {"DIRECTIVES": content_policy.SITE}
CONTENT_SECURITY_POLICY_CMS = content_policy.CMS

# The CMS
WAGTAIL_SITE_NAME = SITE_NAME
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
# A submitted page stays a draft until its words are there.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
WAGTAILIMAGES_IMAGE_MODEL = "home.SiteImage"
WAGTAILDOCS_DOCUMENT_MODEL = "home.SiteDocument"
WAGTAILADMIN_LOGIN_URL = WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_USER_TIME_ZONES = [
    *("Europe/Bucharest", "Europe/Chisinau", "Europe/Kyiv", "Europe/Sofia"),
    "Africa/Cairo",
]
WAGTAILEMBEDS_FINDERS: list[dict] = []
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "modelsearch.backends.database", "SEARCH_CONFIG": "simple"}
}

# Mail: everything goes through the outbox and the queue; the worker hands it to DELIVERY_BACKEND
EMAIL_BACKEND = "notifications.backends.OutboxBackend"
MAIL_FOLDER = env.text("MAIL_FOLDER", "")
EMAIL_DELIVERY_BACKEND = (
    "notifications.backends.FolderBackend"
    if MAIL_FOLDER
    else "django.core.mail.backends.smtp.EmailBackend"
)
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("MAIL_FROM", f"{SITE_NAME} <no-reply@localhost>")
# Answers of calendar programs come to name+secret@domain; the worker reads them from a folder or by IMAP:
# REPLY_MAILDIR=/var/mail/replies or REPLY_IMAP=imaps://user:password@host/INBOX. No address: none are asked for.
REPLY_ADDRESS = env.text("REPLY_ADDRESS", "")
REPLY_MAILDIR = env.text("REPLY_MAILDIR", "")
REPLY_IMAP = env.text("REPLY_IMAP", "")
# Changes of sessions are told when nothing changed for so long, as one mail
QUIET_MINUTES = env.number("QUIET_MINUTES", 10)

PROCRASTINATE_IMPORT_PATHS = ["config.tasks"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "WARNING")},
    "loggers": {"procrastinate": {"level": "WARNING"}},
}
# auth.W004: the e-mail address is unique without regard to case, by a constraint on LOWER(email).
# staticfiles.W004: the fonts are made by build_assets, after these checks on a fresh clone.
SILENCED_SYSTEM_CHECKS = ["auth.W004", "staticfiles.W004"]
