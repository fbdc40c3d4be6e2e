"""The register of people: who is on record, how they sign in, and the trail."""

from collections.abc import Iterator

from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import Cast, Coalesce, Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people.models import Membership, Person, User
from people.privacy import (
    Entry,
    Ground,
    Keep,
    OnErase,
    Room,
    Table,
    author,
    becomes,
    for_a_day,
    keep,
    lists_about,
    of_login,
    of_person,
    personal,
    plain,
    secret,
)
from people.privacy.facts import FACTS
from people.privacy.kinds import COMPUTED
from people.privacy.papers import APART, DOCUMENTS
from people.privacy.signin import SIGN_IN
from people.roles import STAFF_ROLES, role

SAYS_NOTHING = _("kept: without your name it says nothing about you")
# Reasons that officials typed: the rest of a deed's details are numbers and codes.
WITHOUT_WORDS = Func(
    F("data"), Cast(Value("reason"), TextField()), arg_joiner=" - ", template="(%(expressions)s)"
)


def blockers(person: Person) -> Iterator[str]:
    """Whoever works here stops working here first: their roles are ended by those who gave them."""
    held_now = Membership.objects.not_over().filter(person=person, role__in=STAFF_ROLES)
    for held in held_now.select_related("organisation"):
        words = {"role": role(held.role).name, "place": held.organisation}
        yield gettext("The person still has a role: %(role)s, %(place)s. End it first.") % words
    if User.objects.filter(person=person, is_superuser=True).exists():
        yield gettext("The account of this person may do everything. Take that away first.")


PERSON = Table(
    "people.Person",
    title=_("You"),
    rows=of_person("pk"),
    entries=(
        personal(
            "family_name given_name patronymic latin_name",
            _("Your name, to enrol you and to print it on your certificates."),
        ),
        personal(
            "email phone", _("Your e-mail address and telephone, to tell you about your courses.")
        ),
        personal(
            "language", _("Your language, for our mails and letters."), erase=keep(SAYS_NOTHING)
        ),
        personal(
            "region locality postal_address",
            _("Where you live, to offer courses near you and to send letters."),
        ),
        secret(
            "national_id_hash",
            _(
                "A code made from your national number, to tell you from others. We do not keep the number."
            ),
            ground=Ground.PUBLIC_TASK,
            keep=Keep.RECORD,
        ),
        personal("verified_on", _("When your details were last checked.")),
        author("verified_by", "Which user checked them."),
        plain("merged_into", "Of which other record of the same person this one became a part."),
        personal("created_at", _("When you were put on record."), erase=keep(SAYS_NOTHING)),
        Entry(
            ("erased_at",),
            "That the record was erased.",
            erase=becomes(Coalesce(F("erased_at"), Now())),
        ),
        personal(
            "sort_key search_vector",
            _("Your name once more, for searching and sorting."),
            erase=COMPUTED,
            export=False,
        ),
    ),
)

MEMBERSHIPS = (
    Table(
        "people.PersonCategory",
        title=_("What you are in law"),
        rows=of_person("person"),
        on_erase=OnErase.END,
        entries=(
            plain("person", "Whose."),
            personal(
                "category since until",
                _("Your category, such as foster carer: it says which training you need."),
                erase=keep(SAYS_NOTHING),
            ),
        ),
    ),
    Table(
        "people.Authorisation",
        title=_("Your right to care"),
        rows=of_person("person"),
        on_erase=OnErase.GO,
        entries=(
            plain("person", "Whose."),
            personal(
                "kind kind_name number body organisation since until review_due status",
                _(
                    "The document by which an authority lets you care for a child, to remind you when it ends."
                ),
            ),
        ),
    ),
    Table(
        "people.Membership",
        title=_("Where you belong"),
        rows=of_person("person"),
        on_erase=OnErase.END,
        entries=(
            plain("person", "Whose."),
            personal(
                "organisation role since until",
                _("The institution that answers for your training, and what you may do there."),
                erase=keep(SAYS_NOTHING),
            ),
            plain("given_by", "The institution whose sign-in said so, if one did."),
            author("recorded_by"),
        ),
    ),
)

MERGE = Table(
    "people.Merge",
    title=_("Two records of you that became one"),
    rows=lambda subject: Q(kept=subject.person_id) | Q(merged=subject.person_id),
    on_erase=OnErase.GO,
    entries=(
        plain("kept merged", "Numbers of the two records."),
        personal("at undone_at", _("When two records of you were made one, or parted again.")),
        secret(
            "journal",
            _("What the two records said, for thirty days, so that a mistake can be undone."),
            ground=Ground.PUBLIC_TASK,
            keep=Keep.RECORD,
        ),
        author("by", "Which user merged them."),
    ),
)

LOGIN = Table(
    "people.User",
    title=_("Your account"),
    rows=of_login("pk"),
    on_erase=OnErase.GO,
    entries=(
        plain(
            "person groups user_permissions is_active is_staff is_superuser",
            "Whose, and what it may do in the CMS.",
        ),
        personal(
            "email language",
            _("The address that you sign in with, and your language."),
            keep=Keep.LOGIN,
        ),
        personal(
            "date_joined last_login", _("When you first and last signed in."), keep=Keep.LOGIN
        ),
        secret(
            "password",
            _("A code made from your password, if you have one. We do not keep the password."),
        ),
    ),
)

LISTS_AND_TRAIL = (
    Table(
        "people.ImportDraft",
        title=_("Lists that were uploaded"),
        rows=lists_about("people.ImportDraft", "accepted known rejected"),
        on_erase=OnErase.GO,
        entries=(
            plain("owner organisation created_at applied_at", "By whom, for whom and when."),
            for_a_day(
                "file_name accepted known rejected",
                _("A list of people that an official uploaded, until they confirm it."),
            ),
        ),
    ),
    Table(
        "people.AuditEvent",
        title=_("What was done with your record"),
        rows=of_person("person_id"),
        past_trigger="people.AuditEvent:append_only",
        entries=(
            personal(
                "at verb",
                _("Who opened or changed your record, and when, so that misuse comes to light."),
                ground=Ground.SECURITY,
                keep=Keep.TRAIL,
                erase=keep(_("kept: it proves what was done, and names nobody")),
            ),
            personal(
                "data",
                _("The details of what was done, in numbers and codes."),
                ground=Ground.SECURITY,
                keep=Keep.TRAIL,
                erase=becomes(WITHOUT_WORDS, why=_("kept without the words that somebody typed")),
            ),
            plain(
                "actor_id target_type target_id person_id organisation_path",
                "Numbers of the records concerned.",
            ),
        ),
    ),
)

MACHINES = (
    Table(
        "people.ApiToken",
        (
            plain("organisation", "The institution whose program it is."),
            Entry(("account",), "Its account.", erase=keep("it is a program's, never a person's")),
            plain("name prefix key_hash scopes", "What the program is for, and what it may do."),
            plain("made_at expires_at ended_at", "From when to when it works."),
            plain("last_used_at uses minute in_minute", "How often a program asked."),
            author("made_by", "Which administrator made it."),
        ),
    ),
    Table(
        "people.ApiAnswer",
        (
            plain(
                "token key request_hash status body made_at",
                "The answer to a program, in numbers, kept for a day: it names nobody.",
            ),
        ),
    ),
)

ROOM = Room(
    tables=(
        *FACTS,
        PERSON,
        *MEMBERSHIPS,
        DOCUMENTS,
        MERGE,
        APART,
        LOGIN,
        *SIGN_IN,
        *MACHINES,
        *LISTS_AND_TRAIL,
    ),
    blockers=blockers,
)
