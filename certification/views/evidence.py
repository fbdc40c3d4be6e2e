"""Proofs of training elsewhere, for whoever hands them in: send, see where they stand, answer, take back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from certification import evidence_queries as queries
from certification.actions import evidence as actions
from certification.actions import review
from certification.evidence_errors import EvidenceRefused
from certification.forms_evidence import AnswerForm, PaperForm
from certification.models import Evidence, EvidenceFile
from certification.views.trail import opened
from people.access import grants_of
from people.models import Organisation, Person, User
from people.permissions import Permission
from people.scans import handed_out

State = Evidence.State


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """One's own papers and where each stands."""
    own = Evidence.objects.filter(person=request.user.person_id or 0).order_by("-handed_in_at")
    return render(request, "certification/evidence_mine.html", {"rows": queries.shown(own)})


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Hand in a paper of one's own."""
    if request.user.person is None:
        return redirect("people:welcome")
    return _hand_in(request, request.user.person, None)


@login_required
@require_http_methods(["GET", "POST"])
def new_for(request: HttpRequest, pk: int) -> HttpResponse:
    """An institution hands in a paper for its person."""
    people = Person.objects.visible_to(request.user, Permission.NOMINATE)
    person = get_object_or_404(people.filter(erased_at=None), pk=pk)
    if person.pk == request.user.person_id:
        return redirect("certification:evidence-new")
    return _hand_in(request, person, _institution(request.user, person))


def _hand_in(
    request: HttpRequest, person: Person, institution: Organisation | None
) -> HttpResponse:
    form = PaperForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.hand_in(
                by=request.user,
                person=person,
                paper=form.paper(),
                files=form.cleaned_data["files"],
                institution=institution,
            )
            return redirect("certification:evidence-detail", made.pk)
        except EvidenceRefused as refused:
            form.add_error(refused.field, str(refused.message))
    context = {"form": form, "person": person, "is_own": institution is None}
    return render(request, "certification/evidence_new.html", context)


@never_cache
@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper: what was handed in, where it stands, what was said, what can be done next."""
    evidence = _readable(request, pk)
    opened(request.user, evidence, evidence.person, "evidence.opened")
    reviews = may_review(evidence, request.user)
    granted = list(evidence.grants.select_related("topic"))
    counted = evidence.state == State.GRANTED
    context = {
        "evidence": evidence,
        "shown": queries.shown(Evidence.objects.filter(pk=evidence.pk))[0],
        "files": list(evidence.files.all()),
        "steps": list(evidence.steps.all()),
        "grants": granted if counted or reviews else [],
        "is_own": evidence.person_id == request.user.person_id,
        "is_sender": may_answer(evidence, request.user),
        "may_withdraw": evidence.is_open and not actions.ledger_of(evidence).exists(),
        "reviews": reviews,
        "is_second": review.is_second(evidence, request.user),
        "doubts": queries.doubts(evidence) if reviews else [],
    }
    return render(request, "certification/evidence.html", context)


@never_cache
@login_required
@require_GET
def file(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    """A photo or PDF to save: as what its bytes are, under a name of ours, run by no browser."""
    evidence = _readable(request, pk)
    found = get_object_or_404(EvidenceFile, evidence=evidence, pk=file_pk)
    opened(request.user, found, evidence.person, "evidence.file_opened")
    return handed_out(found.file, f"proof-{evidence.pk}-{found.pk}", found.kind)


@login_required
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the reviewer's question."""
    evidence = _sent_by(request, pk)
    form = AnswerForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer(by=request.user, evidence=evidence, **form.cleaned_data)
            messages.success(request, _("Your answer was sent."))
            return redirect("certification:evidence-detail", pk)
        except EvidenceRefused as refused:
            form.add_error(refused.field, str(refused.message))
    asked = evidence.steps.filter(kind="asked").last()
    context = {"evidence": evidence, "form": form, "asked": asked}
    return render(request, "certification/evidence_answer.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a paper back."""
    evidence, refusal = _sent_by(request, pk), ""
    if request.method == "POST":
        try:
            actions.withdraw(by=request.user, evidence=evidence)
            messages.success(request, _("The paper was taken back. Its photos are deleted."))
            return redirect("certification:evidence-detail", pk)
        except EvidenceRefused as refused:
            refusal = str(refused.message)
    context = {"evidence": evidence, "refusal": refusal}
    return render(
        request, "certification/evidence_withdraw.html", context, status=409 if refusal else 200
    )


def may_review(evidence: Evidence, user: User) -> bool:
    """May this user decide about it: in reach, and neither theirs nor handed in by them?"""
    in_reach = Evidence.objects.visible_to(user).filter(pk=evidence.pk).exists()
    return in_reach and not review.is_own(evidence, user)


def may_answer(evidence: Evidence, user: User) -> bool:
    """The person themselves; and, where an institution handed it in, whoever puts its people forward."""
    if user.person_id == evidence.person_id:
        return True
    place = evidence.institution
    return place is not None and grants_of(user).allows(Permission.NOMINATE, place)


def _rows(request: HttpRequest) -> QuerySet[Evidence]:
    related = ("person", "institution", "handed_in_by", "first_reviewer")
    return Evidence.objects.readable_by(request.user).select_related(*related)


def _readable(request: HttpRequest, pk: int) -> Evidence:
    return get_object_or_404(_rows(request), pk=pk)


def _sent_by(request: HttpRequest, pk: int) -> Evidence:
    evidence = _readable(request, pk)
    if not may_answer(evidence, request.user):
        raise Http404
    return evidence


def _institution(user: User, person: Person) -> Organisation:
    """The lowest institution of the person in which the user puts people forward."""
    inside = grants_of(user).within("organisation__path", Permission.NOMINATE)
    held = person.memberships.current().filter(inside).select_related("organisation")
    found = [membership.organisation for membership in held]
    if not found:  # a superuser reaches people who belong nowhere
        raise PermissionDenied(f"no institution for {person.pk}")
    return max(found, key=lambda organisation: len(organisation.path))
