"""The own API, operation by operation, made of its OpenAPI document: fields, answers, an example."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from house.reference.marks import NOTE, code, table

DOCUMENT = Path(__file__).resolve().parents[2] / "tests" / "doors" / "api" / "openapi.json"
_DEEP = 4
_SAMPLES = {"string": "…", "integer": 1, "number": 1.5, "boolean": True, "null": None}
_FORMS = {"date-time": "2026-01-31T08:00:00+08:00", "date": "2026-01-31", "uuid": "…"}


def page() -> str:
    """Every operation in the order of the addresses, then every shape."""
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    shapes = document["components"]["schemas"]
    found = [
        (method.upper(), path, one)
        for path, operations in sorted(document["paths"].items())
        for method, one in operations.items()
    ]
    told = (
        f"# The own API, operation by operation\n\n{NOTE}\n\n{len(found)} operations. "
        "How to use it – keys, pages, `If-Match`, errors – stands in [the own API](../how-to/api.md); the document "
        "itself is at `/api/v1/openapi.json`. Every error is a "
        "[Problem](#problem) (`application/problem+json`, RFC 9457); what each status means stands there, too.\n"
    )
    for method, path, one in found:
        told += _operation(method, path, one, shapes)
    told += "\n## Shapes\n"
    for name, shape in sorted(shapes.items()):
        told += f"\n### {name}\n\n{_sentence(shape.get('description', ''))}"
        rows = list(_fields(shape))
        told += table(("field", "form", "meaning"), rows) if rows else f"`{_form(shape)}`\n"
    return told


def _operation(method: str, path: str, one: Mapping[str, Any], shapes: Mapping[str, Any]) -> str:
    told = f"\n## {method} {path}\n\n{_sentence(one.get('description') or one.get('summary', ''))}"
    given = [
        (code(p["name"]), p["in"] + (", needed" if p.get("required") else ""),
         code(_form(p["schema"])), p.get("description") or p["schema"].get("description", ""))
        for p in one.get("parameters", ())
    ]  # fmt: skip
    if given:
        told += table(("parameter", "where", "form", "meaning"), given) + "\n"
    body = _schema(one.get("requestBody", {}))
    if body:
        told += f"Body: {_named(body)}.\n\n"
    rows = []
    for status, answer in sorted(one["responses"].items()):
        shape = _schema(answer)
        if int(status) < 400:
            rows.append((status, _named(shape) if shape else "", answer.get("description", "")))
    told += table(("status", "answer", "meaning"), rows)
    told += f"\n```http\n{_example(method, path, one, body, shapes)}\n```\n"
    return told


def _example(
    method: str, path: str, one: Mapping[str, Any], body: Any, shapes: Mapping[str, Any]
) -> str:
    lines = [f"{method} {path.replace('{', '').replace('}', '')} HTTP/1.1"]
    lines.append("Authorization: Bearer cw_…")
    lines += (
        f"{p['name']}: {_sample(p['schema'], shapes, 0)}"
        for p in one.get("parameters", ())
        if p["in"] == "header" and p.get("required")
    )
    if not body:
        return "\n".join(lines)
    shown = json.dumps(_sample(body, shapes, 0), ensure_ascii=False, indent=1)
    return "\n".join([*lines, "Content-Type: application/json", "", shown])


def _sample(shape: Any, shapes: Mapping[str, Any], deep: int) -> Any:
    """A value of this shape: what is needed of an object, one member of a list."""
    if "$ref" in shape:
        return _sample(shapes[shape["$ref"].rpartition("/")[2]], shapes, deep)
    for known in ("example", "default", "const"):
        if shape.get(known) is not None:
            return shape[known]
    if shape.get("enum"):
        return shape["enum"][0]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in shape:
            return _sample(shape[several][0], shapes, deep)
    if shape.get("type") == "object" or "properties" in shape:
        needed = shape.get("required") or list(shape.get("properties", {}))[:1]
        return {
            name: _sample(shape["properties"][name], shapes, deep + 1)
            for name in needed
            if deep < _DEEP and name in shape.get("properties", {})
        }
    if shape.get("type") == "array":
        return [_sample(shape.get("items", {}), shapes, deep + 1)] if deep < _DEEP else []
    return _FORMS.get(shape.get("format", ""), _SAMPLES.get(str(shape.get("type")), "…"))


def _schema(part: Mapping[str, Any]) -> Any:
    for told in part.get("content", {}).values():
        return told.get("schema")
    return None


def _fields(shape: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    needed = set(shape.get("required", ()))
    for name, one in shape.get("properties", {}).items():
        form = _named(one) + (", needed" if name in needed else "")
        bounds = [
            f"{word} {one[key]}"
            for key, word in (
                ("minimum", "from"),
                ("maximum", "to"),
                ("maxLength", "at most, characters:"),
                ("maxItems", "at most:"),
            )
            if key in one
        ]
        default = f"default `{one['default']}`" if one.get("default") not in (None, "", []) else ""
        yield (
            code(name),
            form,
            "; ".join(filter(None, [one.get("description", ""), *bounds, default])),
        )


def _named(shape: Mapping[str, Any]) -> str:
    """The form of a value; a shape of its own is a link to it."""
    if "$ref" in shape:
        name = shape["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if shape.get("type") == "array":
        return f"list of {_named(shape.get('items', {}))}"
    for several in ("anyOf", "oneOf", "allOf"):
        if several in shape:
            return " or ".join(_named(one) for one in shape[several])
    return code(_form(shape))


def _form(shape: Mapping[str, Any]) -> str:
    if "$ref" in shape:
        return str(shape["$ref"].rpartition("/")[2])
    if shape.get("enum"):
        return " / ".join(map(str, shape["enum"]))
    if "const" in shape:
        return str(shape["const"])
    for several in ("anyOf", "oneOf", "allOf"):
        if several in shape:
            return " or ".join(_form(one) for one in shape[several])
    if shape.get("type") == "array":
        return f"list of {_form(shape.get('items', {}))}"
    return str(shape.get("format") or shape.get("type") or "anything")


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return f"{text}\n\n" if text else ""
