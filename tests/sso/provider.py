"""A real OpenID provider: django-allauth's, as a site and process of its own, with a database of its own.

`python tests/sso/provider.py FOLDER` prints its port and serves until its input ends (its pages: provider_site.py).
"""

import sys
import threading
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

PASSWORD = "parola de la instituție"
SECRET = "the secret of the client"
PEOPLE = {
    "elena": ("elena@timis.example.org", "Elena", "Dumitrescu"),
    "radu": ("radu@timis.example.org", "Radu", "Stan"),
    "corina": ("corina@cluj.example.org", "Corina", "Mureșan"),
}


CONTEXT = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]


def key() -> str:
    """What it signs with; another one each time it starts."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    how = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return made.private_bytes(serialization.Encoding.PEM, *how).decode()


def configure(folder: Path) -> None:
    settings.configure(
        SECRET_KEY="only for the provider of the tests",
        ALLOWED_HOSTS=["localhost", "127.0.0.1"],
        ROOT_URLCONF="provider_site",
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "p.sqlite"}
        },
        INSTALLED_APPS=[
            *("django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"),
            *("django.contrib.messages", "allauth", "allauth.account", "allauth.idp.oidc"),
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": CONTEXT},
            }
        ],
        AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        SESSION_COOKIE_NAME="provider",  # cookies know no ports
        CSRF_COOKIE_NAME="provider-csrf",
        LOGIN_URL="/login/",
        ACCOUNT_EMAIL_VERIFICATION="none",
        ACCOUNT_RATE_LIMITS=False,
        IDP_OIDC_PRIVATE_KEY=key(),
        IDP_OIDC_ADAPTER="provider_site.Adapter",
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        USE_TZ=True,
    )
    django.setup()


def fill() -> None:
    """People with checked addresses, and two clients: one asks them whether it may tell, the other does not."""
    call_command("migrate", verbosity=0)
    users, addresses = apps.get_model("auth.User"), apps.get_model("account.EmailAddress")
    for name, (email, given, family) in PEOPLE.items():
        user = users.objects.create_user(name, email, PASSWORD, first_name=given, last_name=family)
        addresses.objects.create(user=user, email=email, verified=True, primary=True)
    for name, skip in (("asking", False), ("quick", True)):
        client = apps.get_model("allauth_idp_oidc.Client")(
            id=name, name="Tutela", scopes="openid\nprofile\nemail", skip_consent=skip
        )
        client.set_secret(SECRET)
        client.save()


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *args) -> None:
        """Nobody reads it."""


def main() -> None:
    configure(Path(sys.argv[1]))
    fill()
    server = make_server(
        "localhost", 0, get_wsgi_application(), server_class=Server, handler_class=Quiet
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
