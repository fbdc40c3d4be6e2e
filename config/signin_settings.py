"""Sign-in with the account of an institution, by OpenID Connect. Its providers stand in the database, not here."""

from config import env

SOCIALACCOUNT_ADAPTER = "people.sso.protocol.Adapter"
SOCIALACCOUNT_STORE_TOKENS = False  # we ask who somebody is, and nothing more in their name
# Providers inside one's own network, as host:port; all others must have public addresses and https
SIGN_IN_PRIVATE_HOSTS = env.words("SIGN_IN_PRIVATE_HOSTS", "")
