"""Small pieces of Markdown: a table, a cell, both languages."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext, override

NOTE = "*Made of the code by `./dev docs`; not written by hand.*"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a row's cells may hold anything, a newline becomes a blank."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += (f"| {' | '.join(cell(one) for one in row)} |" for row in rows)
    return "\n".join(lines) + "\n"


def cell(text: str) -> str:
    """The text as it may stand between two bars."""
    return " ".join(text.split()).replace("|", "\\|") or "–"


def code(text: str) -> str:
    """A word of programs; nothing for nothing."""
    return f"`{text}`" if text else ""


def chinese(text: str) -> str:
    """The Chinese of a text of the code, where there is one."""
    with override("zh-hans"):
        told = gettext(text)
    return "" if told == text else told


def both(text: str) -> str:
    """English, then Chinese."""
    return f"{text} {chinese(text)}".strip()
