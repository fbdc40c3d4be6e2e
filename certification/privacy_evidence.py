"""The register of proofs from elsewhere, of paper certificates, and of exemptions: all of it goes with the person."""

from django.utils.translation import gettext_lazy as _

from people.privacy import (
    Ground,
    Keep,
    OnErase,
    Table,
    author,
    for_a_day,
    lists_about,
    of_person,
    personal,
    plain,
    secret,
)

EVIDENCE = (
    Table(
        "certification.Evidence",
        title=_("Training that you had elsewhere"),
        rows=of_person("person"),
        on_erase=OnErase.GO,
        past_trigger="certification.Evidence:never_deleted",
        entries=(
            plain("person institution title_key", "Whose, and through which institution."),
            personal(
                "title provider number first_day last_day minutes",
                _("What you learned elsewhere, as your paper says."),
            ),
            personal(
                "state handed_in_at decided_at", _("How far your paper has come, and since when.")
            ),
            author("handed_in_by first_reviewer decided_by", "Who handed in and who decided."),
        ),
    ),
    Table(
        "certification.EvidenceFile",
        title=_("Photos and files of your papers"),
        rows=of_person("evidence__person"),
        on_erase=OnErase.GO,
        entries=(
            plain("evidence kind size added_at", "Of which proof, and what kind of file."),
            personal(
                "file",
                _("The photo or file of your paper, without the place where it was taken."),
                keep=Keep.YEAR,
            ),
            secret(
                "sha256",
                _("A code by which the same file is known again."),
                ground=Ground.PUBLIC_TASK,
                keep=Keep.RECORD,
            ),
        ),
    ),
    Table(
        "certification.EvidenceStep",
        title=_("What was said about your papers"),
        rows=of_person("evidence__person"),
        on_erase=OnErase.GO,
        past_trigger="certification.EvidenceStep:append_only",
        entries=(
            plain("evidence by", "Of which proof, by the number of which user."),
            personal(
                "kind words minutes at",
                _("Questions, answers and decisions about your papers."),
            ),
        ),
    ),
    Table(
        "certification.EvidenceGrant",
        title=_("Hours that were granted for your papers"),
        rows=of_person("evidence__person"),
        on_erase=OnErase.GO,
        entries=(
            plain("evidence", "Of which proof."),
            personal("kind topic minutes", _("How many hours of what kind count for you.")),
        ),
    ),
)

EARLIER = (
    Table(
        "certification.EarlierCertificate",
        title=_("Your earlier certificates on paper"),
        rows=of_person("person"),
        on_erase=OnErase.GO,
        past_trigger="certification.EarlierCertificate:never_deleted",
        entries=(
            plain("person number_key issuer_key organisation recorded_by struck_by", "Whose."),
            personal(
                "programme number issuer valid_from valid_until recorded_on",
                _("A certificate that somebody else gave you on paper before, and that counts."),
            ),
            personal("struck_on struck_reason", _("Why such a certificate does not count.")),
        ),
    ),
    Table(
        "certification.EarlierList",
        title=_("Lists of certificates on paper"),
        rows=lists_about("certification.EarlierList", "known unsure rejected"),
        on_erase=OnErase.GO,
        entries=(
            plain("owner organisation recorded created_at applied_at", "By whom and when."),
            for_a_day(
                "file_name known unsure rejected",
                _("A list of paper certificates that an official uploaded, until they confirm it."),
            ),
        ),
    ),
)

RELIEF = (
    Table(
        "certification.Relief",
        title=_("Exemptions and extensions"),
        rows=of_person("person"),
        on_erase=OnErase.GO,
        past_trigger="certification.Relief:never_deleted",
        entries=(
            plain("person certificate earlier", "Whose, and of which certificate."),
            personal(
                "programme kind requirement since until ended_on",
                _("What is not asked of you for a time, or until when a certificate was extended."),
            ),
            personal(
                "reason document words status answer asked_at decided_at",
                _("Why, on which paper that rests, and who decided when."),
            ),
            author("asked_by decided_by", "Who asked and who confirmed."),
        ),
    ),
)

TABLES = (*EVIDENCE, *EARLIER, *RELIEF)
