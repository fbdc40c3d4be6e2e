"""Papers of a person: added, opened and deleted by whoever keeps the record, opened by the person."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from people.actions import documents as actions
from people.forms.documents import DeleteDocumentForm, DocumentForm
from people.models import Person, PersonDocument
from people.permissions import Permission as P
from people.scans import handed_out


@login_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a paper on a person's record."""
    seen = Person.objects.visible_to(request.user, P.EDIT_PEOPLE).filter(erased_at=None)
    person = get_object_or_404(seen.exclude(pk=request.user.person_id), pk=pk)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DocumentForm(*sent)
    if request.method == "POST" and form.is_valid():
        try:
            actions.keep(by=request.user, person=person, paper=form.paper(), data=form.upload())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The document is on the record."))
            return redirect("people:person", person.pk)
    return render(request, "people/document_form.html", {"form": form, "person": person})


@never_cache
@login_required
@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file, to save. Opening another person's is written into the trail."""
    found = get_object_or_404(PersonDocument.objects.visible_to(request.user), pk=pk)
    actions.note_opened(by=request.user, document=found)
    return handed_out(found.file, f"document-{found.pk}", found.format)


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a document, and say why."""
    seen = PersonDocument.objects.visible_to(request.user).select_related("person")
    found = get_object_or_404(seen.exclude(person=request.user.person_id), pk=pk)
    form = DeleteDocumentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.delete(by=request.user, document=found, **form.cleaned_data)
        messages.success(request, _("The document is deleted."))
        return redirect("people:person", found.person_id)
    return render(request, "people/document_delete.html", {"form": form, "document": found})
