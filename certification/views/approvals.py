"""What waits for a second person: a list, and a page for each with what would happen and two buttons."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from certification.actions import approvals
from certification.errors import CertificationError
from certification.models import Approval
from certification.views.trail import names_of
from people.access import grants_of
from people.permissions import Permission
from training.models import Edition

ANSWERS: dict[str, tuple[Callable[..., Approval], object]] = {
    "confirm": (approvals.confirm, gettext_lazy("You confirmed it.")),
    "refuse": (approvals.refuse, gettext_lazy("You refused it. Nothing happens.")),
    "withdraw": (approvals.withdraw, gettext_lazy("You took it back. Nothing happens.")),
}
TONES = {"confirmed": "positive", "refused": "negative"}
PAST = 30


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """What can be answered, and the last answers."""
    grants = grants_of(request.user)
    if not (grants.anywhere(Permission.ISSUE) or grants.anywhere(Permission.REVOKE)):
        raise Http404
    rows = Approval.objects.visible_to(request.user).select_related(
        "authority__organisation", "certificate", "batch"
    )
    context = {
        "open": rows.open().order_by("expires_at"),
        "past": rows.exclude(answer="").order_by("-answered_at")[:PAST],
        "user_pk": request.user.pk,
    }
    return render(request, "certification/approvals.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """What would happen, who asked and why; confirm, refuse, or take one's own question back."""
    rows = Approval.objects.visible_to(request.user).select_related(
        "authority__organisation", "certificate__content", "certificate__programme", "batch"
    )
    approval = get_object_or_404(rows, pk=pk)
    answer = request.POST.get("answer", "")
    if request.method == "POST" and answer in ANSWERS:
        act, words = ANSWERS[answer]
        try:
            act(approval=approval, by=request.user)
        except CertificationError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, str(words))
        return redirect("certification:approval", approval.pk)
    batch = approval.batch
    names = names_of((approval.asked_by, approval.answered_by))
    context = {
        "approval": approval,
        "edition": Edition.objects.with_name().get(pk=batch.edition_id) if batch else None,
        "items": batch.items.count() if batch else 0,
        "asker": names[approval.asked_by],
        "answerer": names[approval.answered_by],
        "is_open": not approval.answer and approval.expires_at > timezone.now(),
        "is_own": approval.asked_by == request.user.pk,
        "tone": TONES.get(approval.answer, "neutral"),
    }
    return render(request, "certification/approval.html", context)
