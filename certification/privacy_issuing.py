"""The register of issuing: layouts and seals, batches, and what waits for a second person."""

from django.utils.translation import gettext_lazy as _

from people.privacy import Keep, OnErase, Table, keep, of_person, personal, plain

CHECKED = _("kept: whoever holds the paper can go on checking it; it names nobody")
COUNTED = _("kept: a line of the ledger is never changed, and it names nobody")

ISSUING = (
    Table("certification.Logo", (plain("sha256 png", "An institution's logo."),)),
    Table(
        "certification.Layout",
        (plain("authority logo legal_basis shown second_language", "How papers look."),),
    ),
    Table(
        "certification.Signatory",
        (
            plain("authority place post", "Who signs, in which order."),
            plain(
                "name",
                "Who signs in office: public, chosen by an administrator, of no person on record.",
            ),
        ),
    ),
    Table(
        "certification.SealCertificate",
        (
            plain(
                "fingerprint pem subject valid_from valid_until first_used_at",
                "Which keys sealed here.",
            ),
        ),
    ),
    Table(
        "certification.IssuedFile",
        title=_("Fingerprints of the files of your certificates"),
        rows=of_person("certificate__person"),
        entries=(
            plain("certificate kind sealed_by", "Of which, and how it was sealed."),
            personal(
                "sha256 made_at",
                _("By it a file that somebody shows is compared with what was issued."),
                keep=Keep.PROOF,
                erase=keep(CHECKED),
            ),
        ),
    ),
    Table(
        "certification.IssueBatch",
        (
            plain("edition authority status stopped_because", "What is issued together."),
            plain("by made_at worked_at done_at", "A number of a user, and when."),
        ),
    ),
    Table(
        "certification.IssueItem",
        title=_("Certificates that were to be issued to you"),
        rows=of_person("enrolment__person"),
        on_erase=OnErase.GO,
        entries=(
            plain("batch enrolment programme certificate", "Which certificate."),
            personal(
                "state problem",
                _("Whether your certificate was issued, and if not, why."),
            ),
        ),
    ),
    Table(
        "certification.Approval",
        title=_("Questions whether your certificate should be revoked"),
        rows=of_person("certificate__person"),
        on_erase=OnErase.GO,
        entries=(
            plain("authority batch certificate", "What it is about."),
            personal("reason", _("Why somebody wanted to revoke your certificate.")),
            plain(
                "on asked_by asked_at expires_at answer answered_by answered_at",
                "Days, and numbers of users.",
            ),
        ),
    ),
)
