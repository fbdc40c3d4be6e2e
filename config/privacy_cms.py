"""The register of the CMS: what editors leave behind in Wagtail, and the pages' own history."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Person, User
from people.privacy import (
    BLANK,
    Ground,
    Keep,
    OnErase,
    Subject,
    Table,
    author,
    keep,
    of_login,
    personal,
    plain,
    secret,
)

CMS = _("Your work in the editor")
NUMBER = keep("A number that leads to nobody once the user is gone; Wagtail then shows “deleted”.")


def log_lines_about(subject: Subject) -> Q:
    """Lines of Wagtail's log whose subject is the person or a log-in of theirs: their label is a name."""
    kinds = ContentType.objects.get_for_models(User, Person)
    users = Q(content_type=kinds[User], object_id__in=[str(key) for key in subject.user_ids])
    return users | Q(content_type=kinds[Person], object_id=str(subject.person_id))


EDITORS = (
    Table(
        "wagtailusers.UserProfile",
        title=CMS,
        rows=of_login("user"),
        on_erase=OnErase.GO,
        entries=(
            plain("user", "Whose."),
            personal(
                "submitted_notifications approved_notifications rejected_notifications updated_comments_notifications "
                "preferred_language current_time_zone dismissibles theme contrast density keyboard_shortcuts avatar",
                _("How you set up the editor."),
                ground=Ground.WISH,
                keep=Keep.LOGIN,
            ),
        ),
    ),
    Table(
        "wagtailadmin.EditingSession",
        title=CMS,
        rows=of_login("user"),
        on_erase=OnErase.GO,
        entries=(
            plain(
                "user content_type object_id last_seen_at is_editing",
                "Which page is open; gone after an hour.",
            ),
        ),
    ),
    Table(
        "wagtailadmin.FormState",
        title=CMS,
        rows=of_login("user"),
        on_erase=OnErase.GO,
        entries=(
            plain("user content_type object_id parent_object_id last_updated_at", "Of which page."),
            personal("data", _("What you wrote and have not saved yet."), keep=Keep.LOGIN),
        ),
    ),
    Table(
        "wagtailcore.APIToken",
        title=CMS,
        rows=of_login("user"),
        on_erase=OnErase.GO,
        entries=(
            plain("user prefix", "Whose."),
            personal(
                "name created revoked_at last_used_at",
                _("Keys that you made for programs."),
                keep=Keep.LOGIN,
            ),
            secret("key_hash", _("Keys that you made for programs.")),
        ),
    ),
    Table(
        "wagtailcore.UploadedFile",
        title=CMS,
        rows=of_login("uploaded_by_user"),
        on_erase=OnErase.GO,
        entries=(
            plain("for_content_type uploaded_by_user", "Whose."),
            personal(
                "file", _("A file that you uploaded and did not describe yet."), keep=Keep.LOGIN
            ),
        ),
    ),
    Table(
        "wagtailcore.Comment",
        title=CMS,
        rows=of_login("user"),
        on_erase=OnErase.GO,
        entries=(
            plain("page contentpath position revision_created resolved_at", "Where."),
            plain("user", "Whose."),
            author("resolved_by"),
            personal("text created_at updated_at", _("Your remarks on pages."), keep=Keep.LOGIN),
        ),
    ),
    Table(
        "wagtailcore.CommentReply",
        title=CMS,
        rows=of_login("user"),
        on_erase=OnErase.GO,
        entries=(
            plain("comment user", "To which, and whose."),
            personal("text created_at updated_at", _("Your remarks on pages."), keep=Keep.LOGIN),
        ),
    ),
    Table(
        "wagtailcore.PageSubscription",
        title=CMS,
        rows=of_login("user"),
        on_erase=OnErase.GO,
        entries=(plain("user page comment_notifications", "Who is told about remarks on a page."),),
    ),
    Table(
        "wagtailcore.TaskState",
        title=CMS,
        rows=of_login("finished_by"),
        entries=(
            plain(
                "workflow_state revision task status started_at finished_at content_type",
                "A step of a review.",
            ),
            author("finished_by"),
            personal("comment", _("Your remarks on pages."), keep=Keep.LOGIN),
        ),
    ),
)

HISTORY = (
    Table(
        "wagtailcore.ModelLogEntry",
        title=CMS,
        rows=log_lines_about,
        entries=(
            plain(
                "content_type action timestamp uuid revision content_changed deleted object_id",
                "What was done, and to what.",
            ),
            personal(
                "label data",
                _("Your name where somebody changed your account in the editor."),
                ground=Ground.SECURITY,
                keep=Keep.TRAIL,
            ),
            personal(
                "user",
                "Who did it.",
                ground=Ground.SECURITY,
                keep=Keep.TRAIL,
                erase=NUMBER,
                export=False,
            ),
        ),
    ),
    Table(
        "wagtailcore.PageLogEntry",
        title=CMS,
        rows=lambda subject: Q(user__in=subject.user_ids, action__startswith="wagtail.comments"),
        entries=(
            plain(
                "content_type label action timestamp uuid revision content_changed deleted page",
                "What was done to a page.",
            ),
            personal(
                "data",
                _("Your remarks on pages."),
                ground=Ground.SECURITY,
                keep=Keep.TRAIL,
                erase=BLANK,
            ),
            personal(
                "user",
                "Who did it.",
                ground=Ground.SECURITY,
                keep=Keep.TRAIL,
                erase=NUMBER,
                export=False,
            ),
        ),
    ),
    Table(
        "wagtailcore.Revision",
        (
            plain(
                "content_type base_content_type object_id created_at object_str content approved_go_live_at",
                "A page as it was.",
            ),
            author("user"),
        ),
    ),
    Table(
        "wagtailcore.Page",
        (
            plain(
                "path depth numchild translation_key locale alias_of content_type url_path",
                "Its place.",
            ),
            plain(
                "title draft_title slug seo_title search_description show_in_menus", "Its words."
            ),
            plain(
                "live expired go_live_at expire_at first_published_at last_published_at has_unpublished_changes",
                "Its days.",
            ),
            plain(
                "latest_revision live_revision latest_revision_created_at locked locked_at",
                "Its state.",
            ),
            author("owner locked_by"),
        ),
    ),
    Table(
        "wagtailcore.WorkflowState",
        (
            plain(
                "content_type base_content_type object_id workflow status created_at current_task_state",
                "A review.",
            ),
            author("requested_by"),
        ),
    ),
    Table(
        "wagtail_localize.StringTranslation",
        (
            plain(
                "translation_of locale context data translation_type tool_name",
                "A translated sentence.",
            ),
            plain("created_at updated_at has_error field_error", "Its state."),
            author("last_translated_by"),
        ),
    ),
    Table(
        "wagtail_localize.SegmentOverride",
        (
            plain(
                "locale context data_json created_at updated_at has_error field_error",
                "A translated value.",
            ),
            author("last_translated_by"),
        ),
    ),
)

# Wagtail's own image and document models stay empty: ours take their place.
UNUSED = (
    Table(
        "wagtaildocs.Document",
        (
            plain("collection title file tags created_at file_size file_hash", "Unused."),
            author("uploaded_by_user"),
        ),
    ),
    Table(
        "wagtailimages.Image",
        (
            plain(
                "collection title file description width height tags created_at file_size file_hash",
                "Unused.",
            ),
            plain("focal_point_x focal_point_y focal_point_width focal_point_height", "Unused."),
            author("uploaded_by_user"),
        ),
    ),
)

CMS_TABLES = (*EDITORS, *HISTORY, *UNUSED)
