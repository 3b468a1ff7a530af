"""A letter is believed only whole, fresh, for us, and signed by whom it names."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonward.core.federation import letters, offering, parts, promising
from commonward.core.federation.letters import Letter, Refused
from commonward.core.refusals import Invalid

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
KEY = letters.new_key()
PUBLIC = letters.public_of(KEY)
HANDING = "0" * 32


def letter(kind: str = "offer", **more: object) -> Letter:
    """A letter from a to b."""
    told: dict[str, object] = {
        "kind": kind, "from_": "a.example", "to": "b.example", "handing": HANDING, "seq": 1,
        "seen": 0, "sent": NOW, "body": {"words": "坑 “pothole”", "lat": 26.1, "n": None},
    }  # fmt: skip
    return Letter(**(told | more))  # type: ignore[arg-type]


def read(envelope: bytes, at: datetime = NOW, me: str = "b.example") -> Letter:
    """What b believes."""
    return letters.read(envelope, {"a.example": PUBLIC}.get, me, at)


def test_what_was_sealed_is_read_again() -> None:
    assert read(letters.seal(letter(), KEY)) == letter()


@pytest.mark.parametrize(
    ("envelope", "why"),
    [
        (letters.seal(letter(), letters.new_key()), "another key"),
        (letters.seal(letter(from_="c.example"), KEY), "another name"),
        (letters.seal(letter(to="c.example"), KEY), "for somebody else"),
        (letters.seal(letter(sent=NOW - timedelta(minutes=16)), KEY), "caught and kept"),
        (letters.seal(letter(sent=NOW + timedelta(minutes=16)), KEY), "from the future"),
        (letters.seal(letter(seq=0), KEY), "a step without a number"),
        (letters.seal(letter("ask"), KEY), "a question with a number"),
        (letters.seal(letter("payment"), KEY), "no such kind"),
        (letters.seal(letter(handing="../../etc"), KEY), "no such hand-over"),
        (b"x" * (letters.MOST_BYTES + 1), "too large"),
        (b"[" * 100_000, "too deep"),
        (b"{}", "nothing"),
    ],
)
def test_anything_else_is_refused(envelope: bytes, why: str) -> None:
    with pytest.raises(Refused):
        read(envelope)


def test_no_byte_of_a_letter_can_be_changed() -> None:
    sealed = letters.seal(letter(), KEY)
    outer = json.loads(sealed)
    outer["letter"] = outer["letter"].replace("26.1", "26.2")
    with pytest.raises(Refused, match="signature"):
        read(json.dumps(outer).encode())
    spaced = json.loads(sealed)
    spaced["letter"] = " " + spaced["letter"]
    with pytest.raises(Refused):
        read(json.dumps(spaced).encode())


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_comes_in_is_refused_and_never_fallen_over(sent: bytes) -> None:
    with pytest.raises(Refused):
        read(sent)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(
    st.fixed_dictionaries(
        {"letter": st.text(max_size=80), "key": st.text(max_size=20), "signature": _JSON}
    )
    | _JSON
)
def test_no_json_is_fallen_over(sent: object) -> None:
    with pytest.raises(Refused):
        read(json.dumps(sent).encode())


BODY = {
    "what": "case", "ref": "2603020001", "category": "0201", "category_name": "Damaged road",
    "grade": "ordinary", "reason": "It lies with you.", "lat": 26.0, "lon": 113.0, "address": "",
    "reports": [{"number": "1", "words": "hole", "received_at": "", "language": "en"}],
    "clock": {"due": None, "calendar": "site", "rule": "", "left": 0, "at": NOW.isoformat()},
    "parts": [], "way": ["a.example"],
}  # fmt: skip


@given(st.sampled_from(sorted(BODY)), _JSON)
def test_an_offer_is_read_or_refused_in_words(field: str, value: object) -> None:
    try:
        offering.read_offer({**BODY, field: value})
    except Invalid as refusal:
        assert refusal.field


def test_an_offer_is_read_as_it_was_written() -> None:
    read_ = offering.read_offer(BODY)
    assert offering.read_offer({**read_.to_data(), "way": ["a.example"]}) == read_


def test_a_later_clock_needs_a_reason() -> None:
    due = NOW + timedelta(days=2)
    promise = promising.Promise(due, "site", "5 work_day", 172_800, NOW)
    assert promising.agree(promise, None, "", NOW).due == due
    with pytest.raises(Invalid, match="later than"):
        promising.agree(promise, due + timedelta(days=1), " ", NOW)
    late = promising.agree(promise, due + timedelta(days=1), "The bridge needs parts.", NOW)
    assert promising.is_fit(promise, late)
    assert not promising.is_fit(promise, promising.Agreed(due + timedelta(days=1), ""))
    assert not promising.is_fit(promise, promising.Agreed(None, ""))
    with pytest.raises(Invalid, match="over or about to be"):
        promising.agree(promise, None, "", due)
    assert promising.read_promise(promise.to_data()) == promise
    assert promising.read_agreed(late.to_data()) == late


@given(st.binary(min_size=1, max_size=600_000), st.lists(st.integers(0, 600_000), max_size=8))
def test_pieces_in_any_order_make_the_picture(content: bytes, cuts: list[int]) -> None:
    digest = __import__("hashlib").sha256(content).hexdigest()
    had = b""
    for start in [*(c for c in cuts if c < len(content)), *range(0, len(content), parts.PIECE)]:
        piece = parts.read_piece(parts.cut(digest, content, start).to_data())
        had += parts.added(len(had), len(content), piece)
    assert had == content and parts.is_whole(had, digest)


def test_a_piece_beyond_the_end_is_refused() -> None:
    with pytest.raises(Invalid):
        parts.added(0, 3, parts.Piece("0" * 64, 1, b"abc"))
