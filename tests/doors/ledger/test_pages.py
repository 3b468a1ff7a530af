"""The log's pages: strict, in both languages, and one file that is made of the very same sources."""

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.test import Client

from commonward.cases.actions.sequencing import rotate, sequence
from commonward.cases.queries.ledger import state
from commonward.doors.ledger import alone
from commonward.doors.ledger.words import WORDS, in_every_language
from commonward.doors.look.pages import POLICY
from tests.district import AT, District

STATIC = Path(alone.__file__).parent / "static" / "ledger" / "verify"


@pytest.fixture(autouse=True)
def log(tmp_path: Path, settings: Any) -> Path:
    """A folder for the log of this test alone."""
    settings.LEDGER = tmp_path / "ledger"
    return tmp_path / "ledger"


def english(path: str) -> str:
    answer = Client(headers={"accept-language": "en"}).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("path", ["/ledger/", "/ledger/verify/"])
def test_a_page_carries_the_strict_policy_and_no_script_of_its_own(
    db: None, here: District, path: str
) -> None:
    here.report()
    sequence()
    answer = Client().get(path)
    assert answer.headers["Content-Security-Policy"] == POLICY
    html = answer.content.decode()
    assert " style=" not in html and "<style" not in html and " onclick" not in html
    # The words are data: no browser runs a block of another type.
    assert set(re.findall(r"<script(?![^>]*src=)[^>]*type=\"([^\"]+)\"", html)) <= {
        "application/json"
    }


def test_the_page_tells_size_keys_and_how_to_follow(db: None, here: District) -> None:
    assert "It has not begun yet" in english("/ledger/")
    here.report()
    sequence()
    rotate(AT)
    html = english("/ledger/")
    for key in state().keys:
        assert key.verifier.replace("+", "&#x2B;") in html or key.verifier in html
    assert html.index(state().keys[1].verifier[-20:]) < html.index(state().keys[0].verifier[-20:])
    assert f'<dd class="number">{state().size}</dd>' in html
    assert "commonward ledger monitor http" in html
    assert "in use until" in html


def test_the_file_allows_itself_alone_to_run_and_nothing_to_be_fetched(db: None) -> None:
    answer = Client().get("/ledger/verify/alone.html")
    assert "attachment" in answer.headers["Content-Disposition"]
    html = answer.content.decode()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    told = policy[1].replace("&#x27;", "'").replace("&#x2B;", "+")
    assert told.startswith("default-src 'none'; script-src 'sha256-")
    for tag in ("script", "style"):
        inner = re.search(rf"<{tag}(?: type=\"module\")?>(.*?)</{tag}>", html, re.DOTALL)
        assert inner is not None
        digest = base64.b64encode(hashlib.sha256(inner[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in told
    assert "src=" not in re.sub(r"<script type=\"module\">.*?</script>", "", html, flags=re.DOTALL)
    assert not re.search(r"\b(?:fetch|XMLHttpRequest|WebSocket|sendBeacon)\(", html)


def test_the_file_holds_each_module_and_the_digest_stands_on_the_page(db: None) -> None:
    html = Client().get("/ledger/verify/alone.html").content
    for one in sorted(STATIC.glob("*.js")):
        last = one.read_text(encoding="utf-8").strip().splitlines()[-2].strip()
        assert last.encode() in html, one.name
    assert hashlib.sha256(html).hexdigest() in english("/ledger/")


def test_a_module_that_cannot_be_joined_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "verify").mkdir()
    (tmp_path / "verify" / "page.js").write_text('import one from "./one.js";\n')
    monkeypatch.setattr(alone, "_STATIC", tmp_path)
    alone.script.cache_clear()
    with pytest.raises(ValueError, match="not known here"):
        alone.script()
    (tmp_path / "verify" / "page.js").write_text('import { a } from "./one.js";\n')
    (tmp_path / "verify" / "one.js").write_text('import { b } from "./page.js";\n')
    with pytest.raises(ValueError, match="import each other"):
        alone.script()
    alone.script.cache_clear()


def test_each_reason_of_the_scripts_has_its_words_and_each_word_is_used() -> None:
    text = "\n".join(one.read_text(encoding="utf-8") for one in STATIC.glob("*.js"))
    reasons = set(re.findall(r'new Refuted\("(\w+)"', text))
    assert {f"refuted.{one}" for one in reasons} == {n for n in WORDS if n.startswith("refuted.")}
    templates = "\n".join(
        one.read_text(encoding="utf-8")
        for one in Path(alone.__file__).parent.joinpath("templates").rglob("*.html")
    )
    for name in set(re.findall(r'say\("([\w.]+)"', text)) | set(
        re.findall(r'data-text="([\w.]+)"', templates)
    ):
        assert name in WORDS, name
    for code, _name in site_settings.LANGUAGES:
        assert set(WORDS) <= set(in_every_language()[code])


def test_the_language_is_chosen_and_kept(db: None) -> None:
    client = Client(headers={"accept-language": "zh-CN"})
    answer = client.get("/ledger/verify/?lang=en")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/ledger/verify/")
    assert '<html lang="en">' in client.get("/ledger/verify/").content.decode()
