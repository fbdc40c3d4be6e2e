"""What do the columns of this list mean? Asked once for each row of titles."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from formats.sheets import Limits, SheetError, read
from people.access import grants_of
from people.actions import columns as actions
from people.forms.imports import UploadForm
from people.import_words import COLUMNS, reason, titles
from people.models import Organisation
from people.permissions import Permission as P
from people.queries import institutions

MOST = 40


class MeaningForm(forms.Form):
    """For each fact that we know, which title of the list holds it."""

    organisation = forms.ModelChoiceField(
        queryset=Organisation.objects.none(), widget=forms.HiddenInput
    )
    titles = forms.CharField(max_length=20_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, allowed: Any, found: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = institutions(allowed)  # type: ignore[attr-defined]
        choices = [("", gettext_lazy("not in the list")), *((title, title) for title in found)]
        for name, label in zip(COLUMNS, titles(get_language() or ""), strict=True):
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """First the file, of which only the titles are read; then what each of them means."""
    if not grants_of(request.user).anywhere(P.IMPORT_PEOPLE):
        raise PermissionDenied("nowhere to import people")
    allowed = Organisation.objects.visible_to(request.user, P.IMPORT_PEOPLE)
    if request.method == "POST" and "titles" in request.POST:
        return _remember(request, allowed)
    initial = {"organisation": allowed.first()}
    form = UploadForm(request.POST or None, request.FILES or None, allowed=allowed, initial=initial)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            sheet = read(file.name, file.read(Limits().file_bytes + 1))
        except SheetError as error:
            form.add_error("file", reason(error.code, error.params))
        else:
            return _ask(request, allowed, form.cleaned_data["organisation"], sheet)
    return render(request, "people/columns.html", {"form": form})


def _ask(
    request: HttpRequest, allowed: Any, organisation: Organisation, sheet: Any
) -> HttpResponse:
    found = [title for title in sheet.headers if title]
    guess = {
        name: sheet.headers[place]
        for name, words in COLUMNS.items()
        if (place := sheet.column(*words)) is not None
    }
    initial = {**guess, **actions.remembered(organisation, found)}
    initial |= {"organisation": organisation.pk, "titles": json.dumps(found)}
    form = MeaningForm(allowed=allowed, found=found, initial=initial)
    return render(request, "people/columns.html", {"form": form, "asked": True})


def _remember(request: HttpRequest, allowed: Any) -> HttpResponse:
    found = _titles(request.POST["titles"])
    form = MeaningForm(request.POST, allowed=allowed, found=found)
    if form.is_valid():
        meant = {name: form.cleaned_data[name] for name in COLUMNS if form.cleaned_data[name]}
        place = form.cleaned_data["organisation"]
        try:
            actions.remember(by=request.user, organisation=place, titles=found, columns=meant)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The columns are remembered. Now upload the list."))
            return redirect("people:import")
    return render(request, "people/columns.html", {"form": form, "asked": True})


def _titles(text: str) -> list[str]:
    try:
        found = json.loads(text)
    except ValueError:
        return []
    return [one for one in found if isinstance(one, str)][:MOST] if isinstance(found, list) else []
