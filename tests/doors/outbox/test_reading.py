"""What a subscriber reads: every stage and verb of every shipped procedure, in both languages."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.utils import translation

from commonward.cases.queries.asked import ASKED
from commonward.cases.queries.letter_texts import own_words, words_for
from commonward.core.channels import Channel
from commonward.core.letter_texts import LetterWords, fill
from commonward.core.procedures import Procedure, parse, shipped, shipped_names
from commonward.core.procedures.model import Text, Verb
from commonward.doors.email.channel import CHANNEL, mail_from
from commonward.doors.outbox.channels import channels
from commonward.doors.outbox.samples import letter_for
from commonward.doors.outbox.writing import html_of, uses, values, written

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
SHORT = Channel("text", "Text", "Number", check=str, send=CHANNEL.send, ready=lambda: True,
                longest=300)  # fmt: skip
ASK = Verb(ASKED, Text("Ask", "询问"), frozenset(), "", ())


@pytest.mark.parametrize("name", shipped_names())
def test_each_step_and_stage_that_somebody_hears_of_has_words_in_both_languages(name: str) -> None:
    procedure: Procedure = parse(shipped(name))
    heard = [(verb, procedure.stages.get(verb.to)) for verb in procedure.verbs.values()]
    entered = {stage.name for _verb, stage in heard if stage}
    first = next(iter(procedure.stages))
    assert set(procedure.stages) - entered <= {first}, "every other stage is entered by a verb"
    for verb, stage in [*heard, (ASK, None)]:
        for channel in (CHANNEL, SHORT):
            texts = {}
            for language in ("zh-hans", "en"):
                letter = letter_for(procedure, verb, stage, language, AT)
                made = written(letter, channel, {})
                with translation.override(language):
                    said = values(letter)
                what = f"{name} {verb.name} {language}"
                if verb is ASK:
                    assert said["words"] in made.text, what
                else:
                    assert said["heading"] and said["heading"] in made.text, what
                assert said["link"] in made.text, what
                assert letter.number in made.title, what
                assert not {"{", "}"} & set(made.title + made.text), what
                assert bool(made.html) is channel.speaks_html
                if channel.longest:
                    assert len(made.text) <= channel.longest
                texts[language] = made.text
            assert texts["zh-hans"] != texts["en"]
            assert any("\u4e00" <= sign <= "\u9fff" for sign in texts["zh-hans"])


def test_the_first_question_tells_nothing_but_the_number() -> None:
    procedure = parse(shipped(shipped_names()[0]))
    for language in ("zh-hans", "en"):
        letter = letter_for(procedure, None, None, language, AT)
        assert uses(letter) == ("confirm",)
        made = written(letter, CHANNEL, {})
        assert letter.number in made.text and "mail/0-sample/" in made.text


def test_words_of_the_office_are_escaped_in_the_page_and_addresses_can_be_pressed() -> None:
    words = LetterWords("<b>", '<script>alert(1)</script> & "q"\n\nsee https://a.example/?x=1&y=<2')
    html = html_of(words)
    assert "<script" not in html and "&lt;script&gt;" in html
    assert '<a href="https://a.example/?x=1&amp;y=">' in html
    assert "<title>&lt;b&gt;</title>" in html


def test_a_mail_is_plain_words_and_a_page_and_no_words_add_a_header() -> None:
    procedure = parse(shipped("service_matter"))
    letter = letter_for(procedure, ASK, None, "en", AT)
    message = written(letter, CHANNEL, {
        ("asks", "long", "en"): (
            1, LetterWords("{words}", "{words} {link}")
        )
    })  # fmt: skip
    evil = fill(
        LetterWords("{words}", "{words}"), {"words": "x\r\nBcc: eve@example.org\r\n\r\nBody\u202e"}
    )
    assert "\n" not in evil.title
    read = message_from_bytes(mail_from(message).message().as_bytes(), policy=policy.default)
    assert isinstance(read, EmailMessage)
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]
    assert read["Subject"] == "Which of the two gates is it?"
    assert read["Message-ID"].startswith(f"<{message.key}@")


@pytest.mark.django_db
def test_the_sites_own_words_of_a_verb_go_before_those_of_its_stage() -> None:
    own = {
        ("verb:close", "long", "en"): (3, LetterWords("V", "{link}")),
        ("stage:closed", "long", "en"): (1, LetterWords("S", "{link}")),
        ("step", "long", "en"): (2, None),
    }
    assert words_for(("verb:close", "stage:closed", "ends"), "long", "en", own).words.title == "V"
    assert words_for(("verb:x", "stage:closed", "ends"), "long", "en-gb", own).words.title == "S"
    again = words_for(("verb:x", "step"), "long", "en", own)
    assert (again.own, again.number) == (False, 2)
    assert own_words() == {}


def test_a_door_that_brings_a_channel_is_found_by_its_folder(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    from commonward import doors  # noqa: PLC0415 (its path is changed here)

    here = tmp_path_factory.mktemp("doors") / "loft"
    here.mkdir()
    (here / "__init__.py").write_text("")
    (here / "channel.py").write_text(
        "from commonward.core.channels import Channel, Sent\n"
        "CHANNEL = Channel('loft', 'Loft', 'Loft', check=str, send=lambda m: Sent(),"
        " ready=lambda: True)\n"
    )
    channels.cache_clear()
    try:
        monkeypatch.setattr(doors, "__path__", [*doors.__path__, str(here.parent)])
        assert {"mail", "loft"} <= set(channels())
    finally:
        channels.cache_clear()
