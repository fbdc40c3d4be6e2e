"""When the people of an edition are reminded."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from people.permissions import Permission
from training.actions.reminders import set_rules
from training.forms.reminders import RemindersForm
from training.models import Edition
from training.queries.editions import for_cards
from training.queries.reminders import rules_of


@login_required
def of_edition(request: HttpRequest, pk: int) -> HttpResponse:
    """One choice for each kind of reminder; what nobody changed stays as usual."""
    mine = for_cards(Edition.objects.visible_to(request.user, Permission.SCHEDULE))
    edition = get_object_or_404(mine, pk=pk)
    form = RemindersForm(request.POST or None, days=rules_of(edition))
    if request.method == "POST" and form.is_valid():
        set_rules(by=request.user, edition=edition, days=form.days())
        messages.success(request, _("The reminders are saved."))
        return redirect("training:answers", edition.pk)
    context = {"form": form, "edition": edition, "title": edition.name}
    return render(request, "training/reminders.html", context)
