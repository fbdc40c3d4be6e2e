"""The description of the API as a page to read: made from the same document that programs read."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from config.api import api

Found = dict[str, Any]
SAMPLES = {"integer": 17, "boolean": False, "array": [], "object": {}, "string": "…"}
BY_FORMAT = {"date": "2026-03-07", "date-time": "2026-03-07T09:00:00Z"}


@dataclass(frozen=True)
class Operation:
    """One address with a method."""

    key: str
    method: str
    path: str
    summary: str
    description: str
    scope: str
    parameters: list[Found]
    body: str
    answer: str
    statuses: list[tuple[str, str]]


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Every address with its parameters, examples and answers; needs no script and no other host."""
    return render(request, "api.html", {"about": about(), "groups": groups()})


def about() -> list[tuple[str, bool]]:
    """The words about the whole in pieces, those that are code marked."""
    pieces = " ".join(api.description.split()).split("`")
    return [(text, place % 2 == 1) for place, text in enumerate(pieces)]


@cache
def groups() -> list[tuple[str, list[Operation]]]:
    """The operations by their subject; they do not change while the site runs."""
    schema: Found = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    found: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method, said in methods.items():
            operation = _operation(path, method, said, schema["components"]["schemas"])
            found.setdefault(said["tags"][0], []).append(operation)
    return list(found.items())


def _operation(path: str, method: str, said: Found, known: Found) -> Operation:
    body = said.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    answer = said["responses"]["200"]["content"]["application/json"]["schema"]
    return Operation(
        key=f"{method}{path.replace('/', '-').replace('{', '').replace('}', '')}",
        method=method.upper(),
        path=path,
        summary=said["summary"],
        description=said.get("description", ""),
        scope=said["x-scope"],
        parameters=[_parameter(one) for one in said.get("parameters", [])],
        body=_written(body, known) if body else "",
        answer=_written(answer, known),
        statuses=[
            (status, one["description"]) for status, one in sorted(said["responses"].items())
        ],
    )


def _parameter(one: Found) -> Found:
    return {
        "name": one["name"],
        "where": one["in"],
        "required": one.get("required", False),
        "text": one.get("description") or one["schema"].get("description", ""),
    }


def _written(schema: Found, known: Found) -> str:
    return json.dumps(sample(schema, known), indent=2, ensure_ascii=False)


def sample(schema: Found, known: Found) -> Any:
    """An example of what a schema allows: its own example where it has one."""
    if "$ref" in schema:
        return sample(known[schema["$ref"].rpartition("/")[2]], known)
    for key in ("examples", "anyOf", "allOf"):
        if schema.get(key):
            first = schema[key][0]
            return first if key == "examples" else sample(first, known)
    if "properties" in schema:
        return {name: sample(inner, known) for name, inner in schema["properties"].items()}
    if schema.get("type") == "array":
        return [sample(schema["items"], known)]
    if "default" in schema:
        return schema["default"]
    return BY_FORMAT.get(schema.get("format", ""), SAMPLES.get(schema.get("type", "")))
