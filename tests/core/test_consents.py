"""What was agreed to is known word by word: versions are never changed, and pages show the newest."""

import hashlib
from pathlib import Path

import commonward
from commonward.core.consents import NEIGHBOUR, NEWS, WORDS, newest, words_of

PORTAL = Path(commonward.__file__).parent / "doors/portal/templates/portal"
STOOD = {
    (NEWS, "2026-1"): "ff08b4b0f22b8aee",
    (NEIGHBOUR, "2026-1"): "c8aec2a10ae75905",
}
"""Add a line with each version; never change one: somebody agreed to those words."""


def test_no_words_to_which_somebody_agreed_were_changed() -> None:
    found = {
        (what, version): hashlib.sha256(words.encode()).hexdigest()[:16]
        for what, versions in WORDS.items()
        for version, words in versions.items()
    }
    assert found == STOOD


def test_the_pages_show_the_newest_words() -> None:
    shown = {
        NEWS: (PORTAL / "mail.html").read_text("utf-8"),
        NEIGHBOUR: (PORTAL / "parts/neighbour.html")
        .read_text("utf-8")
        .replace("{{ name }}", "%(name)s"),
    }
    for what, page in shown.items():
        assert words_of(what, newest(what)) in page
    assert words_of(NEWS, "") == ""
