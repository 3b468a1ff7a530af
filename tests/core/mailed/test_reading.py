"""Awkward mails, each with what it says: corpus/<name>.eml and what is expected of it, .toml."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.mailed import MOST_BYTES, Mail, checked_sender, read_mail
from commonward.core.refusals import Invalid

CORPUS = Path(__file__).parent / "corpus"
HOST = "tongli.example.org"
NAMES = sorted(path.stem for path in CORPUS.glob("*.eml"))


def shown(mail: Mail, field: str) -> Any:
    """One field as the expectations write it."""
    if field == "files":
        return [f"{f.name} {f.kind}{' inline' if f.inline else ''}" for f in mail.files]
    if field == "left_out":
        return [f"{one.name} {one.why}" for one in mail.left_out]
    if field == "bounce":
        return f"{mail.bounce.action} {mail.bounce.status}" if mail.bounce else ""
    if field == "sent_at":
        return mail.sent_at.isoformat() if mail.sent_at else ""
    found = getattr(mail, field)
    return list(found) if isinstance(found, tuple) else found


def test_the_corpus_is_whole() -> None:
    assert len(NAMES) >= 40
    assert sorted(path.stem for path in CORPUS.glob("*.toml")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_mail_says_what_is_expected(name: str) -> None:
    raw = (CORPUS / f"{name}.eml").read_bytes()
    wanted = tomllib.loads((CORPUS / f"{name}.toml").read_text(encoding="utf-8"))
    if "refused" in wanted:
        with pytest.raises(Invalid) as why:
            read_mail(raw, HOST)
        assert why.value.field == wanted["refused"]
        return
    mail = read_mail(raw, HOST)
    assert {field: shown(mail, field) for field in wanted} == wanted


@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(NAMES), data=st.data())
def test_a_mail_that_was_damaged_is_read_or_refused(name: str, data: st.DataObject) -> None:
    raw = bytearray((CORPUS / f"{name}.eml").read_bytes()[:4000])
    for _ in range(data.draw(st.integers(1, 6))):
        if not raw:
            break
        at = data.draw(st.integers(0, len(raw) - 1))
        how = data.draw(st.sampled_from(["set", "cut", "double", "put"]))
        if how == "set":
            raw[at] = data.draw(st.integers(0, 255))
        elif how == "cut":
            del raw[at : at + data.draw(st.integers(1, 60))]
        elif how == "double":
            raw[at:at] = raw[at : at + 80]
        else:
            raw[at:at] = data.draw(
                st.sampled_from([b"\r\n", b"=?utf-8?B?", b"--b1", b"\x00", b'"', b"Content-Type: "])
            )
    fit(bytes(raw))


@settings(max_examples=100, deadline=None)
@given(raw=st.binary(max_size=400), charset=st.text(max_size=20), how=st.sampled_from("BbQq"))
def test_whatever_somebody_writes_is_read_or_refused(raw: bytes, charset: str, how: str) -> None:
    fit(raw)
    named = charset.encode("utf-8", "replace")
    fit(
        b"From: =?" + named + b"?" + how.encode() + b"?" + raw + b"?=\nContent-Type: text/plain;"
        b" charset=" + named + b"\nContent-Transfer-Encoding: base64\n\n" + raw
    )


def fit(raw: bytes) -> None:
    """It is read into words that a database and a header can hold, or refused."""
    try:
        mail = read_mail(raw, HOST)
    except Invalid:
        return
    for text in (mail.subject, mail.sender, mail.words, mail.whole, mail.message_id):
        assert "\x00" not in text
        text.encode("utf-8")
    assert "\n" not in mail.subject + mail.sender + mail.message_id
    for name in [*(one.name for one in mail.files), *(one.name for one in mail.left_out)]:
        assert name and not set("/\n\x00") & set(name)
        name.encode("utf-8")
    assert len(mail.files) <= 6


def test_what_is_far_too_large_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(Invalid):
        read_mail(b"Subject: x\n\n" + b"a" * MOST_BYTES, HOST)


def test_a_header_without_an_end_is_refused() -> None:
    with pytest.raises(Invalid):
        read_mail(b"From: li@example.com\nX-Long: " + b"a" * 400_000 + b"\n\nw\n", HOST)


def test_many_boundaries_are_refused_before_they_are_looked_for_in_each_line() -> None:
    levels = b"".join(
        b'Content-Type: multipart/mixed; boundary="x%d"\n\n--x%d\n' % (n, n) for n in range(400)
    )
    with pytest.raises(Invalid):
        read_mail(levels + b"line\n" * 1000, HOST)


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("mx.example.org; dmarc=pass header.from=example.com", "yes"),
        ("mx.example.org 1; dmarc=fail (p=none) header.from=example.com; dkim=pass header.d=example.com", "no"),
        ("mx.example.org; dkim=pass header.d=mail.example.com; spf=none", "yes"),
        ("mx.example.org; dkim=pass header.i=@evil.example; spf=pass smtp.mailfrom=evil.example", "unknown"),
        ("mx.example.org; spf=pass smtp.mailfrom=li@example.com", "yes"),
        ("mx.example.org; spf=fail smtp.mailfrom=li@example.com", "no"),
        ("mx.example.org; none", "unknown"),
        ("mx.example.org.evil.example; dmarc=pass", "unknown"),
        ("(mx.example.org) evil.example; dmarc=pass", "unknown"),
        ("mx.example.org (dmarc=pass); none", "unknown"),
        ("mx.example.org; dkim=pass header.d=com", "unknown"),
    ],
)  # fmt: skip
def test_what_the_mail_server_found_is_read(field: str, found: str) -> None:
    assert checked_sender((field,), "mx.example.org", "li@example.com") == found


def test_only_the_topmost_field_of_the_named_server_counts() -> None:
    forged = "mx.example.org; dmarc=pass header.from=example.com"
    real = "mx.example.org; dmarc=fail header.from=example.com"
    other = "relay.example.net; dmarc=pass header.from=example.com"
    assert checked_sender((other, real, forged), "mx.example.org", "li@example.com") == "no"
    assert checked_sender((other, real, forged), "", "li@example.com") == "unknown"
