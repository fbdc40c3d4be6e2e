"""Who there is: people, log-ins, institutions, places, roles and what was done."""

from people.models.apart import Apart
from people.models.audit import AuditEvent
from people.models.columns import ColumnMapping
from people.models.document import PersonDocument
from people.models.facts import Category, Fact, Helpline, Jurisdiction
from people.models.imports import ImportDraft
from people.models.membership import Membership
from people.models.merge import Merge
from people.models.organisation import Organisation, Region
from people.models.person import Authorisation, Person, PersonCategory
from people.models.signin import SignInDomain, SignInIdentity, SignInProvider, SignInRule
from people.models.token import ApiAnswer, ApiToken
from people.models.user import User

__all__ = [
    "Apart",
    "ApiAnswer",
    "ApiToken",
    "AuditEvent",
    "Authorisation",
    "Category",
    "ColumnMapping",
    "Fact",
    "Helpline",
    "ImportDraft",
    "Jurisdiction",
    "Membership",
    "Merge",
    "Organisation",
    "Person",
    "PersonCategory",
    "PersonDocument",
    "Region",
    "SignInDomain",
    "SignInIdentity",
    "SignInProvider",
    "SignInRule",
    "User",
]
