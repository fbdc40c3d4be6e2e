"""Pages of webhooks: where programs are told what happens, and how that went. For administrators."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from formats.addresses import is_private_name
from notifications import webhooks
from notifications.models import Delivery, Webhook
from notifications.models.webhook import Happening
from people.machines.pages import listed, made_once
from people.models import Organisation, User
from people.queries import institutions


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
                gettext("Write an address that begins with https:// and has no password in it.")
            )
        if is_private_name(host):
            raise forms.ValidationError(
                gettext(
                    "This address lies in a private network. Write one that the internet can reach."
                )
            )
        return url


@login_required
@require_GET
def everything(request: HttpRequest) -> HttpResponse:
    """The webhooks of one's branch, the newest first."""
    rows = Webhook.objects.visible_to(request.user).select_related("organisation")
    return listed(request, rows, "webhooks/all.html")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Register an address. The secret is on the answer, once."""

    def make(given: dict[str, Any]) -> dict[str, Any]:
        made, secret = webhooks.register(by=request.user, **given)
        return {"webhook": made, "secret": secret}

    templates = ("webhooks/add.html", "webhooks/secret.html")
    taken = ("url", gettext("This institution has a webhook to that address already."))
    return made_once(request, WebhookForm, make, templates=templates, taken=taken)


@login_required
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One webhook with what was sent to it."""
    found = _fetched(request.user, pk)
    return listed(request, found.deliveries.all(), "webhooks/one.html", webhook=found)


@login_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a webhook at once."""
    found = _fetched(request.user, pk)
    webhooks.end(by=request.user, webhook=found)
    messages.success(request, gettext("The webhook is ended. Nothing more is sent."))
    return redirect("webhooks:one", found.pk)


@login_required
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a delivery once more."""
    rows = Delivery.objects.visible_to(request.user).select_related("webhook__organisation")
    found = get_object_or_404(rows, pk=pk)
    webhooks.again(by=request.user, delivery=found)
    messages.success(request, gettext("It is sent again within a minute."))
    return redirect("webhooks:one", found.webhook_id)


def _fetched(user: User, pk: int) -> Webhook:
    return get_object_or_404(
        Webhook.objects.visible_to(user).select_related("organisation", "made_by__person"), pk=pk
    )
