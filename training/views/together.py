"""A household enrols together; somebody who knows the adults puts them on record as one household."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from people.models import Person, User
from training import cards
from training.actions import households
from training.actions.errors import Refused
from training.forms.enrolments import FindPersonForm
from training.forms.households import HouseholdDaysForm, JoinForm
from training.models import HouseholdMember
from training.queries import edition_page, household_of, linkable, next_possible
from training.queries.possible import instead_of
from training.views.public import course_url, rows

FOUND_AT_MOST = 30


@login_required
def enrol(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who enrols in what; the button asks for a place for each of the household, for all or for nobody."""
    person = request.user.person
    page = edition_page(pk, person=person) if person else None
    others = household_of(person) if person else []
    if page is None or not others:
        raise Http404
    refusal = None
    if request.method == "POST":
        try:
            households.enrol_together(
                people=[person, *others], edition=page.edition, by=request.user
            )
            return redirect("training:enrolments")
        except Refused as refused:
            refusal = refused
    context = {
        "page_of": page,
        "edition": page.edition,
        "title": page.edition.name,
        "rows": rows(page.edition),
        "people": [person, *others],
        "fits": page.free > len(others) and not page.is_full,
    }
    if refusal:
        key = instead_of(page.edition, refusal)
        found = next_possible(key, person=person, beside=pk, people=len(others) + 1)
        context |= {
            "refusal": refusal,
            "others": [cards.edition_card(other) for other in found],
            "course_url": course_url(page, request),
        }
        return render(request, "training/refused.html", context)
    return render(request, "training/together.html", context)


@login_required
def leave(request: HttpRequest) -> HttpResponse:
    """Ask once, then leave the household. Places that one has stay."""
    person = request.user.person
    others = household_of(person) if person else []
    if request.method == "POST":
        if person:
            households.leave(by=request.user, person=person)
        return redirect("training:enrolments")
    return render(request, "training/household_leave.html", {"others": others})


@login_required
def keep(request: HttpRequest) -> HttpResponse:
    """Look for adults, tick them, and put them on record as one household."""
    known = _known(request.user)
    data = request.POST if request.method == "POST" else request.GET
    chosen = list(known.filter(pk__in=_keys(data.getlist("person"))).by_name())
    refusal = None
    if request.method == "POST":
        try:
            households.keep_together(by=request.user, people=chosen)
            return redirect(f"{reverse('training:household')}?done={chosen[0].pk}")
        except Refused as refused:
            refusal = refused
    form = FindPersonForm(request.GET or None)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    found = known.exclude(pk__in=[person.pk for person in chosen])
    done = known.filter(pk__in=_keys(request.GET.getlist("done"))).first()
    context = {
        "form": form,
        "words": words,
        "chosen": chosen,
        "found": list(found.matching(words).by_name()[:FOUND_AT_MOST]) if words.strip() else [],
        "refusal": refusal,
        "done": [done, *_seen(household_of(done), known)] if done else [],
    }
    return render(request, "training/household.html", context)


@login_required
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then take somebody out of their household."""
    person = get_object_or_404(_known(request.user), pk=pk)
    others = household_of(person)
    if request.method == "POST":
        households.leave(by=request.user, person=person)
        return redirect("training:household")
    seen = _seen(others, _known(request.user))
    context = {"others": seen, "unseen": len(others) - len(seen), "person": person}
    return render(request, "training/household_leave.html", context)


@login_required
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """From a person's record: look for an adult who lives with them, and since when."""
    person = get_object_or_404(_known(request.user), pk=pk)
    others = _known(request.user).exclude(pk=person.pk)
    words = (request.POST if request.method == "POST" else request.GET).get("q", "")[:120]
    form = JoinForm(_sent(request), others=others, initial={"q": words})
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            households.join(by=request.user, to=person, **form.chosen())
            messages.success(request, _("Written down: they live in one household."))
            return redirect("people:person", person.pk)
        except Refused as refused:
            refusal = refused
    context = {"form": form, "person": person, "refusal": refusal, "found": form.found(words)}
    return render(request, "training/household_add.html", context)


@login_required
def days(request: HttpRequest, pk: int) -> HttpResponse:
    """From when to when somebody was in a household; with a last day they are out of it."""
    rows = HouseholdMember.objects.filter(person__in=_known(request.user)).select_related("person")
    member = get_object_or_404(rows, pk=pk)
    form = HouseholdDaysForm(_sent(request), member=member)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            households.correct_days(by=request.user, member=member, **form.cleaned_data)
            messages.success(request, _("The days are corrected."))
            return redirect("people:person", member.person_id)
        except Refused as refused:
            refusal = refused
    context = {"form": form, "member": member, "refusal": refusal}
    return render(request, "training/household_days.html", context)


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _known(user: User) -> QuerySet[Person]:
    """People whom the user may nominate or enrol, where there are any; nowhere is 404."""
    found = linkable(user)
    if found is None:
        raise Http404
    return found


def _seen(others: list[Person], known: QuerySet[Person]) -> list[Person]:
    """Those of a household whom the reader may know: somebody may have moved to another county since."""
    keys = set(known.filter(pk__in=[one.pk for one in others]).values_list("pk", flat=True))
    return [one for one in others if one.pk in keys]


def _keys(texts: list[str]) -> list[int]:
    return [
        int(text) for text in texts[:10] if text.isascii() and text.isdigit() and len(text) < 19
    ]
