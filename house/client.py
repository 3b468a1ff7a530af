"""The Python client, made from the API's own document: `./dev client` (--check: only compare).

What is generated is `clients/python/commonward_client/{shapes,operations}.py`; the rest of that
folder is written by hand and knows no operation. Standard library alone.
"""

import json
import keyword
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "tests" / "doors" / "api" / "openapi.json"
FOLDER = ROOT / "clients" / "python" / "commonward_client"
NOTE = "Made by `./dev client` from the OpenAPI document; not written by hand."
_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def made(document: Mapping[str, Any]) -> dict[str, str]:
    """The generated files by name; equal documents give equal files."""
    return {"shapes.py": _shapes(document), "operations.py": _operations(document)}


def write(check: bool = False) -> list[str]:
    """Write them, or say which are not as the document makes them."""
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    different = []
    for name, text in made(document).items():
        path = FOLDER / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            different.append(name)
            if not check:
                path.write_text(text, encoding="utf-8")
    return different


def _shapes(document: Mapping[str, Any]) -> str:
    lines = [f'"""What goes in and comes out. {NOTE}"""', "", "from typing import Any, TypedDict"]
    for name, shape in sorted(document["components"]["schemas"].items()):
        lines += ["", ""]
        if "properties" not in shape:
            lines.append(f"{name} = {_type(shape)}")
            continue
        needed = set(shape.get("required", ()))
        fields = {n: _type(one) for n, one in shape["properties"].items()}
        sure = {n: t for n, t in fields.items() if n in needed}
        perhaps = {n: t for n, t in fields.items() if n not in needed}
        about = _about(shape.get("description") or name)
        plain = all(n.isidentifier() and not keyword.iskeyword(n) for n in fields)
        if not plain:
            lines.append(f"{name} = TypedDict({name!r}, {{")
            lines += [f"    {n!r}: {t!r}," for n, t in fields.items()]
            lines.append("}, total=False)")
        elif sure and perhaps:
            lines += [f"class _{name}(TypedDict):", *_fields(sure), "", ""]
            lines += [f"class {name}(_{name}, total=False):", about, "", *_fields(perhaps)]
        else:
            total = "" if sure or not fields else ", total=False"
            lines += [f"class {name}(TypedDict{total}):", about]
            lines += ["", *_fields(fields)] if fields else []
    return "\n".join(lines) + "\n"


def _fields(fields: Mapping[str, str]) -> list[str]:
    return [f'    {name}: "{kind}"' for name, kind in fields.items()]


def _operations(document: Mapping[str, Any]) -> str:
    lines = [
        f'"""Every operation as a method. {NOTE}"""', "", "from typing import Any, cast", "",
        "from commonward_client import shapes", "from commonward_client.calling import Caller",
        "", "", "class Operations(Caller):", '    """The operations of the API, by their own names."""',
    ]  # fmt: skip
    for path, operations in sorted(document["paths"].items()):
        for method, operation in sorted(operations.items()):
            lines += ["", *_method(path, method, operation)]
    text = "\n".join(lines) + "\n"
    return text.replace("import Caller\n", "import Caller, Upload\n") if "Upload]" in text else text


def _method(path: str, method: str, operation: Mapping[str, Any]) -> Iterator[str]:
    """One operation: what must be given first, then the rest by name."""
    body, kind = _body(operation)
    places: dict[str, list[tuple[str, str]]] = {"path": [], "query": [], "header": []}
    must: list[str] = []
    may: list[str] = []
    for one in operation.get("parameters", ()):
        name = _name(one["name"])
        places[one["in"]].append((one["name"], name))
        typed = _type(one["schema"], "shapes.")
        (must if one["in"] == "path" else may).append(
            f"{name}: {typed}" if one["in"] == "path" else f"{name}: {_perhaps(typed)} = None"
        )
    if body:
        must.append(f"body: {body}")
    answer = _answer(operation)
    arguments = ", ".join(["self", *must, *(["*", *may] if may else [])])
    yield f"    def {operation['operationId']}({arguments}) -> {answer}:"
    yield _about(operation.get("description") or operation.get("summary") or "", "        ")
    values = ", ".join(f'"{given}": {name}' for given, name in places["path"])
    address = f'self.path("{path}", {{{values}}})' if values else f'"{path}"'
    parts = [f'"{method.upper()}"', address]
    for word, where in (("query", "query"), ("headers", "header")):
        if places[where]:
            inside = ", ".join(f'"{given}": {name}' for given, name in places[where])
            parts.append(f"{word}={{{inside}}}")
    if body:
        parts.append(f"{kind}=body")
    if answer == "bytes":
        parts.append("raw=True")
    call = f"self.call({', '.join(parts)})"
    yield f"        {call}" if answer == "None" else f"        return cast({answer!r}, {call})"


def _body(operation: Mapping[str, Any]) -> tuple[str, str]:
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        return _type(content["application/json"]["schema"], "shapes."), "body"
    return ("dict[str, str | Upload]", "form") if content else ("", "")


def _answer(operation: Mapping[str, Any]) -> str:
    for status, answer in sorted(operation["responses"].items()):
        if status.startswith("2"):
            content = answer.get("content", {})
            if "application/json" in content:
                return _type(content["application/json"]["schema"], "shapes.")
            return "bytes" if content else "Any"
    return "Any"


def _type(schema: Mapping[str, Any], before: str = "") -> str:
    if "$ref" in schema:
        return before + str(schema["$ref"]).rsplit("/", 1)[1]
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " | ".join(dict.fromkeys(_type(one, before) for one in schema[several]))
    if "allOf" in schema and len(schema["allOf"]) == 1:
        return _type(schema["allOf"][0], before)
    kind = schema.get("type")
    if kind == "array":
        return f"list[{_type(schema.get('items', {}), before)}]"
    if kind == "object":
        more = schema.get("additionalProperties")
        return f"dict[str, {_type(more, before)}]" if isinstance(more, dict) else "dict[str, Any]"
    return _PLAIN.get(str(kind), "Any")


def _perhaps(kind: str) -> str:
    return kind if kind.endswith("None") or kind == "Any" else f"{kind} | None"


def _name(given: str) -> str:
    name = re.sub(r"\W", "_", given).lower()
    return f"{name}_" if keyword.iskeyword(name) else name


def _about(text: str, before: str = "    ") -> str:
    first = " ".join(text.strip().split("\n\n")[0].split()) or "No words."
    kept = first.replace("\\", "/").replace('"""', "'''")
    return f'{before}"""{kept}{" " if kept.endswith(chr(34)) else ""}"""'
