"""The demo's program: a token of the first county whose key is published, as the demo's passwords are."""

from people.actions import tokens
from people.models import ApiToken, Organisation
from people.scopes import Scope

PREFIX = "tutela_demo"
KEY = f"{PREFIX}_published-so-that-anybody-may-try-the-api"


def build(directorate: Organisation) -> None:
    """One token with every scope."""
    token, _key = tokens.make(
        by=None, organisation=directorate, name="Program demonstrativ", scopes=Scope.values, days=365
    )  # fmt: skip
    ApiToken.objects.filter(pk=token.pk).update(prefix=PREFIX, key_hash=tokens.key_hash(KEY))
