"""The trainer's result of each person, where the programme asks for it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from people.permissions import Permission
from training import cards
from training.actions.errors import Refused
from training.actions.results import give_result
from training.actions.room_errors import ReasonForFailing
from training.asked import asked_of
from training.forms.results import ResultForm
from training.models import Edition, Enrolment, TrainerResult
from training.queries import Outlook, shares
from training.queries.editions import for_cards


@login_required
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody with a place: their minutes and what was said of them."""
    mine = Edition.objects.visible_to(request.user, Permission.TAKE_ROLL)
    edition = get_object_or_404(for_cards(mine).select_related("course"), pk=pk)
    percent, found = asked_of(edition).percent, shares(edition)
    given = {row.enrolment_id: row for row in TrainerResult.objects.filter(enrolment__edition=pk)}
    places = edition.enrolments.taking_a_place().select_related("person")
    rows = [
        {
            "place": place,
            "outlook": cards.outlook_line(Outlook(found[place.pk], percent)),
            "result": given.get(place.pk),
        }
        for place in places.order_by("person__sort_key", "pk")
    ]
    context = {"edition": edition, "title": edition.name, "rows": rows, "asked": asked_of(edition)}
    return render(request, "training/results.html", context)


@login_required
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: the result and the words that they will read."""
    mine = Edition.objects.visible_to(request.user, Permission.TAKE_ROLL)
    places = Enrolment.objects.taking_a_place().filter(edition__in=mine)
    place = get_object_or_404(places.select_related("person", "edition"), pk=pk)
    before = TrainerResult.objects.filter(enrolment=place).first()
    initial = {"result": before.result, "text": before.text} if before else None
    posted = request.POST if request.method == "POST" else None  # an empty post is said so
    form = ResultForm(posted, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            give_result(enrolment=place, by=request.user, **form.cleaned_data)
            return redirect("training:results", place.edition_id)
        except Refused as refused:
            at = "text" if isinstance(refused, ReasonForFailing) else None
            form.add_error(at, f"{refused.message} {refused.next_step}")
    edition = for_cards(Edition.objects.all()).get(pk=place.edition_id)
    context = {"place": place, "edition": edition, "title": edition.name, "form": form}
    return render(request, "training/result_form.html", context)
