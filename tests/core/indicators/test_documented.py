"""The page about indicators tells every one that ships, as it is reckoned; `renew()` writes it anew."""

from pathlib import Path

from commonward.core.indicators.book import book, shipped
from commonward.core.indicators.facts import TABLES
from commonward.core.indicators.words import words

PAGE = Path(__file__).parents[3] / "docs" / "models" / "indicators.md"
BEGIN, END = "<!-- made from what ships -->", "<!-- end of what ships -->"


def made() -> str:
    """The sections by group, and the tables of facts, as they follow from what ships."""
    known = book(shipped())
    lines: list[str] = []
    group = None
    for one in known.indicators.values():
        if one.group != group:
            group = one.group
            lines += ["", f"### {group.capitalize()}", ""]
            lines += ["| indicator | formula | in words | source |", "|---|---|---|---|"]
        told = words(known, one, "en", lambda text: text)
        name = f"`{one.name}`<br>{one.titles['en']} {one.titles['zh']}"
        cells = (name, f"`{one.text}`", told.formula, one.source)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    lines += ["", "### What they are reckoned from", ""]
    for facts in TABLES.values():
        columns = ", ".join(f"`{name}`" for name in facts.columns)
        lines += [f"**{facts.name}**, a row per {facts.one}: {columns}.", ""]
    return "\n".join(lines).strip()


def test_the_page_tells_what_ships() -> None:
    page = PAGE.read_text(encoding="utf-8")
    inside = page.split(BEGIN)[1].split(END)[0].strip()
    assert inside == made(), "run tests.core.indicators.test_documented.renew()"


def renew() -> None:
    """Write the part that is made anew."""
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n\n{made()}\n\n{END}{after}", encoding="utf-8")
