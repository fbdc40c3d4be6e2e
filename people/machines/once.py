"""A write has one effect, however often it is sent: its key, its words and its answer are kept for a day."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Header

from people.machines.auth import machine_of
from people.machines.problems import MEDIA_TYPE, Problem
from people.models import ApiAnswer

View = Callable[..., Any]
# The second of two equal requests waits here until the first is over.
CLAIM = """
INSERT INTO people_apianswer (token_id, key, request_hash, made_at) VALUES (%s, %s, %s, %s)
ON CONFLICT (token_id, key) DO NOTHING
"""
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        description="A name of yours for this write, such as a UUID. Sent again with the same words, the answer "
        "is the same and nothing is done twice; with other words it is refused (422).",
        examples=["0b7c3f9e-6f4e-4a57-9d39-3f0c2f0d7a11"],
        min_length=8,
        max_length=80,
        pattern=r"^[A-Za-z0-9_.:-]+$",
    ),
]


def once(refusals: tuple[type[Exception], ...] = ()) -> Callable[[View], View]:
    """The operation, done once for each key. It takes `idempotency_key: Key` and answers with plain data or refuses.

    `refusals` are the sentences of the domain (with `code`, `message`, `next_step`): they become 409.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            token, key = machine_of(request).token, kwargs["idempotency_key"]
            digest = _digest(request)
            with transaction.atomic():
                if not _claimed(token.pk, key, digest):
                    return _repeated(token.pk, key, digest)
                status, body = _done(view, refusals, request, *args, **kwargs)
                kept = ApiAnswer.objects.filter(token=token, key=key)
                kept.update(status=status, body=body)
            return _sent(status, body)

        return wrapped

    return decorate


def _done(
    view: View,
    refusals: tuple[type[Exception], ...],
    request: HttpRequest,
    *args: Any,
    **kwargs: Any,
) -> tuple[int, Any]:
    """Status and body; what was refused has written nothing."""
    try:
        with transaction.atomic():
            return view(request, *args, **kwargs)
    except Problem as problem:
        return problem.status, problem.body()
    except refusals as refused:
        said = (getattr(refused, name, "") for name in ("message", "next_step"))
        detail = " ".join(str(words) for words in said if words)
        return 409, Problem(409, getattr(refused, "code", "refused"), detail).body()


def _digest(request: HttpRequest) -> str:
    said = f"{request.method} {request.get_full_path()}\n".encode("utf-8", "surrogatepass")
    return hashlib.sha256(said + request.body).hexdigest()


def _claimed(token: int, key: str, digest: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [token, key, digest, timezone.now()])
        return cursor.rowcount == 1


def _repeated(token: int, key: str, digest: str) -> HttpResponse:
    kept = ApiAnswer.objects.get(token=token, key=key)
    if kept.request_hash != digest:
        raise Problem(
            422, "key_reused", _("This key was used for another request. Take a new one.")
        )
    answer = _sent(kept.status or 200, kept.body)
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def _sent(status: int, body: Any) -> HttpResponse:
    kind = "application/json" if status < 400 else MEDIA_TYPE
    answer = JsonResponse(body, status=status, safe=False, content_type=kind)
    answer.headers["Content-Language"] = get_language() or "en"
    return answer
