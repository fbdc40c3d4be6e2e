"""Sessions in the database, as Django keeps them; reading one is a statement that is planned once a connection."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from people.statements import rows

STILL_GOOD = "WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """Every page of whoever is signed in begins with it."""

    def _get_session_from_db(self) -> Session | None:
        found = rows(Session, STILL_GOOD, [self.session_key, timezone.now()])
        if not found:
            self._session_key = None
        return found[0] if found else None
