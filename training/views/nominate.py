"""A town hall puts people forward: choose an edition, tick people, check, and see what became of each."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from people.access import grants_of
from people.actions.people import record_person
from people.models import Organisation, Person, User
from people.permissions import Permission
from training import cards
from training.actions.conditions import why_not
from training.actions.errors import Refused
from training.actions.households import units
from training.actions.nominations import nominate
from training.forms.enrolments import FindPersonForm
from training.forms.nominations import TogetherForm
from training.forms.people import NewPersonForm
from training.models import Edition, Enrolment
from training.queries import nominated_by_branch
from training.queries.editions import for_cards, for_lists
from training.views.public import rows

PER_PAGE = 50
FOUND_AT_MOST = 50
CHOSEN_AT_MOST = 200


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Editions that people can be nominated for, and those whom the institution has nominated so far."""
    institutions_of(request.user)
    open_ones = for_lists(Edition.objects.public().open().coming())[:PER_PAGE]
    nominated = Paginator(nominated_by_branch(request.user), PER_PAGE).get_page(
        request.GET.get("page")
    )
    still_ours = set(
        _known(request.user)
        .filter(pk__in=[place.person_id for place in nominated])
        .values_list("pk", flat=True)
    )
    for place in nominated:
        place.state = cards.place_state(place)
        place.may_write = place.person_id in still_ours
    links = {
        edition.pk: reverse("training:nominate-people", args=[edition.pk]) for edition in open_ones
    }
    context = {
        "cards": [cards.edition_card(edition, href=links[edition.pk]) for edition in open_ones],
        "page": nominated,
    }
    return render(request, "training/nominate.html", context)


@login_required
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Look for people of the institution and tick them. What is ticked stays while one looks for more."""
    edition = edition_to_nominate(request, pk)
    form = FindPersonForm(request.GET or None)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    known = _known(request.user)
    chosen = list(_chosen(request.GET, known))
    found = known.exclude(pk__in=[person.pk for person in chosen])
    found = list((found.matching(words) if words.strip() else found).by_name()[: FOUND_AT_MOST + 1])
    enrolled = edition.enrolments.active().filter(person__in=[*found, *chosen])
    context = {
        "edition": edition,
        "title": edition.name,
        "refusal": why_not(edition),
        "form": form,
        "words": words,
        "chosen": chosen,
        "found": found[:FOUND_AT_MOST],
        "is_cut": len(found) > FOUND_AT_MOST,
        "enrolled": set(enrolled.values_list("person_id", flat=True)),
    }
    return render(request, "training/nominate_people.html", context)


@login_required
def new_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Put somebody on record who is not there yet, with or without e-mail; then they are ticked."""
    edition = edition_to_nominate(request, pk)
    institution = institutions_of(request.user)[0]
    form = NewPersonForm(request.POST or None, initial={"language": institution.language})
    if request.method == "POST" and form.is_valid():
        person = record_person(by=request.user, organisation=institution, **form.facts())
        query = QueryDict(request.META.get("QUERY_STRING", ""), mutable=True)
        query.appendlist("person", str(person.pk))
        return redirect(f"{reverse('training:nominate-people', args=[pk])}?{query.urlencode()}")
    context = {"edition": edition, "title": edition.name, "form": form, "institution": institution}
    return render(request, "training/nominate_person.html", context)


@login_required
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Show whom and for what; the button nominates. Pressed twice it has one effect."""
    edition = edition_to_nominate(request, pk)
    institutions = institutions_of(request.user)
    data = request.POST if request.method == "POST" else request.GET
    chosen = list(_chosen(data, _known(request.user)))
    again = f"{reverse('training:nominate-people', args=[pk])}?{_query(chosen)}"
    if not chosen:
        return redirect(again)
    refusal = why_not(edition)
    if request.method == "POST" and not refusal:
        try:
            nominators = [(one, _institution_of(one, institutions)) for one in chosen]
            together = request.POST.get("together") == "together"
            nominate(by=request.user, edition=edition, people=nominators, together=together)
            return redirect(f"{reverse('training:nominate-done', args=[pk])}?{_query(chosen)}")
        except Refused as refused:
            refusal = refused
    context = {
        "edition": edition,
        "title": edition.name,
        "rows": rows(edition),
        "chosen": chosen,
        "again": again,
        "refusal": refusal,
        "form": TogetherForm() if len(chosen) > 1 else None,
        "households": [unit for unit in units(chosen) if len(unit) > 1],
    }
    return render(request, "training/nominate_check.html", context)


@login_required
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each person: a place or a rank, told by e-mail or with a letter to print."""
    edition = edition_to_nominate(request, pk)
    chosen = _chosen(request.GET, _known(request.user))
    places = Enrolment.objects.active().filter(edition=edition, person__in=chosen)
    places = list(
        places.with_own_rank().select_related("person").order_by("person__sort_key", "pk")
    )
    for place in places:
        place.state = cards.place_state(place)
    context = {"edition": edition, "title": edition.name, "places": places}
    return render(request, "training/nominate_done.html", context)


def institutions_of(user: User) -> list[Organisation]:
    """Where the user may nominate, the nearest to them first; nowhere is 404."""
    branches = grants_of(user).branches(Permission.NOMINATE)
    found = list(Organisation.objects.filter(path__in=branches).order_by("path"))
    if not found:
        raise Http404
    return found


def _institution_of(person: Person, institutions: list[Organisation]) -> Organisation:
    """The institution of the user in whose branch the person is; the first one else."""
    paths = list(person.memberships.current().values_list("organisation__path", flat=True))
    fitting = (i for i in institutions if any(path.startswith(i.path) for path in paths))
    return next(fitting, institutions[0])


def _known(user: User) -> QuerySet[Person]:
    return Person.objects.visible_to(user, Permission.NOMINATE).filter(
        ~Q(pk=user.person_id), erased_at=None
    )


def _chosen(data: QueryDict, known: QuerySet[Person]) -> QuerySet[Person]:
    keys = [
        int(key)
        for key in data.getlist("person")
        if key.isascii() and key.isdigit() and len(key) < 19
    ]
    return known.filter(pk__in=keys[:CHOSEN_AT_MOST]).by_name()


def _query(chosen: list[Person]) -> str:
    query = QueryDict(mutable=True)
    query.setlist("person", [str(person.pk) for person in chosen])
    return query.urlencode()


def edition_to_nominate(request: HttpRequest, pk: int) -> Edition:
    """An edition that anybody may see, for somebody who may nominate."""
    institutions_of(request.user)
    return get_object_or_404(for_cards(Edition.objects.published()), pk=pk)
