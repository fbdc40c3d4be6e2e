"""The one Wagtail group of those who write content: roles decide who is in it, the group says what it may do."""

from django.contrib.auth.models import Group, Permission
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page
from wagtail.users.models import UserProfile

from people.models import User
from people.permissions import Permission as P
from people.roles import ROLES

GROUP = "Content team"
CMS_ROLES = frozenset(code for code, role in ROLES.items() if P.EDIT_CONTENT in role.permissions)
_ON_PAGES = ("add", "change", "publish", "lock", "unlock")
_ON_FILES = ("add", "change", "choose")


def content_group() -> Group:
    """The group, with its permissions on all pages, images, documents and translations; made when first asked for."""
    group, is_new = Group.objects.get_or_create(name=GROUP)
    if not is_new:
        return group
    root = Page.get_first_root_node()
    for name in _ON_PAGES:
        GroupPagePermission.objects.create(group=group, page=root, permission_type=name)
    collection = Collection.get_first_root_node()
    for model in (get_image_model(), get_document_model()):
        label, name = model._meta.app_label, model._meta.model_name
        for permission in Permission.objects.filter(
            content_type__app_label=label, codename__in=[f"{verb}_{name}" for verb in _ON_FILES]
        ):
            GroupCollectionPermission.objects.create(
                group=group, collection=collection, permission=permission
            )
    group.permissions.add(
        *Permission.objects.filter(
            content_type__app_label="wagtail_localize", codename="submit_translation"
        )
    )
    return group


def keep_in_step(user: User) -> None:
    """Put the user into the group or take them out, as their roles of today and of later say."""
    today = timezone.localdate()
    writes = bool(user.person_id) and any(
        until is None or until >= today
        for until in user.person.memberships.filter(role__in=CMS_ROLES).values_list(
            "until", flat=True
        )
    )
    if writes:
        user.groups.add(content_group())
        speak_to(user)
    else:
        user.groups.remove(*user.groups.filter(name=GROUP))


def speak_to(user: User) -> None:
    """The CMS speaks the language of the editor, whatever the browser says."""
    if user.language and user.groups.filter(name=GROUP).exists():
        UserProfile.objects.update_or_create(
            user=user, defaults={"preferred_language": user.language}
        )
