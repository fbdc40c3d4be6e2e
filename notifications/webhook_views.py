"""Pages of webhooks: where programs are told what happens, and how that went. For administrators."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from notifications import webhooks
from notifications.models import Delivery, Webhook
from notifications.models.webhook import Happening
from notifications.posting import is_public
from people.access import grants_of
from people.models import Organisation, User
from people.permissions import Permission as P
from people.queries import institutions

PER_PAGE = 50


class WebhookForm(forms.Form):
    """For which institution, to which address, of what."""

    organisation = forms.ModelChoiceField(
        label=_("Institution"),
        help_text=_("The program hears of this institution and those below it."),
        queryset=Organisation.objects.none(),
        empty_label=_("Choose"),
    )
    url = forms.URLField(
        label=_("Address of the program"),
        help_text=_("It begins with https:// and can be reached from the internet."),
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput({"dir": "ltr"}),
    )
    kinds = forms.MultipleChoiceField(
        label=_("What it hears of"),
        choices=Happening.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )

    def __init__(self, *args: Any, allowed: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = institutions(allowed)  # type: ignore[attr-defined]

    def clean_url(self) -> str:
        url = self.cleaned_data["url"]
        parts = urlsplit(url)
        host = parts.hostname or ""
        if f"{host}:{parts.port or 443}" in settings.WEBHOOK_PRIVATE_HOSTS:
            return url
        if parts.scheme != "https" or parts.username or parts.password:
            raise forms.ValidationError(
                _now("Write an address that begins with https:// and has no password in it.")
            )
        if _is_private(host):
            raise forms.ValidationError(
                _now(
                    "This address lies in a private network. Write one that the internet can reach."
                )
            )
        return url


def _is_private(host: str) -> bool:
    """Names are looked up when something is sent; numbers and our own name can be refused at once."""
    try:
        return not is_public(str(ip_address(host)))
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))


@login_required
@require_GET
def everything(request: HttpRequest) -> HttpResponse:
    """The webhooks of one's branch, the newest first."""
    _require_somewhere(request.user)
    rows = Webhook.objects.visible_to(request.user).select_related("organisation")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "webhooks/all.html", {"page": page})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Register an address. The secret is on the answer, once."""
    _require_somewhere(request.user)
    allowed = Organisation.objects.visible_to(request.user, P.MANAGE_MACHINES)
    sent = request.method == "POST"
    form = WebhookForm(request.POST if sent else None, allowed=allowed)
    if sent and form.is_valid():
        try:
            with transaction.atomic():
                made, secret = webhooks.register(by=request.user, **form.cleaned_data)
        except IntegrityError:
            form.add_error("url", _now("This institution has a webhook to that address already."))
        else:
            return render(request, "webhooks/secret.html", {"webhook": made, "secret": secret})
    return render(request, "webhooks/add.html", {"form": form})


@login_required
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One webhook with what was sent to it."""
    found = _fetched(request.user, pk)
    page = Paginator(found.deliveries.all(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "webhooks/one.html", {"webhook": found, "page": page})


@login_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a webhook at once."""
    found = _fetched(request.user, pk)
    webhooks.end(by=request.user, webhook=found)
    messages.success(request, _now("The webhook is ended. Nothing more is sent."))
    return redirect("webhooks:one", found.pk)


@login_required
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a delivery once more."""
    rows = Delivery.objects.visible_to(request.user).select_related("webhook__organisation")
    found = get_object_or_404(rows, pk=pk)
    webhooks.again(by=request.user, delivery=found)
    messages.success(request, _now("It is sent again within a minute."))
    return redirect("webhooks:one", found.webhook_id)


def _require_somewhere(user: User) -> None:
    if not grants_of(user).anywhere(P.MANAGE_MACHINES):
        raise PermissionDenied("no machines to look after")


def _fetched(user: User, pk: int) -> Webhook:
    return get_object_or_404(
        Webhook.objects.visible_to(user).select_related("organisation", "made_by__person"), pk=pk
    )
