"""The demo's mailbox. On a real site these addresses do not exist."""

from collections.abc import Callable
from functools import wraps

from csp.decorators import csp
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications import mailbox

View = Callable[..., HttpResponse]


def demo_only(view: View) -> View:
    """404 unless this is the demo with a mail folder."""

    @wraps(view)
    def inner(request: HttpRequest, **kwargs: str) -> HttpResponse:
        if not (settings.DEMO and settings.MAIL_FOLDER):
            raise Http404
        return view(request, **kwargs)

    return never_cache(require_safe(inner))


@demo_only
def mail_list(request: HttpRequest) -> HttpResponse:
    """All mails, newest first; ?to= keeps those of one address."""
    to = request.GET.get("to", "").strip()
    return render(request, "notifications/mailbox.html", {"mails": mailbox.mails(to), "to": to})


@demo_only
def mail_text(request: HttpRequest, name: str) -> HttpResponse:
    """One mail as text, with its addresses as links."""
    mail = mailbox.mail(name)
    if mail is None:
        raise Http404
    return render(request, "notifications/mail.html", {"mail": mail})


@demo_only
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """One mail as its HTML looks, on a page where no script can run."""
    mail = mailbox.mail(name)
    if mail is None or not mail.html:
        raise Http404
    policy = {"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "sandbox": True}
    return csp(policy)(lambda request: HttpResponse(mail.html))(request)
