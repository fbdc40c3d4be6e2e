"""The papers of a room as PDF and to print from the browser. That names were printed is in the trail."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.cache import never_cache

from formats.typesetting import UnprintableText
from people.permissions import Permission
from training import papers
from training.actions.sheets import note_list, note_printed
from training.models import Edition, Session
from training.queries.editions import for_cards

OF_EDITION: dict[str, Callable[[Edition], bytes]] = {
    "badges": papers.name_badges,
    "list": papers.participant_list,
}
OF_SESSION: dict[str, Callable[[Session, Edition], bytes]] = {
    "sheet": papers.sign_sheet,
    "door": papers.door_sign,
}


@login_required
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that can be printed for an edition."""
    edition = _edition(request, pk)
    sessions = edition.sessions.taking_place().select_related("room__venue")
    context = {"edition": edition, "title": edition.name, "sessions": sessions}
    return render(request, "training/papers.html", context)


@never_cache
@login_required
def of_edition(request: HttpRequest, pk: int, paper: str) -> HttpResponse:
    """Badges or the list of participants to print, in the language of the edition."""
    edition = _in_its_language(_edition(request, pk))
    note_list(by=request.user, edition=edition, paper=_known(paper, OF_EDITION))
    with translation.override(edition.language):
        places = papers.people_of(edition) if paper == "list" else []
        context = {
            "edition": edition,
            "title": edition.name,
            "places": places,
            "nominated": papers.any_nominated(places),
            "badges": papers.badge_people(edition) if paper == "badges" else [],
        }
        return render(request, f"training/paper_{paper}.html", context)


@never_cache
@login_required
def of_edition_pdf(request: HttpRequest, pk: int, paper: str) -> HttpResponse:
    """The same as PDF."""
    edition = _in_its_language(_edition(request, pk))
    note_list(by=request.user, edition=edition, paper=_known(paper, OF_EDITION))
    return _pdf(request, lambda: OF_EDITION[paper](edition), f"{paper}-{pk}", edition)


@never_cache
@login_required
def door(request: HttpRequest, pk: int) -> HttpResponse:
    """The sign at the door to print, in the language of the edition."""
    session = _session(request, pk)
    edition = papers.edition_of(session)
    with translation.override(edition.language):
        context = {
            "session": session,
            "edition": edition,
            "title": edition.name,
            "trainers": papers.trainers_of(session),
        }
        return render(request, "training/paper_door.html", context)


@never_cache
@login_required
def of_session_pdf(request: HttpRequest, pk: int, paper: str) -> HttpResponse:
    """The sheet to sign or the sign at the door as PDF."""
    session = _session(request, pk)
    edition = papers.edition_of(session)
    if _known(paper, OF_SESSION) == "sheet":
        note_printed(by=request.user, session=session)
    return _pdf(request, lambda: OF_SESSION[paper](session, edition), f"{paper}-{pk}", edition)


def _pdf(
    request: HttpRequest, make: Callable[[], bytes], name: str, edition: Edition
) -> HttpResponse:
    """The file, or a page that says which letter of a name cannot be printed."""
    try:
        pdf = make()
    except UnprintableText as problem:
        context = {"edition": edition, "title": edition.name, "letter": problem.text}
        return render(request, "training/paper_unprintable.html", context, status=422)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def _known(paper: str, papers_of: dict[str, Callable[..., bytes]]) -> str:
    if paper not in papers_of:
        raise Http404
    return paper


def _edition(request: HttpRequest, pk: int) -> Edition:
    mine = Edition.objects.visible_to(request.user, Permission.TAKE_ROLL)
    return get_object_or_404(for_cards(mine), pk=pk)


def _in_its_language(edition: Edition) -> Edition:
    return for_cards(Edition.objects.all(), edition.language).get(pk=edition.pk)


def _session(request: HttpRequest, pk: int) -> Session:
    mine = Session.objects.visible_to(request.user, Permission.TAKE_ROLL).taking_place()
    return get_object_or_404(mine.select_related("room__venue", "edition"), pk=pk)
