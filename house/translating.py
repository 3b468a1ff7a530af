"""The texts for the translators: collected from code and templates, kept, compiled (翻译).

Plain gettext files through Babel; no gettext programs are needed. Templates are read with
Django's own reader, which turns a template into calls that a Python extractor understands.
"""

import io
import re
import sys
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from house.installing import ROOT

PACKAGE = ROOT / "commonward"
LOCALES = {"zh_Hans": PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"}
"""English is the source language; each of these must be complete."""
KEYWORDS: dict[str, Any] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACE = re.compile(r"\{\w*\}|%\(\w+\)[sd]|%[sd]")
"""What is filled in later: {named}, %(named)s, %d."""
TEMPLATES = {".html", ".txt", ".xml"}


def collect(package: Path = PACKAGE) -> Catalog:
    """Every text of the package that is marked for translation, with the files it stands in."""
    found = _empty(None)
    for path in sorted(package.rglob("*")):
        source = _python_of(path)
        if source is None:
            continue
        place = (path.relative_to(package.parent).as_posix(), 0)
        options = {"encoding": "utf-8"}
        for _line, message, comments, context in extract(
            "python", io.BytesIO(source.encode()), KEYWORDS, (), options
        ):
            found.add(message, None, [place], auto_comments=comments, context=context)
    return found


def read(locale: str) -> Catalog:
    """The catalog as it is kept; an empty one when there is none yet."""
    path = LOCALES[locale]
    if not path.exists():
        return _empty(locale)
    with path.open("rb") as kept:
        return read_po(kept, locale=locale)


def compiled(catalog: Catalog) -> bytes:
    """What Django reads: the catalog as a .mo file."""
    made = io.BytesIO()
    write_mo(made, catalog)
    return made.getvalue()


def misplaced(locale: str) -> list[str]:
    """The texts whose translation names a place that nothing fills."""
    wrong = []
    for message in read(locale):
        if not message.id or not _filled(message.string):
            continue
        offered = PLACE.findall(_joined(message.id))
        used = PLACE.findall(_joined(message.string))
        if not set(used) <= set(offered):
            wrong.append(str(message.id))
    return wrong


def missing(locale: str) -> list[str]:
    """The texts that have no translation here, or a doubtful ("fuzzy") one."""
    kept = read(locale)
    found = []
    for message in collect():
        if not message.id:
            continue
        known = kept.get(message.id, message.context)
        if known is None or known.fuzzy or not _filled(known.string):
            found.append(str(message.id))
    return found


def renew(locale: str) -> int:
    """Write the .po with today's texts and the translations it had, and the .mo; texts missing."""
    kept = read(locale)
    today = collect()
    today.creation_date = kept.creation_date  # a renewal that changes nothing writes nothing
    kept.update(today, no_fuzzy_matching=True)
    kept.fuzzy = False
    path = LOCALES[locale]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as written:
        write_po(written, kept, sort_output=True, include_lineno=False, width=100)
    path.with_suffix(".mo").write_bytes(compiled(read(locale)))
    return len(missing(locale))


def _empty(locale: str | None) -> Catalog:
    return Catalog(
        locale=locale,
        header_comment="# Commonward: texts for the translators; renewed by ./dev words.",
        project="Commonward",
        version="0",
        last_translator="Commonward contributors",
        language_team="Commonward contributors",
        charset="utf-8",
        fuzzy=False,  # a doubtful header is left out of the .mo, and with it the encoding
    )


def _python_of(path: Path) -> str | None:
    """The file as Python source for the extractor; None for files that hold no texts."""
    if path.suffix == ".py" and "migrations" not in path.parts:
        return path.read_text(encoding="utf-8")
    if path.suffix in TEMPLATES and "templates" in path.parts:
        calls = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        # Only the calls matter: indentation of the markup around them is not Python's.
        return "\n".join(line.strip() for line in calls.splitlines())
    return None


def _joined(texts: str | tuple[str, ...] | list[str] | None) -> str:
    return texts if isinstance(texts, str) else "\n".join(texts or ())


def _filled(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return bool(string) and all(string or ())


def main() -> int:
    """Renew every locale and say what the translators still owe."""
    for locale in LOCALES:
        owed = renew(locale)
        print(f"{locale}: {owed} texts without a translation" if owed else f"{locale}: complete")
    return 0


if __name__ == "__main__":
    sys.exit(main())
