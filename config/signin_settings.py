"""Who signs in, how, and how often it may be tried."""

from config import env

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "people.backends.RoleBackend",
    "people.backends.CodeAndPassword",
]
_VALIDATION = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": _VALIDATION + "MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": _VALIDATION + "UserAttributeSimilarityValidator"},
    {"NAME": _VALIDATION + "CommonPasswordValidator"},
]
SESSION_ENGINE = "people.sessions"  # Django's own in the database, read by a prepared statement
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "people:start"
ACCOUNT_ADAPTER = "people.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 600
ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = 3
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = 3
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # whoever never was here is not written to
# The holder hears of every change of password, address or second factor.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True  # one address for each account
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
# A classroom signs in from behind one address: per-address limits are wide, per-account limits narrow.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "signup": "120/m/ip",
    "login_failed": "30/m/ip,5/5m/key",
    "request_login_code": "120/m/ip,4/10m/key,10/d/key",
    "confirm_login_code": "10/10m/key",
    "reset_password": "60/m/ip,4/10m/key",
}
MFA_ADAPTER = "people.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a code may be typed while the app already shows the next
USERSESSIONS_TRACK_ACTIVITY = True

# With the account of an institution, by OpenID Connect. Its providers stand in the database, not here
SOCIALACCOUNT_ADAPTER = "people.sso.protocol.Adapter"
SOCIALACCOUNT_STORE_TOKENS = False  # we ask who somebody is, and nothing more in their name
# Providers inside one's own network, as host:port; all others must have public addresses and https
SIGN_IN_PRIVATE_HOSTS = env.words("SIGN_IN_PRIVATE_HOSTS", "")
