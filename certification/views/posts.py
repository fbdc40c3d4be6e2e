"""Posts that require a course: their coverage, appointing somebody, and what a post requires."""

from collections import Counter

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from certification.actions import posts as actions
from certification.models import Appointment, Post, Programme
from certification.posts import coverage, missing, posts
from people.access import grants_of
from people.fields import TranslatedFormField
from people.models import Organisation, Person
from people.permissions import Permission as P

PER_PAGE = 50
FOUND = 20


class PostForm(forms.Form):
    """What a post requires, and where there must be somebody in it."""

    programmes = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Required programmes"), queryset=Programme.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Institutions that must have one"), choices=Organisation.Kind.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


class NameForm(forms.Form):
    """What a new post is called."""

    name = TranslatedFormField(label=gettext_lazy("Name of the post"))


def _defines(request: HttpRequest) -> bool:
    return grants_of(request.user).at_the_top(P.MANAGE_PROGRAMMES)


@login_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Which institution lacks a trained person for a post that requires one."""
    if not grants_of(request.user).anywhere(P.VIEW_STANDING):
        raise PermissionDenied("no coverage to see")
    found = coverage(request.user)
    lacking = [place for place in found if place.state != "covered"]
    context = {
        "page": Paginator(lacking, PER_PAGE).get_page(request.GET.get("page")),
        "counts": Counter(place.state for place in found),
        "total": len(found),
        "posts": posts() if _defines(request) else [],
        "may_define": _defines(request),
        "may_appoint": grants_of(request.user).anywhere(P.EDIT_PEOPLE),
    }
    return render(request, "certification/posts.html", context)


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """A new post, by its name."""
    if not _defines(request):
        raise PermissionDenied("posts")
    form = NameForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = actions.define(by=request.user, **form.cleaned_data)
        return redirect("certification:post", made.pk)
    return render(request, "certification/post_form.html", {"form": form, "post": ""})


@login_required
def required(request: HttpRequest, pk: int) -> HttpResponse:
    """What a post requires: for those who manage programmes for all."""
    if not _defines(request):
        raise PermissionDenied("posts")
    post = get_object_or_404(Post, pk=pk, jurisdiction__code=settings.JURISDICTION)
    initial = {"programmes": post.programmes.all(), "kinds": post.kinds}
    form = PostForm(request.POST if request.method == "POST" else None, initial=initial)
    form.fields["programmes"].queryset = Programme.objects.filter(  # type: ignore[attr-defined]
        jurisdiction__code=settings.JURISDICTION, is_active=True
    )
    if request.method == "POST" and form.is_valid():
        actions.require_programmes(by=request.user, post=post, **form.cleaned_data)
        messages.success(request, _("What the post requires is saved."))
        return redirect("certification:posts")
    return render(request, "certification/post_form.html", {"form": form, "post": post})


@login_required
def appoint(request: HttpRequest, pk: int, organisation: int) -> HttpResponse:
    """Find the person, see what they miss and the next edition, appoint."""
    allowed = Organisation.objects.visible_to(request.user, P.EDIT_PEOPLE)
    place = get_object_or_404(allowed, pk=organisation)
    post = get_object_or_404(Post, pk=pk, jurisdiction__code=settings.JURISDICTION, is_active=True)
    seen = Person.objects.visible_to(request.user).filter(erased_at=None)
    if request.method == "POST":
        person = get_object_or_404(seen, pk=_number(request.POST.get("person")))
        actions.appoint(by=request.user, post=post, person=person, organisation=place)
        lacks = missing(post, person)
        said = _("Appointed. Training is still missing.") if lacks else _("Appointed.")
        messages.success(request, said)
        return redirect("certification:post-appoint", post.pk, place.pk)
    text = request.GET.get("q", "").strip()
    people = seen.sounding_like(text).by_name()[:FOUND] if text else []
    held = Appointment.objects.current().filter(post=post, organisation=place)
    context = {
        "post": post, "place": place, "q": text,
        "people": [{"person": one, "missing": missing(post, one)} for one in people],
        "held": [
            {"appointment": one, "missing": missing(post, one.person)}
            for one in held.select_related("person").order_by("since", "pk")
        ],
    }  # fmt: skip
    return render(request, "certification/post_appoint.html", context)


@login_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The post is given up."""
    seen = Appointment.objects.filter(
        organisation__in=Organisation.objects.visible_to(request.user, P.EDIT_PEOPLE)
    )
    held = get_object_or_404(seen, pk=pk)
    actions.end(by=request.user, appointment=held)
    messages.success(request, _("The appointment is ended."))
    return redirect("certification:post-appoint", held.post_id, held.organisation_id)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0
