"""May I? One enum, one question, answered in the context of an institution and inherited down its branch."""

from enum import StrEnum


class Permission(StrEnum):
    """What a role may let somebody do in its branch. The value is what the audit trail and the docs show."""

    VIEW_ORGANISATION = "view_organisation"
    VIEW_PEOPLE = "view_people"
    EDIT_PEOPLE = "edit_people"
    IMPORT_PEOPLE = "import_people"
    EXPORT_PEOPLE = "export_people"
    MANAGE_ROLES = "manage_roles"
    MANAGE_ORGANISATION = "manage_organisation"
    VIEW_AUDIT = "view_audit"
    VIEW_EDITIONS = "view_editions"
    SCHEDULE = "schedule"
    ENROL = "enrol"
    NOMINATE = "nominate"
    TAKE_ROLL = "take_roll"
    VIEW_STANDING = "view_standing"
    VIEW_CERTIFICATES = "view_certificates"
    ISSUE = "issue"
    REVOKE = "revoke"
    REVIEW_EVIDENCE = "review_evidence"
    EDIT_CONTENT = "edit_content"
    PUBLISH_CONTENT = "publish_content"
    MANAGE_PROGRAMMES = "manage_programmes"
    MANAGE_MACHINES = "manage_machines"
