"""The part of JSON Schema (draft 2020-12) that presets/schema.json uses, so that no library is needed."""

import re
from collections.abc import Iterator
from typing import Any

TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "integer": int,
}
KNOWN = {
    *("$ref", "type", "enum", "const", "anyOf", "pattern", "minLength", "minimum", "maximum"),
    *("properties", "required", "additionalProperties", "propertyNames"),
    *("items", "minItems", "uniqueItems", "description"),
}


def errors(
    value: Any, rule: dict[str, Any], schema: dict[str, Any], at: str = "$"
) -> Iterator[str]:
    """Each way in which the value breaks the rule, with the place where it does."""
    unknown = set(rule) - KNOWN
    if unknown:
        raise NotImplementedError(f"{at}: the checker does not know {sorted(unknown)}")
    if "$ref" in rule:
        yield from errors(value, schema["$defs"][rule["$ref"].removeprefix("#/$defs/")], schema, at)
    if "anyOf" in rule and all(any(errors(value, one, schema, at)) for one in rule["anyOf"]):
        yield f"{at}: fits none of the forms allowed"
    if "enum" in rule and value not in rule["enum"]:
        yield f"{at}: {value!r} is none of {rule['enum']}"
    if "const" in rule and value != rule["const"]:
        yield f"{at}: {value!r} is not {rule['const']!r}"
    if "type" in rule and not _has_type(value, rule["type"]):
        yield f"{at}: {value!r} is no {rule['type']}"
        return
    yield from _of_scalar(value, rule, at)
    if isinstance(value, dict):
        yield from _of_object(value, rule, schema, at)
    if isinstance(value, list):
        yield from _of_array(value, rule, schema, at)


def _has_type(value: Any, types: str | list[str]) -> bool:
    wanted = [types] if isinstance(types, str) else types
    if isinstance(value, bool):
        return "boolean" in wanted
    return any(isinstance(value, TYPES[name]) for name in wanted)


def _of_scalar(value: Any, rule: dict[str, Any], at: str) -> Iterator[str]:
    if isinstance(value, str):
        if "pattern" in rule and not re.search(rule["pattern"], value):
            yield f"{at}: {value!r} does not match {rule['pattern']}"
        if len(value.strip()) < rule.get("minLength", 0):
            yield f"{at}: empty"
    if isinstance(value, int) and not isinstance(value, bool):
        if value < rule.get("minimum", value):
            yield f"{at}: {value} is less than {rule['minimum']}"
        if value > rule.get("maximum", value):
            yield f"{at}: {value} is more than {rule['maximum']}"


def _of_object(
    value: dict[str, Any], rule: dict[str, Any], schema: dict[str, Any], at: str
) -> Iterator[str]:
    for name in rule.get("required", []):
        if name not in value:
            yield f"{at}: {name} is missing"
    properties = rule.get("properties", {})
    others = rule.get("additionalProperties", True)
    for name, inner in value.items():
        if "propertyNames" in rule:
            yield from errors(name, rule["propertyNames"], schema, f"{at}.{name}")
        if name in properties:
            yield from errors(inner, properties[name], schema, f"{at}.{name}")
        elif others is False:
            yield f"{at}: {name} is not expected"
        elif isinstance(others, dict):
            yield from errors(inner, others, schema, f"{at}.{name}")


def _of_array(
    value: list[Any], rule: dict[str, Any], schema: dict[str, Any], at: str
) -> Iterator[str]:
    if len(value) < rule.get("minItems", 0):
        yield f"{at}: fewer than {rule['minItems']}"
    if rule.get("uniqueItems") and any(one in value[:i] for i, one in enumerate(value)):
        yield f"{at}: the same twice"
    if "items" in rule:
        for i, inner in enumerate(value):
            yield from errors(inner, rule["items"], schema, f"{at}[{i}]")
