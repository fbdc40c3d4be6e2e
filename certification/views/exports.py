"""Files that come regularly: choose, see, stop; fetch what was made. And the files of the list and of the board."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from certification import exports
from certification.actions import exports as actions
from certification.forms_export import ExportForm
from certification.models import ExportFile, ExportPlan
from certification.views.files import attachment
from certification.views.standing import require_anywhere
from people import audit
from people.permissions import Permission


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def plans(request: HttpRequest) -> HttpResponse:
    """What one has regularly, and a form for more; the filters are those of the page that one comes from."""
    require_anywhere(request.user, Permission.VIEW_STANDING)
    chosen = {"what": request.GET.get("what", ""), "kind": "xlsx", "rhythm": "weekly"}
    form = ExportForm(request.POST or None, user=request.user, initial=chosen)
    if request.method == "POST" and form.is_valid():
        query = request.GET.copy()
        query.pop("what", None)
        actions.plan(
            by=request.user, **form.cleaned_data, query=query, language=get_language() or "en"
        )
        messages.success(
            request, _("You get a mail with a link each time. The link asks you to sign in.")
        )
        return redirect("certification:exports")
    mine = ExportPlan.objects.visible_to(request.user).running().order_by("pk")
    files = ExportFile.objects.visible_to(request.user).select_related("plan").defer("data")
    context = {"form": form, "plans": mine, "files": files.order_by("-created_at")}
    return render(request, "certification/exports.html", context)


@never_cache
@login_required
@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file that was made, for its owner alone, as long as they may still have it."""
    found = get_object_or_404(
        ExportFile.objects.visible_to(request.user).select_related("plan"), pk=pk
    )
    require_anywhere(request.user, exports.NEEDED[found.plan.what])
    audit.record(by=request.user, verb="export.fetched", target=found)
    made = exports.Made(found.name, bytes(found.data))
    return attachment(made.data, made.name, made.content_type)


@never_cache
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail: one click, without signing in. Once stopped it says so."""
    plan = get_object_or_404(ExportPlan, token=token)
    if request.method == "POST":
        user = request.user if request.user.is_authenticated else None
        actions.stop(by=user, plan=plan)
        return redirect("certification:export-stop", token)
    return render(request, "certification/export_stop.html", {"plan": plan})
