"""The training passport: on a page in the reader's language, on paper in the person's."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from certification.passport import passport_of, printed
from certification.views.trail import opened
from formats.typesetting import UnprintableText
from people.models import Person
from people.permissions import Permission
from training import cards
from training.codes import picture


@never_cache
@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """One's own."""
    if request.user.person is None:
        return redirect("people:welcome")
    return _page(request, request.user.person)


@never_cache
@login_required
@require_GET
def of_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Of somebody whose standing one may see, such as to print it for a person without e-mail."""
    return _page(request, _person(request, pk))


@never_cache
@login_required
@require_GET
def own_pdf(request: HttpRequest) -> HttpResponse:
    """One's own on paper."""
    if request.user.person is None:
        return redirect("people:welcome")
    return _pdf(request, request.user.person)


@never_cache
@login_required
@require_GET
def pdf_of(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody's on paper. That it was printed is in the trail."""
    return _pdf(request, _person(request, pk))


def _person(request: HttpRequest, pk: int) -> Person:
    people = Person.objects.visible_to(request.user, Permission.VIEW_STANDING)
    return get_object_or_404(people.filter(erased_at=None), pk=pk)


def _page(request: HttpRequest, person: Person) -> HttpResponse:
    opened(request.user, person, person, "passport.opened")
    found, is_own = passport_of(person), person.pk == request.user.person_id
    code = ""
    if found.certificate:
        path = reverse("verify-short", args=[found.certificate.token])
        code = picture(
            path, title=_("Code that leads to the page where this certificate is checked")
        )
    context = {
        "passport": found,
        "person": person,
        "is_own": is_own,
        "code": code,
        "cards": [cards.edition_card(edition) for edition in found.editions],
        "pdf_href": reverse("certification:passport-pdf")
        if is_own
        else reverse("certification:passport-pdf-of", args=[person.pk]),
    }
    return render(request, "certification/passport.html", context)


def _pdf(request: HttpRequest, person: Person) -> HttpResponse:
    """The file, or a page that says which letter of a name cannot be printed."""
    opened(request.user, person, person, "passport.printed")
    try:
        made = printed(person)
    except UnprintableText as problem:
        context = {"person": person, "letter": problem.text}
        return render(request, "certification/passport_unprintable.html", context, status=422)
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="passport.pdf"'
    return answer
