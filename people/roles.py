"""The roles, each a plain class: what it is called, what it is for, what it may do in its branch."""

from django.utils.translation import gettext_lazy as _

from people.permissions import Permission as P


class Role:
    """A set of permissions held at an institution for a time."""

    code: str
    name: object
    description: object
    permissions: frozenset[P] = frozenset()
    is_staff_role = True  # must sign in with a second factor


class Learner(Role):
    code = "learner"
    name = _("Learner")
    description = _(
        "Finds courses, enrols, learns, and holds certificates. Sees only their own record."
    )
    is_staff_role = False


class Trainer(Role):
    code = "trainer"
    name = _("Trainer")
    description = _("Leads sessions and takes the roll of the sessions they lead.")


class Coordinator(Role):
    code = "coordinator"
    name = _("Coordinator")
    description = _(
        "Schedules editions, enrols people and takes the roll for the institution and its branch."
    )
    permissions = frozenset(
        {
            P.VIEW_ORGANISATION,
            P.VIEW_PEOPLE,
            P.VIEW_EDITIONS,
            P.SCHEDULE,
            P.ENROL,
            P.NOMINATE,
            P.TAKE_ROLL,
            P.VIEW_STANDING,
        }
    )


class Nominator(Role):
    code = "nominator"
    name = _("Nominator")
    description = _(
        "Nominates people of the town hall or service for courses, with or without an e-mail address."
    )
    permissions = frozenset({P.VIEW_ORGANISATION, P.VIEW_PEOPLE, P.NOMINATE, P.VIEW_STANDING})


class DirectorateOfficer(Role):
    code = "officer"
    name = _("Directorate officer")
    description = _(
        "Answers for who is trained in the county: people, standing, certificates, lists and files."
    )
    permissions = frozenset(
        {
            P.VIEW_ORGANISATION,
            P.VIEW_PEOPLE,
            P.EDIT_PEOPLE,
            P.IMPORT_PEOPLE,
            P.EXPORT_PEOPLE,
            P.VIEW_EDITIONS,
            P.NOMINATE,
            P.VIEW_STANDING,
            P.VIEW_CERTIFICATES,
            P.ISSUE,
            P.REVOKE,
            P.REVIEW_EVIDENCE,
            P.VIEW_AUDIT,
        }
    )


class QualityReader(Role):
    code = "quality"
    name = _("Quality reader")
    description = _("Reads standing, editions and figures of the branch; changes nothing.")
    permissions = frozenset(
        {P.VIEW_ORGANISATION, P.VIEW_PEOPLE, P.VIEW_EDITIONS, P.VIEW_STANDING, P.VIEW_CERTIFICATES}
    )


class NationalOverseer(Role):
    code = "overseer"
    name = _("National overseer")
    description = _("Reads everything in the country, the audit trail included; edits nothing.")
    permissions = frozenset(
        {
            P.VIEW_ORGANISATION,
            P.VIEW_PEOPLE,
            P.EXPORT_PEOPLE,
            P.VIEW_EDITIONS,
            P.VIEW_STANDING,
            P.VIEW_CERTIFICATES,
            P.VIEW_AUDIT,
        }
    )


class Editor(Role):
    code = "editor"
    name = _("Editor")
    description = _("Writes, translates and publishes courses and pages.")
    permissions = frozenset({P.EDIT_CONTENT, P.PUBLISH_CONTENT})


class Administrator(Role):
    code = "administrator"
    name = _("Administrator")
    description = _(
        "Sets up institutions, roles, programmes and facts, and may do all that the other roles may."
    )
    permissions = frozenset(P)


ROLES: dict[str, type[Role]] = {
    r.code: r
    for r in (
        Learner,
        Trainer,
        Coordinator,
        Nominator,
        DirectorateOfficer,
        QualityReader,
        NationalOverseer,
        Editor,
        Administrator,
    )
}
ROLE_CHOICES = [(code, r.name) for code, r in ROLES.items()]
STAFF_ROLES = frozenset(code for code, r in ROLES.items() if r.is_staff_role)


def role(code: str) -> type[Role]:
    """The role of that code; a misspelt one raises KeyError."""
    return ROLES[code]
