"""Replacing a certificate: what it says now, what the new one will say, the reason, and the button."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from certification.actions import replacement
from certification.errors import CertificationError
from certification.forms import ReasonForm
from certification.models import Certificate
from people.models import Person
from people.permissions import Permission


class ReplaceForm(ReasonForm):
    """Why; the day is always today."""

    on = None  # type: ignore[assignment]


@login_required
@require_http_methods(["GET", "POST"])
def replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Show both names, ask for the reason, and do it."""
    rows = Certificate.objects.visible_to(request.user).select_related(
        "person", "programme", "authority__organisation", "content", "replaced_by"
    )
    certificate = get_object_or_404(rows.prefetch_related("events"), pk=pk)
    if not replacement.may_ever(certificate, request.user):
        raise Http404
    # Pressed twice, or a page that stood open: the new one is there.
    if hasattr(certificate, "replaced_by"):
        return redirect("certification:certificate", certificate.replaced_by.pk)
    context = {"certificate": certificate, "title": _("Replace the certificate")}
    if not replacement.possible(certificate, request.user):
        return render(request, "certification/act_not_now.html", context, status=409)
    form = ReplaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = replacement.replace(
                certificate=certificate, by=request.user, reason=form.cleaned_data["reason"]
            )
        except CertificationError as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("The certificate was replaced. This is the new one."))
            return redirect("certification:certificate", made.pk)
    person = certificate.person
    may_edit = Person.objects.visible_to(request.user, Permission.EDIT_PEOPLE).filter(pk=person.pk)
    context |= {
        "form": form,
        "printed": certificate.content.holder_name,
        "new": person.formal_name,
        "person_url": reverse("people:person-edit", args=[person.pk]) if may_edit.exists() else "",
    }
    return render(request, "certification/replace.html", context)
