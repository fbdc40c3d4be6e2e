"""One form, one effect: a double click, the back button, a retry or a second tab shows what the first post led to.

Every form of training carries a hidden field, `{{ request.once_field }}`; every address of training is wrapped by
`once` (see urls.py). The field names the page and the last form that its reader sent from there: two tabs opened
side by side carry the same one, a page opened after a post carries another. Sender, address, field and answers make
a key that the database keeps unique: the second post waits for the first and is sent on to the same page. The same
form sent with other answers is another post. A post that only shows its page again, with what to mend, leaves no key.
"""

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.safestring import SafeString

from people.statements import answers
from training.models import Submission

FIELD = "once"
LEFT_OUT = frozenset({FIELD, "csrfmiddlewaretoken"})
_TOKEN = re.compile(r"([0-9a-f]{32})\.[0-9]{1,18}")
# The second of two equal posts waits here until the first is over.
CLAIM = """
INSERT INTO training_submission (key, page, user_id, location, sent_at) VALUES (%s, %s, %s, '', %s)
ON CONFLICT (key) DO NOTHING RETURNING 1
"""
SETTLE = "UPDATE training_submission SET location = %s WHERE key = %s RETURNING 1"
RELEASE = "DELETE FROM training_submission WHERE key = %s RETURNING 1"
LED_TO = "SELECT location FROM training_submission WHERE key = %s"
View = Callable[..., HttpResponse]
Handler = Callable[[HttpRequest], HttpResponse]
PLAIN_FORM = "application/x-www-form-urlencoded"


def once(view: View) -> View:
    """The view, but a post that was made before is answered with what it led to."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.once_field = SimpleLazyObject(lambda: field(request))  # type: ignore[attr-defined]
        sent = request.POST.get(FIELD, "") if request.method == "POST" else ""
        found = _TOKEN.fullmatch(sent)
        if not found:
            return view(request, *args, **kwargs)
        key = key_of(request)
        # Sent for the first time, as far as `repeated_posts` has seen; with files it does not look.
        if key != getattr(request, "not_sent_before", "") and (led_on := _same_page(key)):
            return led_on
        with transaction.atomic():
            if not _claimed(key, found[1], request.user.pk):
                return _same_page(key) or view(request, *args, **kwargs)
            response = view(request, *args, **kwargs)
            _settle(key, response)
        return response

    return wrapped


def repeated_posts(get_response: Handler) -> Handler:
    """A post that was made before is answered before anything else is asked about its reader.

    Most repetitions come when the first post is long over: one read answers them. Whose post it is says the session
    alone: where it leads to asks the rest.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or request.content_type != PLAIN_FORM:
            return get_response(request)
        if _TOKEN.fullmatch(request.POST.get(FIELD, "")):
            sender = request.session.get(SESSION_KEY)
            key = _key(request, None if sender is None else int(sender))
            if led_on := _same_page(key):
                return led_on
            request.not_sent_before = key  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def field(request: HttpRequest) -> SafeString:
    """The hidden field for the forms of this page."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, token(request))


def token(request: HttpRequest) -> str:
    """Which page this is, and what its reader sent from it last; a form shown again with mistakes is the same form."""
    sent = request.POST.get(FIELD, "") if request.method == "POST" else ""
    if _TOKEN.fullmatch(sent):
        return sent
    page = hashlib.sha256(request.path.encode()).hexdigest()[:32]
    before = Submission.objects.filter(page=page, user=request.user.pk)
    return f"{page}.{before.aggregate(last=Max('pk'))['last'] or 0}"


def key_of(request: HttpRequest) -> str:
    """Who sends which form where, with which answers and files."""
    return _key(request, request.user.pk)


def _key(request: HttpRequest, sender: int | None) -> str:
    digest = hashlib.sha256(repr((sender, request.path, request.POST[FIELD])).encode())
    answers = [(n, request.POST.getlist(n)) for n in sorted(request.POST) if n not in LEFT_OUT]
    digest.update(repr(answers).encode())
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            digest.update(repr((name, file.name, file.size)).encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return digest.hexdigest()


def _claimed(key: str, page: str, user_id: int | None) -> bool:
    return bool(answers(CLAIM, [key, page, user_id, timezone.now()]))


def _settle(key: str, response: HttpResponse) -> None:
    """Remember where the sender was sent on to; a form that is shown again may be sent again."""
    if isinstance(response, HttpResponseRedirect):
        answers(SETTLE, [response.url[:2000], key])
    else:
        answers(RELEASE, [key])


def _same_page(key: str) -> HttpResponse | None:
    found = answers(LED_TO, [key])
    return HttpResponseRedirect(found[0][0]) if found and found[0][0] else None
