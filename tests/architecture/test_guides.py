"""The guides for each person say what the pages say: their **words**, pictures and languages."""

import re
from pathlib import Path

import pytest

from commonward.core.procedures import parse, shipped, shipped_names
from house import guiding
from tests.architecture.tracked import ROOT

FOLDER = ROOT / "docs" / "guide" / "people"
GUIDES = sorted(FOLDER.glob("*.md"))
TRANSLATED = ROOT / "commonward" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
MOST_OF_ALL = 4_000_000


def shown_words(chinese: bool) -> set[str]:
    """What stands on pages in a language: the texts of the code, titles of steps and stages."""
    kind = r"msgstr(?:\[\d\])?" if chinese else r"msgid(?:_plural)?"
    text = TRANSLATED.read_text(encoding="utf-8")
    words = {
        "".join(re.findall(r'"(.*)"', found[1])).replace('\\"', '"')
        for found in re.finditer(rf'^{kind} ((?:"[^\n]*"\n)+)', text, re.MULTILINE)
    }
    for procedure in (parse(shipped(name)) for name in shipped_names()):
        titles = [procedure.title, *(one.title for one in procedure.verbs.values())]
        titles += [one.title for one in procedure.stages.values()]
        words |= {one.in_language("zh" if chinese else "en") for one in titles}
    return words


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_bold_word_of_a_guide_stands_on_a_page(language: str) -> None:
    chinese = language == "zh"
    known = shown_words(chinese)
    seen = 0
    for guide in GUIDES:
        if guide.name.endswith(".zh.md") is not chinese:
            continue
        for word in re.findall(r"\*\*(.+?)\*\*", guide.read_text(encoding="utf-8")):
            assert word in known, f"{guide.name}: no page says “{word}”"
            seen += 1
    assert seen > 60


def test_every_guide_stands_in_both_languages_with_as_many_steps() -> None:
    english = [guide for guide in GUIDES if not guide.name.endswith(".zh.md")]
    assert len(english) >= 14
    assert len(GUIDES) == 2 * len(english)
    for guide in english:
        told = [_lines(guide), _lines(guide.with_suffix(".zh.md"))]
        assert told[0] == told[1], guide.name


def _lines(guide: Path) -> list[str]:
    """The kinds of its lines, in order: steps, hints and pictures."""
    text = guide.read_text(encoding="utf-8")
    return re.findall(r"^(\d+\.|- |!|## )", text, re.MULTILINE)


def test_every_picture_of_the_guides_is_taken_shown_and_small() -> None:
    taken = {path.name: path for path in guiding.FOLDER.glob("*.png")}
    wanted = {
        f"{one.name}-{language}.png" for one in guiding.PICTURES for language in guiding.LANGUAGES
    }
    shown = {
        name
        for guide in GUIDES
        for name in re.findall(
            r"!\[[^]]+\]\(\.\./\.\./pictures/guides/([\w-]+\.png)\)",
            guide.read_text(encoding="utf-8"),
        )
    }
    assert set(taken) == wanted == shown, "./dev shots guides"
    sizes = [path.stat().st_size for path in taken.values()]
    assert max(sizes) <= guiding.MOST_BYTES
    assert sum(sizes) <= MOST_OF_ALL


@pytest.mark.parametrize("ending", [".md", ".zh.md"])
def test_the_first_page_leads_to_each_guide(ending: str) -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    names = {guide.name.partition(".")[0] for guide in GUIDES}
    assert names == {one for one in names if f"(guide/people/{one}{ending})" in index}, (
        "Lead there from docs/index.md."
    )
