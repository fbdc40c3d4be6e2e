"""The API put together: its rooms' routers, errors as problems, a reader that refuses what is no plain JSON."""

import json
import logging
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as Refusal
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import get_language
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from certification.api import router as certification
from people.api import router as people
from people.machines.problems import EXAMPLES, MEDIA_TYPE, TITLES, Problem, answered, wrong
from training.api import router as training

log = logging.getLogger(__name__)
DEEPEST = 20
VERSION = "1"
ABOUT = """\
What an institution's own programs may read and write. Sign in with a token that an administrator of the institution
makes under «Machines»: `Authorization: Bearer tutela_…`. A token sees its institution and those below it; whatever
belongs to others is not there (404). `Accept-Language` (en, ro, uk, bg, ar) chooses the language of sentences.
Lists come in pages: send `next` back as `cursor`. Writes need an `Idempotency-Key`. Reads answer with an `ETag`:
send it back as `If-None-Match`, and what has not changed is answered with 304.
"""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _depth(value: Any) -> int:
    """How deep it goes, without recursion of our own beyond what the reader allowed."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max((_depth(one) for one in inner), default=0)


class PlainJson(Parser):
    """JSON as the standard has it: no NaN, no name twice, not a thousand levels deep."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as plain data; anything wrong with it is a ValueError, which becomes 400."""
        text = request.body.decode("utf-8")
        try:
            found = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
            too_deep = _depth(found) > DEEPEST
        except RecursionError:
            too_deep = True
        if too_deep:
            raise ValueError("too deep")
        return found


class Api(NinjaAPI):
    """Its description says that errors are problems, with an example of each."""

    def get_openapi_schema(self, **more: Any) -> OpenAPISchema:
        """As ninja writes it; problems get their own media type, and reads their 304."""
        # In English for everybody: the names in it are English too.
        with translation.override("en"):
            schema = super().get_openapi_schema(**more)
            for methods in schema["paths"].values():
                for method, operation in methods.items():
                    _tidy(method, operation)
        return schema


def _tidy(method: str, operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    for status, answer in list(answers.items()):
        if int(status) >= 400:
            code, detail = EXAMPLES.get(int(status), ("", ""))
            content = answer["content"].pop("application/json")
            said = {"type": "about:blank", "status": int(status), "code": code, "detail": detail}
            content["example"] = {**said, "title": str(TITLES[int(status)]), "errors": []}
            answer["content"][MEDIA_TYPE] = content
            answer["description"] = str(TITLES[int(status)])
    if method == "get":
        answers["304"] = {"description": "Not changed since the answer with that ETag"}
    else:
        for status in (400, 413):
            problem = {**answers[422]["content"][MEDIA_TYPE]} if 422 in answers else {}
            problem.pop("example", None)
            answers[status] = {
                "description": str(TITLES[status]), "content": {MEDIA_TYPE: problem}
            }  # fmt: skip


api = Api(
    title="Tutela",
    version=VERSION,
    description=ABOUT,
    urls_namespace="api",
    docs_url=None,
    parser=PlainJson(),
)
for part in (people, training, certification):
    api.add_router("", part)


def _answers(kind: type[Exception]) -> Any:
    """Registers a function that makes a Problem of that exception."""

    def register(make: Any) -> Any:
        def handler(request: HttpRequest, error: Any) -> HttpResponse:
            return answered(request, make(error))

        api.add_exception_handler(kind, handler)
        return make

    return register


@_answers(Problem)
def _as_it_is(error: Problem) -> Problem:
    return error


@_answers(AuthenticationError)
def _unauthorised(error: AuthenticationError) -> Problem:
    return Problem(401, headers={"WWW-Authenticate": 'Bearer realm="api"'})


@_answers(ValidationError)
def _invalid(error: ValidationError) -> Problem:
    return Problem(422, errors=[wrong(one) for one in error.errors[:50]])


@_answers(HttpError)
def _unreadable(error: HttpError) -> Problem:
    return Problem(error.status_code if error.status_code in TITLES else 400)


@_answers(RequestDataTooBig)
def _too_large(error: RequestDataTooBig) -> Problem:
    return Problem(413)


@_answers(Http404)
def _not_there(error: Http404) -> Problem:
    return Problem(404)


@_answers(PermissionDenied)
def _not_allowed(error: PermissionDenied) -> Problem:
    return Problem(403)


@_answers(Refusal)
def _refused(error: Refusal) -> Problem:
    return Problem(409, "refused", " ".join(error.messages))


@_answers(Exception)
def _broken(error: Exception) -> Problem:
    log.error("the API failed", exc_info=error)
    return Problem(500)


def nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    """An address that the API does not have."""
    return answered(request, Problem(404))


def wrong_method(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """The library says 405 in plain text: the same as a problem, with the methods that there are."""
    allowed = {"Allow": answer.headers.get("Allow", ""), "Content-Language": get_language() or "en"}
    return answered(request, Problem(405, headers=allowed))
