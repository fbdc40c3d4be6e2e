"""The register of people's own sign-in: the accounts that institutions gave them."""

from django.utils.translation import gettext_lazy as _

from people.privacy.kinds import Keep, OnErase, Table, author, of_login, personal, plain, secret

SIGN_IN = (
    Table(
        "people.SignInProvider",
        (
            plain(
                "organisation issuer client_id secret",
                "The computer of an institution that signs in its people.",
            ),
            plain("asks_second_factor factor_classes", "Whether its second step is believed."),
            plain("made_at ended_at", "From when to when it works."),
            author("made_by", "Which administrator connected it."),
        ),
    ),
    Table(
        "people.SignInDomain",
        (plain("provider name", "The e-mail domains that it may speak for."),),
    ),
    Table(
        "people.SignInRule",
        (
            plain("provider claim value organisation role", "Which role follows from its word."),
            plain("made_at", "Since when."),
            author("made_by", "Which administrator added it."),
        ),
    ),
    Table(
        "people.SignInIdentity",
        title=_("Your account of an institution"),
        rows=of_login("user"),
        on_erase=OnErase.GO,
        entries=(
            plain("provider user", "Whose, and of which institution."),
            secret("subject", _("A key by which your institution tells your account from others.")),
            personal(
                "linked_at used_at",
                _("When you first and last signed in with your institution's account."),
                keep=Keep.LOGIN,
            ),
        ),
    ),
    # allauth's own table of such accounts: nothing writes into it (tested); if it did, this is what would go.
    Table(
        "socialaccount.SocialAccount",
        title=_("Your account of an institution"),
        rows=of_login("user"),
        on_erase=OnErase.GO,
        entries=(
            plain("user provider", "Whose, and of which institution."),
            secret(
                "uid extra_data",
                _("A key by which your institution tells your account from others."),
            ),
            personal(
                "date_joined last_login",
                _("When you first and last signed in with your institution's account."),
                keep=Keep.LOGIN,
            ),
        ),
    ),
)
