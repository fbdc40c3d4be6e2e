"""Which week, of which institution."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.access import not_there
from people.models import Organisation, User
from people.permissions import Permission
from training.forms.editions import IN_THIS_CENTURY, day_input


class WeekForm(forms.Form):
    """Filters of the planner."""

    day = forms.DateField(
        label=_("A day of the week"),
        required=False,
        widget=day_input(),
        validators=IN_THIS_CENTURY,
    )
    organisation = forms.ModelChoiceField(
        None, label=_("Institution"), required=False, empty_label=_("All")
    )
    by = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = Organisation.objects.visible_to(user, Permission.VIEW_EDITIONS)
        if asked := self.data.get("organisation", ""):
            not_there(asked, {str(pk) for pk in seen.values_list("pk", flat=True)})
        self.fields["organisation"].queryset = (
            seen.filter(is_active=True).select_related("jurisdiction").order_by("path")
        )
