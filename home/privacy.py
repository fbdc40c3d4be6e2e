"""The register of the CMS base: pages, pictures and documents are published for everybody."""

from people.privacy import Room, Table, author, plain

UPLOADER = author("uploaded_by_user", "Which editor uploaded it.")
IMAGE = (
    plain(
        "collection title file description credit tags created_at",
        "A published picture and how it is described.",
    ),
    plain("width height file_size file_hash", "Measures of the file."),
    plain(
        "focal_point_x focal_point_y focal_point_width focal_point_height",
        "What must stay in view.",
    ),
)

ROOM = Room(
    tables=(
        Table("home.SiteImage", (*IMAGE, UPLOADER)),
        Table(
            "home.SiteRendition",
            (
                plain(
                    "image filter_spec file width height focal_point_key",
                    "A size of a published picture.",
                ),
            ),
        ),
        Table(
            "home.SiteDocument",
            (
                plain(
                    "collection title file language tags created_at file_size file_hash",
                    "A published document.",
                ),
                UPLOADER,
            ),
        ),
        Table("home.HomePage", (plain("page_ptr heading introduction body", "A published page."),)),
        Table(
            "home.InfoPage",
            (plain("page_ptr introduction body footer_position", "A published page."),),
        ),
    )
)
