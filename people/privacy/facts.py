"""The register of what is about nobody: facts of countries, institutions, and the titles of their lists."""

from people.privacy.kinds import Table, plain

FACT = plain(
    "source as_of is_verified preset",
    "Where a fact of the law is from, and whether it was checked.",
)
TREE = plain("path depth numchild", "The place in the tree.")

FACTS = (
    Table(
        "people.Jurisdiction",
        (
            FACT,
            plain("code name languages default_language time_zone", "A country."),
            plain("week_start weekend digits name_order level1_label", "Its conventions."),
        ),
    ),
    Table(
        "people.Category",
        (FACT, plain("jurisdiction code name kind is_active", "What the law calls people.")),
    ),
    Table(
        "people.Helpline",
        (FACT, plain("jurisdiction code name number hours", "A public telephone number.")),
    ),
    Table(
        "people.Region",
        (FACT, TREE, plain("jurisdiction code name kind is_hidden", "A unit of the territory.")),
    ),
    Table(
        "people.ColumnMapping",
        (plain("organisation titles_key columns said_at", "Titles of an institution's lists."),),
    ),
    Table(
        "people.Organisation",
        (
            TREE,
            plain(
                "jurisdiction code name short_name kind covers language is_active preset",
                "An institution.",
            ),
            plain(
                "email phone address",
                "Its office: addresses of an institution, never of somebody in it.",
            ),
        ),
    ),
)
