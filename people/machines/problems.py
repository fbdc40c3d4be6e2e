"""What went wrong, as RFC 9457 has it (application/problem+json), in the reader's language."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: gettext_lazy("This request cannot be read"),
    401: gettext_lazy("The token is missing or does not work"),
    403: gettext_lazy("The token does not allow this"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("This address does not know that method"),
    409: gettext_lazy("This cannot be done now"),
    413: gettext_lazy("The request is too large"),
    422: gettext_lazy("Something in the request is not right"),
    429: gettext_lazy("Too many requests"),
    500: gettext_lazy("Something went wrong on our side"),
}
DETAILS = {
    400: gettext_lazy("Send JSON in UTF-8, without names that occur twice."),
    401: gettext_lazy(
        "Send «Authorization: Bearer» with a token that has neither ended nor expired."
    ),
    403: gettext_lazy("An administrator of the institution can make a token that does."),
    404: gettext_lazy("There is nothing at this address that the token may see."),
    405: gettext_lazy("The description of the API says which methods there are."),
    409: gettext_lazy("Something else stands against it."),
    413: gettext_lazy("Send it in several parts."),
    422: gettext_lazy("The list of errors says where."),
    429: gettext_lazy("Wait a moment and send it again."),
    500: gettext_lazy("It has been written down. Try again later."),
}
# An example of each in the description; in English, as the rest of it.
EXAMPLES = {
    401: ("unauthorised", "Send «Authorization: Bearer» with a token that has neither ended nor expired."),
    403: ("forbidden", "An administrator of the institution can make a token that does."),
    404: ("not_found", "There is nothing at this address that the token may see."),
    409: ("closed", "Enrolment in this edition is closed."),
    422: ("invalid", "The list of errors says where."),
    429: ("too_many", "Wait 12 seconds and send it again."),
}  # fmt: skip
CODES = {
    400: "unreadable", 401: "unauthorised", 403: "forbidden", 404: "not_found", 405: "method", 409: "refused",
    413: "too_large", 422: "invalid", 429: "too_many", 500: "error",
}  # fmt: skip


class Wrong(Schema):
    """One thing in the request that is not right, and where."""

    pointer: str = Field(examples=["/body/people/0/id"])
    code: str = Field(examples=["missing"])
    detail: str = Field(examples=["This is needed."])


class ProblemOut(Schema):
    """What went wrong: `code` is for programs and stays the same, `title` and `detail` are for people."""

    type: str = Field("about:blank", examples=["about:blank"])
    status: int
    code: str
    title: str
    detail: str
    errors: list[Wrong] = []


class Problem(Exception):
    """Ends a request with this status; `code` for programs, `detail` for people."""

    def __init__(
        self,
        status: int,
        code: str = "",
        detail: str = "",
        *,
        errors: list[dict[str, str]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(code or CODES[status])
        self.status, self.code = status, code or CODES[status]
        self.detail, self.errors, self.headers = detail, errors or [], headers or {}

    def body(self) -> dict[str, Any]:
        """As it is sent."""
        return {
            "type": "about:blank",
            "status": self.status,
            "code": self.code,
            "title": str(TITLES[self.status]),
            "detail": self.detail or str(DETAILS[self.status]),
            "errors": self.errors,
        }


def answered(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The problem as an answer."""
    answer = JsonResponse(problem.body(), status=problem.status, content_type=MEDIA_TYPE)
    answer.headers["Content-Language"] = get_language() or "en"
    for name, value in problem.headers.items():
        answer.headers[name] = value
    return answer


def slow_down(seconds: int) -> Problem:
    """Too many requests of one token in a minute."""
    text = ngettext(
        "Wait %(count)s second and send it again.",
        "Wait %(count)s seconds and send it again.",
        seconds,
    )
    return Problem(429, detail=text % {"count": seconds}, headers={"Retry-After": str(seconds)})


def documented(*statuses: int) -> dict[Any, Any]:
    """The problems of every address, and those that this one has besides."""
    return dict.fromkeys(sorted({401, 403, 422, 429, *statuses}), ProblemOut)


def wrong(error: dict[str, Any]) -> dict[str, str]:
    """One finding of the validation, with a sentence of ours."""
    place = [part for part in error["loc"] if part not in ("payload", "query_", "asked")]
    pointer = "".join(f"/{part}" for part in place)[:200]
    return {
        "pointer": pointer.encode("utf-8", "replace").decode(),
        "code": str(error["type"]),
        "detail": _sentence(str(error["type"]), error.get("ctx") or {}),
    }


def _sentence(kind: str, given: dict[str, Any]) -> str:
    most = given.get("max_length") or given.get("le")
    if kind == "missing":
        return _("This is needed.")
    if kind == "extra_forbidden":
        return _("Nothing of this name is known here.")
    if kind in ("string_too_long", "too_long", "less_than_equal") and most is not None:
        return _("At most %(most)s.") % {"most": most}
    least = given.get("min_length") or given.get("ge")
    if kind in ("string_too_short", "too_short", "greater_than_equal") and least is not None:
        return _("At least %(least)s.") % {"least": least}
    if kind.startswith("int_"):
        return _("Write a whole number.")
    if kind.startswith("date"):
        return _("Write a day as YYYY-MM-DD.")
    if kind == "exactly_one":
        return _("Name exactly one of them.")
    if kind in ("enum", "literal_error"):
        return _("Choose one of: %(choices)s.") % {"choices": given.get("expected", "")}
    return _("This value is not right.")
