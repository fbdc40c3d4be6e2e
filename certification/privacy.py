"""The register of certification: what proves a training stays, what is printed about its holder goes."""

from django.utils.translation import gettext_lazy as _

from certification.models import Certificate
from certification.privacy_evidence import TABLES as FROM_ELSEWHERE
from certification.privacy_issuing import CHECKED, COUNTED, ISSUING
from certification.privacy_office import OFFICE
from people.models import Person, User
from people.privacy import Keep, OnErase, Room, Table, keep, of_person, personal, plain, secret
from people.privacy.facts import FACT

RULES = (
    Table(
        "certification.Programme",
        (
            FACT,
            plain(
                "jurisdiction code name paper_name categories courses is_active second_person",
                "What a law asks for.",
            ),
        ),
    ),
    Table(
        "certification.ProgrammeCourse", (plain("programme course", "Which course leads to it."),)
    ),
    Table(
        "certification.RuleVersion",
        (
            FACT,
            plain(
                "programme effective_from effective_to legal_basis validity validity_months note",
                "The rule.",
            ),
            plain(
                "review_interval_months renewal_window_days grace_days attendance_percent unknown",
                "Its figures, and which of them nobody knows.",
            ),
            plain(
                "transition transition_before transition_until",
                "Whom the former rule still holds for.",
            ),
            plain(
                "status proposed_by published_by published_at",
                "Whether it is law here yet, and numbers of the users who made it so.",
            ),
        ),
    ),
    Table(
        "certification.Requirement",
        (
            FACT,
            plain(
                "version code position category condition path kind topic minutes count period months",
                "What the rule asks for.",
            ),
            plain("is_separate unknown", "How it is counted, and what nobody knows of it."),
        ),
    ),
    Table(
        "certification.Equivalence",
        (plain("requirement topic course programme minutes", "What counts in its place."),),
    ),
    Table(
        "certification.Authority",
        (plain("organisation prefix is_automatic asks_second_person", "Who issues, and how."),),
    ),
    Table("certification.NumberSeries", (plain("authority year last", "The last number given."),)),
)

CERTIFICATES = (
    Table(
        "certification.Certificate",
        title=_("Your certificates"),
        rows=of_person("person"),
        entries=(
            plain("person", "Whose."),
            personal(
                "number authority programme rule_version language issued_on valid_from valid_until review_due",
                _("What you completed, and until when it counts."),
                keep=Keep.PROOF,
                erase=keep(CHECKED),
            ),
            secret(
                "name_salt name_proof token",
                _(
                    "A code by which somebody who knows your family name can check the number of your certificate."
                ),
                keep=Keep.PROOF,
                erase=keep(CHECKED),
            ),
            plain(
                "year serial course_key enrolment_id replaces content_sha256 issued_at issued_by",
                "How it was made.",
            ),
        ),
    ),
    Table(
        "certification.CertificateEvent",
        title=_("What happened to your certificates"),
        rows=of_person("certificate__person"),
        entries=(
            plain("certificate", "Of which."),
            personal(
                "kind on reason next_review at",
                _(
                    "Whether a certificate was revoked or suspended, and why: everybody who checks it is told."
                ),
                keep=Keep.PROOF,
                erase=keep(CHECKED),
            ),
            plain("by", "A number of a user."),
        ),
    ),
    Table(
        "certification.CertificateContent",
        title=_("What your certificates say"),
        rows=of_person("certificate__person"),
        on_erase=OnErase.GO,
        entries=(
            plain("certificate", "Of which."),
            personal(
                "holder_name snapshot",
                _("The words printed on your certificate, as they were on that day."),
            ),
        ),
    ),
    Table(
        "certification.CertificateDocument",
        title=_("The files of your certificates"),
        rows=of_person("certificate__person"),
        on_erase=OnErase.GO,
        entries=(
            plain("certificate sealed_with made_at", "Of which, and how it was sealed."),
            personal("pdf sha256", _("The file that you can download and print.")),
        ),
    ),
    Table(
        "certification.HoursEntry",
        title=_("Your hours"),
        rows=of_person("person"),
        past_trigger="certification.HoursEntry:append_only",
        entries=(
            plain("person", "Whose."),
            personal(
                "on minutes kind topic source reference recorded_at",
                _("The hours that you have learned, which the law counts."),
                keep=Keep.PROOF,
                erase=keep(COUNTED),
            ),
            personal("note", _("What an official noted about hours that you learned elsewhere.")),
            plain("recorded_by", "A number of a user."),
        ),
    ),
)

CARERS = (
    Table(
        "certification.Circumstance",
        title=_("What the law looks at in your work as a carer"),
        rows=of_person("person"),
        on_erase=OnErase.GO,
        entries=(
            plain("person", "Whose."),
            personal(
                "condition since until recorded_at",
                _(
                    "From when to when something holds that the law turns on, such as that a child is placed with you."
                    " Nothing about any child is recorded."
                ),
            ),
            plain("recorded_by", "A number of a user."),
        ),
    ),
)


def wait_for_printer(person: Person, _by: User | None) -> None:
    """A file that is being printed now is stored first, so that it is found; the next one finds no content."""
    list(Certificate.objects.filter(person=person).select_for_update(no_key=True).order_by("pk"))


LOG = (
    Table(
        "certification.LogEntry",
        (plain("position certificate event added_at", "Which record of the public log is whose."),),
    ),
    Table("certification.LogNode", (plain("level index hash", "Hashes: they name nobody."),)),
    Table(
        "certification.LogHead",
        (plain("day size root words signature signer made_at", "What is published each day."),),
    ),
)

CREDENTIALS = (
    Table(
        "certification.Issuer",
        (plain("authority code address time_zone", "How an institution is known to verifiers."),),
    ),
    Table(
        "certification.IssuerKey",
        (
            plain(
                "issuer kind public secret made_at retired_at withdrawn_at",
                "An institution's keys; the private half is encrypted.",
            ),
        ),
    ),
    Table(
        "certification.StatusList",
        (
            plain(
                "issuer number revocation suspension signed_at",
                "Which bits are set: without a certificate at hand they name nobody.",
            ),
        ),
    ),
    Table(
        "certification.Credential",
        (plain("certificate status_list index key jwt_key", "Which bit is a certificate's."),),
    ),
)

ROOM = Room(
    tables=(*RULES, *CARERS, *CERTIFICATES, *LOG, *CREDENTIALS, *FROM_ELSEWHERE, *ISSUING, *OFFICE),
    prepare=wait_for_printer,
)
