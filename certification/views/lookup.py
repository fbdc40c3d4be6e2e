"""Look-up: one field, one answer that can be read out on the telephone. Every answer is written into the trail."""

from collections import Counter
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from certification import queries
from certification.days import today
from certification.lookup import SHORTEST, Found, authorisation_said, look_up, people_to_tell_of
from certification.views.standing import require_anywhere
from certification.views.trail import opened, where
from formats import names
from people.access import grants_of
from people.models import Person, User
from people.permissions import Permission


class LookUpForm(forms.Form):
    """The one field."""

    q = forms.CharField(
        label=_("Name, or number of a certificate or authorisation"),
        help_text=_("In any script, with or without accents. A part of the name is enough."),
        max_length=120,
        error_messages={"required": _("Enter a name or a number.")},
        widget=forms.TextInput(
            {"type": "search", "autocomplete": "off", "spellcheck": "false", "dir": "auto"}
        ),
    )

    def clean_q(self) -> str:
        text = names.clean(self.cleaned_data["q"])
        if sum(c.isalnum() for c in text) < SHORTEST:
            raise forms.ValidationError(_("Enter at least two letters of the name, or a number."))
        return text


@login_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Ask, choose where several fit, and read the answer."""
    require_anywhere(request.user, Permission.VIEW_STANDING)
    is_asked = "q" in request.GET or "person" in request.GET
    form = LookUpForm(request.GET if "q" in request.GET else None)
    found = look_up(request.user, form.cleaned_data["q"]) if form.is_valid() else Found()
    who = _chosen(request, found)
    context = {
        "form": form,
        "asked": is_asked and (who is not None or not form.errors),
        "people": _choices(request, found.people) if who is None else [],
        "is_cut": found.is_cut,
        "clear_href": reverse("certification:look-up"),
        "today": today(),
        "answer": _answer(request.user, who, found) if who else None,
    }
    return render(request, "certification/look_up.html", context)


def _chosen(request: HttpRequest, found: Found) -> Person | None:
    """The one who was chosen, or the only one found. Whoever is out of reach was not found."""
    asked = request.GET.get("person", "")
    if asked:
        is_number = asked.isascii() and asked.isdigit() and len(asked) < 19
        return people_to_tell_of(request.user).filter(pk=asked).first() if is_number else None
    return found.people[0] if len(found.people) == 1 else None


def _choices(request: HttpRequest, people: tuple[Person, ...]) -> list[dict[str, Any]]:
    """Name and place; the institution only of those whom name and place do not tell apart."""
    seen = Counter((one.full_name, _place(one)) for one in people)
    query = request.GET.get("q", "")
    return [
        {
            "name": one.list_name,
            "place": _place(one),
            "institution": where(request.user, one)
            if seen[one.full_name, _place(one)] > 1
            else None,
            "href": f"?{urlencode({'q': query, 'person': one.pk})}",
        }
        for one in people
    ]


def _place(one: Person) -> str:
    return one.locality or (str(one.region) if one.region else "")


def _answer(user: User, who: Person, found: Found) -> dict[str, Any]:
    opened(user, who, who, "standing.looked_up")
    day = today()
    standings = queries.standings(who, day)
    paper = (
        found.certificate if found.certificate and found.certificate.person_id == who.pk else None
    )
    right = found.authorisation
    speaks = {(one.certificate_id, one.earlier_id) for _programme, one in standings}
    is_speaking = paper is None or any(
        paper.pk in pair and paper.number in {one.number for _p, one in standings}
        for pair in speaks
    )
    return {
        "person": who,
        "place": _place(who),
        "standings": standings,
        "older_number": "" if is_speaking or paper is None else paper.number,
        "authorisation": authorisation_said(right, day)
        if right and right.person_id == who.pk
        else "",
        "may_open": grants_of(user).anywhere(Permission.VIEW_STANDING),
    }
