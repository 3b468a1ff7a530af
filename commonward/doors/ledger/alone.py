"""The page that checks receipts as one file that works from a disk: made of the very same sources.

Each module becomes a function that gives what it exports, in the order in which they need each
other; the file's own policy lets nothing else run and nothing be fetched.
"""

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import override

from commonward.doors.ledger.words import in_every_language

_STATIC = Path(__file__).parent / "static" / "ledger"
_FIRST = "verify/page.js"
_IMPORT = re.compile(r'^import\s+(?:\* as (\w+)|\{([^}]*)\})\s+from\s+"(\.[^"]+)";$', re.MULTILINE)
_DECLARED = re.compile(
    r"^export\s+(async function|function\*?|class|const|let)\s+(\w+)", re.MULTILINE
)
_LISTED = re.compile(r"^export\s*\{([^}]*)\};$", re.MULTILINE)


@lru_cache(maxsize=1)
def script() -> str:
    """All modules of the page as one script. Raises ValueError for what it cannot join."""
    order: list[Path] = []
    _visit(_STATIC / _FIRST, order, ())
    numbers = {path: number for number, path in enumerate(order)}
    return "\n".join(_as_function(path, numbers) for path in order)


@lru_cache(maxsize=4)
def page(origin: str, keys: str, history_site: str) -> tuple[bytes, str]:
    """The file, with the log's name and keys and the address of its proofs filled in; its SHA-256."""
    style = (_STATIC / "verify" / "alone.css").read_text(encoding="utf-8")
    running = script()
    words = in_every_language()
    with override("en"):
        made = render_to_string(
            "ledger/alone.html",
            {
                "words": words,
                "text": words["en"],
                "history_site": history_site,
                "origin": origin,
                "keys": keys,
                "style": mark_safe(style),  # noqa: S308 (our own file)
                "script": mark_safe(running),  # noqa: S308 (our own files)
                "style_hash": _hash(style),
                "script_hash": _hash(running),
            },
        )
    return made.encode(), hashlib.sha256(made.encode()).hexdigest()


def _visit(path: Path, order: list[Path], above: tuple[Path, ...]) -> None:
    if path in above:
        raise ValueError(f"modules that import each other: {path.name}")
    if path in order:
        return
    for found in _IMPORT.finditer(path.read_text(encoding="utf-8")):
        _visit((path.parent / found[3]).resolve(), order, (*above, path))
    order.append(path)


def _as_function(path: Path, numbers: dict[Path, int]) -> str:
    text = path.read_text(encoding="utf-8")

    def taken(found: re.Match[str]) -> str:
        number = numbers[(path.parent / found[3]).resolve()]
        names = found[1] or "{" + found[2].replace(" as ", ": ") + "}"
        return f"const {names} = module{number};"

    text = _IMPORT.sub(taken, text)
    given = [found[2] for found in _DECLARED.finditer(text)]
    text = _DECLARED.sub(r"\1 \2", text)
    for found in _LISTED.finditer(text):
        given += [one.strip() for one in found[1].split(",") if one.strip()]
    text = _LISTED.sub("", text)
    if re.search(r"^(?:export|import)\b(?! \* as ed from)", text, re.MULTILINE):
        raise ValueError(f"{path.name} imports or exports in a way that is not known here")
    if "</script" in text.lower() or "<!--" in text:
        raise ValueError(f"{path.name} would end the script that it stands in")
    return (
        f"const module{numbers[path]} = (() => {{\n{text}\nreturn {{ {', '.join(given)} }};\n}})();"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
