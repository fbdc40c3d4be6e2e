"""Sign-in of institutions: which provider says who their people are, and what follows from it. For administrators."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people.access import grants_of
from people.actions import providers as actions
from people.forms.providers import ChangeForm, ConnectForm, RuleForm
from people.models import Organisation, SignInProvider, SignInRule, User
from people.permissions import Permission as P
from people.sso import protocol
from people.sso.reasons import Fault

PER_PAGE = 50
MOST_WORDS, LONGEST_WORD = 50, 100


@login_required
@require_GET
def everything(request: HttpRequest) -> HttpResponse:
    """The providers of one's branch."""
    _require_somewhere(request.user)
    rows = SignInProvider.objects.visible_to(request.user).select_related("organisation")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "sso/all.html", {"page": page})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Connect an institution."""
    _require_somewhere(request.user)
    allowed = Organisation.objects.visible_to(request.user, P.MANAGE_ROLES)
    sent = request.method == "POST"
    form = ConnectForm(request.POST if sent else None, allowed=allowed)
    if sent and form.is_valid():
        try:
            with transaction.atomic():
                made = actions.connect(by=request.user, **form.cleaned_data)
        except IntegrityError:  # the same form, sent twice at once
            form.add_error(None, _("The institution or a domain was connected a moment ago."))
        else:
            messages.success(request, _("The sign-in is connected. Add a rule now."))
            return redirect("people:provider", made.pk)
    return render(request, "sso/add.html", {"form": form})


@login_required
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One provider: what it is told, what follows from it."""
    return _page(request, _fetched(request.user, pk))


@login_required
@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the provider what it says of itself, and show it."""
    provider = _fetched(request.user, pk)
    try:
        config = protocol.discovered(provider.issuer)
        keys = protocol.keys_of(config).get("keys")
    except Fault as fault:
        return _page(request, provider, fault=fault.why.label)
    found = {
        "config": config,
        "keys": len(keys) if isinstance(keys, list) else 0,
        "has_pkce": "S256" in _listed(config, "code_challenge_methods_supported"),
        "claims": _listed(config, "claims_supported"),
    }
    return _page(request, provider, found=found)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Other domains, another secret, another word about the second step."""
    provider = _working(request.user, pk)
    sent = request.method == "POST"
    initial = {
        "domains": " ".join(str(domain) for domain in provider.domains.all()),
        "asks_second_factor": provider.asks_second_factor,
        "factor_classes": " ".join(provider.factor_classes),
    }
    form = ChangeForm(request.POST if sent else None, provider=provider, initial=initial)
    if sent and form.is_valid():
        try:
            with transaction.atomic():
                actions.change(by=request.user, provider=provider, **form.cleaned_data)
        except IntegrityError:
            form.add_error(None, _("The institution or a domain was connected a moment ago."))
        else:
            messages.success(request, _("The change is saved."))
            return redirect("people:provider", provider.pk)
    return render(request, "sso/edit.html", {"form": form, "provider": provider})


@login_required
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a provider, after a question that says what ends with it."""
    provider = _working(request.user, pk)
    error = ""
    if request.method == "POST":
        try:
            actions.end(by=request.user, provider=provider)
        except ValidationError as refused:
            error = refused.messages[0]
        else:
            messages.success(request, _("The sign-in is removed. What it gave has ended."))
            return redirect("people:providers")
    given = provider.memberships.filter(until=None).count()
    return render(request, "sso/end.html", {"provider": provider, "given": given, "error": error})


@login_required
@require_http_methods(["GET", "POST"])
def rule_add(request: HttpRequest, pk: int) -> HttpResponse:
    """One more rule."""
    provider = _working(request.user, pk)
    branch = Organisation.objects.visible_to(request.user, P.MANAGE_ROLES)
    sent = request.method == "POST"
    form = RuleForm(
        request.POST if sent else None,
        allowed=branch.filter(path__startswith=provider.organisation.path),
        initial={"organisation": provider.organisation_id},
    )
    if sent and form.is_valid():
        try:
            actions.add_rule(by=request.user, provider=provider, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The rule counts from the next sign-in."))
            return redirect("people:provider", provider.pk)
    return render(request, "sso/rule_add.html", {"form": form, "provider": provider})


@login_required
@require_POST
def rule_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a rule; who had a role by it alone has it no more."""
    rows = SignInRule.objects.visible_to(request.user)
    rule = get_object_or_404(rows.select_related("provider", "organisation"), pk=pk)
    try:
        actions.remove_rule(by=request.user, rule=rule)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, _("The rule is removed. What it alone gave has ended."))
    return redirect("people:provider", rule.provider_id)


def _page(request: HttpRequest, provider: SignInProvider, **more: Any) -> HttpResponse:
    context = {
        "provider": provider,
        "rules": provider.rules.select_related("organisation"),
        "domains": " ".join(str(domain) for domain in provider.domains.all()),
        "people": provider.identities.count(),
        "callback": protocol.callback_address(request, provider.pk),
        **more,
    }
    return render(request, "sso/one.html", context)


def _listed(config: dict[str, Any], name: str) -> list[str]:
    """What another computer lists, as far as it is a list of words."""
    told = config.get(name)
    words = [word for word in told if isinstance(word, str)] if isinstance(told, list) else []
    return [word[:LONGEST_WORD] for word in words[:MOST_WORDS]]


def _require_somewhere(user: User) -> None:
    if not grants_of(user).anywhere(P.MANAGE_ROLES):
        raise PermissionDenied("no roles to manage")


def _fetched(user: User, pk: int) -> SignInProvider:
    rows = SignInProvider.objects.visible_to(user).select_related("organisation", "made_by__person")
    return get_object_or_404(rows, pk=pk)


def _working(user: User, pk: int) -> SignInProvider:
    rows = SignInProvider.objects.visible_to(user).filter(ended_at=None)
    return get_object_or_404(rows.select_related("organisation"), pk=pk)
