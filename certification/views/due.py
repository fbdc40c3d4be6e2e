"""What is next: whose training is due and who has no place. Tick people: give places, print letters, send mails."""

from functools import partial
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from certification import due
from certification.actions import due as actions
from certification.days import today
from certification.due_letters import address_of, printed
from certification.forms_due import KIND_WORDS, DueFilter, chosen_people, key_of
from certification.models import DueRun
from certification.views.standing import Counted
from formats.typesetting import UnprintableText
from people import audit
from people.access import grants_of
from people.models import Person, User
from people.permissions import Permission
from training import cards
from training.actions.applicants import Applicant
from training.actions.conditions import why_not
from training.models import Edition, Enrolment
from training.queries.editions import for_cards

PER_PAGE = 50


@login_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Filter, how many of each kind, fifty people a page to tick."""
    _require(request.user)
    form = DueFilter(request.GET, user=request.user)
    filters, kind = form.chosen()
    counts = due.due_counts(request.user, filters)
    number = counts[kind] if kind else sum(counts.values())
    rows = Counted(number, partial(due.due_rows, request.user, filters, kind))
    context = {
        "form": form,
        "active": form.active(),
        "clear_href": reverse("certification:due"),
        "programme": form.programme(),
        "stats": _stats(request, counts, kind),
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "most": due.MOST,
        "kept": [(name, value) for name, value in form.data.items() if name != "page" and value],
        "quiet": due.QUIET.days,
    }
    return render(request, "certification/due.html", context)


@never_cache
@login_required
@require_GET
def chosen(request: HttpRequest) -> HttpResponse:
    """Who was ticked, and the three things that can be done for them."""
    _require(request.user)
    form = DueFilter(request.GET, user=request.user)
    programme = form.programme()
    people, is_cut = chosen_people(request.GET, request.user, form)
    found = list(people)
    if programme is None or not found:
        return redirect(_back(request))
    written = due.written_to([one.pk for one in found], programme.pk, today())
    context = {
        "programme": programme,
        "people": [(one, written.get(one.pk, ())) for one in found],
        "is_cut": is_cut,
        "most": due.MOST,
        "editions": [_edition(one) for one in due.free_editions(programme)],
        "has_written": bool(written),
        "without_email": [one for one in found if not one.email],
        "without_address": [one for one in found if not address_of(one)],
        "keys": {"letters": uuid4(), "mails": uuid4()},
        "may_plan": grants_of(request.user).anywhere(Permission.VIEW_EDITIONS),
        "back": _back(request),
        "quiet": due.QUIET.days,
    }
    return render(request, "certification/due_chosen.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def nominate(request: HttpRequest) -> HttpResponse:
    """Whom each condition of the edition lets in, person by person; the button puts the others forward."""
    _require(request.user)
    data = request.POST if request.method == "POST" else request.GET
    form = DueFilter(data, user=request.user)
    programme, asked = form.programme(), data.get("edition", "")
    people, _is_cut = chosen_people(data, request.user, form)
    found = list(people)
    if programme is None or not found:
        return redirect(_back(request))
    editions = {str(one.pk): one for one in due.free_editions(programme)}
    if asked not in editions:
        return redirect(f"{reverse('certification:due-chosen')}?{data.urlencode()}")
    edition = for_cards(Edition.objects.public()).get(pk=asked)
    if request.method == "POST":
        run = actions.nominate(
            by=request.user, programme=programme, edition=edition, people=found, key=key_of(data)
        )
        return redirect("certification:due-run", run.pk)
    own = actions.institution_of_each(request.user, found)
    rows = [(one, why_not(edition, Applicant(one, own[one.pk]))) for one in found]
    context = {
        "programme": programme,
        "edition": _edition(edition),
        "rows": rows,
        "fitting": sum(1 for _one, refusal in rows if refusal is None),
        "key": uuid4(),
    }
    return render(request, "certification/due_nominate.html", context)


@login_required
@require_POST
def write(request: HttpRequest) -> HttpResponse:
    """Letters or mails to those who were chosen; pressed twice it has one effect."""
    _require(request.user)
    form = DueFilter(request.POST, user=request.user)
    programme, act = form.programme(), request.POST.get("act", "")
    people, _is_cut = chosen_people(request.POST, request.user, form)
    found = list(people)
    if programme is None or not found or act not in ("letters", "mails"):
        return redirect(_back(request))
    do = actions.write_letters if act == "letters" else actions.send_mails
    run = do(
        by=request.user, programme=programme, people=found, key=key_of(request.POST),
        again=bool(request.POST.get("again")),
    )  # fmt: skip
    return redirect("certification:due-run", run.pk)


@never_cache
@login_required
@require_GET
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each person."""
    found = _run(request, pk)
    people = within_run(request.user, found)
    outcomes = {row["person"]: row for row in found.rows}
    rows = [{**outcomes[one.pk], "who": one, "posted": address_of(one)} for one in people]
    if found.edition_id:
        _add_places(found, rows)
    context = {
        "run": found,
        "rows": rows,
        "done": [row for row in rows if row["outcome"] in (actions.PLACE, actions.SENT)],
        "without_email": [row["who"] for row in rows if row["outcome"] == actions.NO_EMAIL],
        "by_hand": [row["who"] for row in rows if row["outcome"] == actions.SENT and not row["posted"]],
        "edition": found.edition_id and _edition(for_cards(Edition.objects.all()).get(pk=found.edition_id)),
        "key": uuid4(),
    }  # fmt: skip
    return render(request, "certification/due_run.html", context)


@never_cache
@login_required
@require_GET
def letters(request: HttpRequest, pk: int) -> HttpResponse:
    """The letters of a click as one PDF: to those to whom they were written then."""
    found = _run(request, pk)
    sent = {row["person"] for row in found.rows if row["outcome"] == actions.SENT}
    people = [one for one in within_run(request.user, found) if one.pk in sent]
    if found.kind != DueRun.Kind.LETTERS or not people:
        raise Http404
    standings = actions.standings_of(request.user, found.programme, people)
    sender = actions.sender_of(request.user)
    try:
        made = printed(people, found.programme, standings, sender)
    except UnprintableText as problem:
        context = {"letter": problem.text}
        return render(request, "certification/passport_unprintable.html", context, status=422)
    audit.record(
        by=request.user, verb="due.printed", target=found, organisation=sender, people=len(people)
    )
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="letters-{found.created_at:%Y-%m-%d}.pdf"'
    return answer


def within_run(user: User, found: DueRun) -> list[Person]:
    """The people of a click whom the user may still put forward, by name."""
    numbers = [row["person"] for row in found.rows]
    return list(due.people_to_put_forward(user).filter(pk__in=numbers).by_name())


def _add_places(found: DueRun, rows: list[dict[str, Any]]) -> None:
    """What each has in the edition now."""
    places = Enrolment.objects.active().filter(edition=found.edition_id)
    own = {one.person_id: one for one in places.with_own_rank().select_related("person")}
    for row in rows:
        place = own.get(row["person"]) if row["outcome"] == actions.PLACE else None
        row["place"], row["state"] = place, cards.place_state(place) if place else None


def _run(request: HttpRequest, pk: int) -> DueRun:
    _require(request.user)
    return get_object_or_404(
        DueRun.objects.visible_to(request.user).select_related("programme"), pk=pk
    )


def _edition(one: Edition) -> dict[str, Any]:
    """An edition in words."""
    name: str = one.name  # type: ignore[attr-defined]
    facts = (cards.when(one), cards.where(one), dict(settings.LANGUAGES).get(one.language, ""))
    return {
        "pk": one.pk, "name": name, "organiser": str(one.organiser),
        "facts": " · ".join(filter(None, facts)), "places": cards.places(one),
    }  # fmt: skip


def _stats(request: HttpRequest, counts: dict[str, int], current: str) -> list[dict[str, Any]]:
    found = []
    for kind, words in KIND_WORDS.items():
        query = request.GET.copy()
        query.pop("page", None)
        query["kind"] = kind
        href = f"?{query.urlencode()}" if counts[kind] else ""
        tone = {"soon": "warning", "expired": "negative"}.get(kind, "neutral")
        found.append(
            {"value": counts[kind], "label": words, "href": href, "tone": tone, "current": kind == current}
        )  # fmt: skip
    return found


def _back(request: HttpRequest) -> str:
    """The list with the filters that were set."""
    data = request.POST if request.method == "POST" else request.GET
    query = data.copy()
    for name in ("person", "all", "key", "act", "again", "edition", "csrfmiddlewaretoken"):
        query.pop(name, None)
    return f"{reverse('certification:due')}?{query.urlencode()}"


def _require(user: User) -> None:
    """For whoever may put people forward somewhere and see where they stand."""
    grants = grants_of(user)
    if not due.nominators(user) or not grants.anywhere(Permission.VIEW_STANDING):
        raise Http404
