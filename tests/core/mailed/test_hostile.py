"""What somebody writes in order to keep the reader of mails busy is read in no more than a glance."""

import signal
from collections.abc import Iterator
from types import FrameType

import pytest

from commonward.core.mailed import read_mail
from commonward.core.mailed.pages import text_of
from commonward.core.mailed.quoting import own_words
from commonward.core.refusals import Invalid

HOST = "centre.example"


class TooLong(BaseException):
    """No refusal and no fault: nothing on the way may swallow it."""


@pytest.fixture(autouse=True)
def _glance() -> Iterator[None]:
    """Half a minute of computing for what takes less than a second: without the bounds it is hours."""

    def over(_number: int, _frame: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, over)
    signal.setitimer(signal.ITIMER_VIRTUAL, 30)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@pytest.mark.parametrize("sign", ["<@>", "<<@@>>", "<a@b>x", "2026-", "On ", "-----", "From: <"])
@pytest.mark.parametrize("wide", [120, 190, 399])
def test_lines_that_almost_say_who_wrote(sign: str, wide: int) -> None:
    line = (sign * wide)[:wide]
    text = "\n".join(["The lamp is dark.", *[line] * (200_000 // wide)])

    assert own_words(text).startswith("The lamp is dark.")


@pytest.mark.parametrize(
    "sign",
    ["<", "<!--", "<![CDATA[", "<?", "</", "<a ", "<a x='", '<a x="', "<a x=", "&#", "<script>",
     "<p class=", "<p id id"],
)  # fmt: skip
def test_pages_of_things_that_are_never_closed(sign: str) -> None:
    assert text_of("<p>The lamp is dark.</p>" + sign * 100_000).startswith("The lamp is dark.")


def test_a_page_of_ends_within_many_beginnings() -> None:
    assert text_of("The lamp" + "<head>" * 60_000 + "</p>" * 60_000) == "The lamp"


def test_a_number_of_a_sign_that_no_sign_has() -> None:
    assert text_of("dark &#" + "9" * 5000 + "; lamp &#38; pole") == "dark \ufffd lamp & pole"


@pytest.mark.parametrize("deep", [False, True])
def test_a_quote_in_a_parameter_that_is_never_closed(deep: bool) -> None:
    broken = 'Content-Type: text/plain; x="' + ";" * 290_000
    outer = "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" if deep else ""
    mail = f"From: a@example.org\r\nSubject: Lamp\r\n{outer}{broken}\r\n\r\nIt is dark.\r\n"

    assert read_mail(mail.encode(), HOST).words == "It is dark."


def test_a_mail_of_nothing_but_short_lines_is_not_taken_apart() -> None:
    part = b"--x\r\n" + b"A:\n" * 1_000_001
    with pytest.raises(Invalid, match="larger than is taken"):
        read_mail(b"From: a@example.org\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + part, HOST)  # fmt: skip


@pytest.mark.parametrize(
    "line",
    ["Desk <desk@example.org> wrote:", '"Desk, the" <desk@example.org> 写道：',
     "Desk <desk@example.org<mailto:desk@example.org>> wrote:",
     "在 2026年3月2日，服务中心 <desk@example.org> 写道："],
)  # fmt: skip
def test_who_wrote_is_still_seen(line: str) -> None:
    assert own_words(f"It is dark.\n\n{line}\nWhich lamp?") == "It is dark."


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("Lamp<br/>dark", "Lamp\ndark"),
        ("<P CLASS=x>Lamp</P >dark", "Lamp\ndark"),
        ("<a href='x>y'>Lamp</a> 5 < 6 & 7 > 6", "Lamp 5 < 6 & 7 > 6"),
        ("<p it's>Lamp</p><p>that's dark</p>", "Lamp\n\nthat's dark"),
        ("Lamp<script>if (a<b) '</p>'</SCRIPT >dark", "Lampdark"),
        ("Lamp<style>p{}</style><blockquote>old</blockquote></style> dark", "Lamp dark"),
        ("Lamp<![if !mso]> is<!--[if mso]><p>old</p><![endif]--> dark", "Lamp is dark"),
        ("Lamp</><//x> dark", "Lamp dark"),
        ('Lamp<div id="divRplyFwdMsg">From: desk</div>', "Lamp"),
        ("Lamp<div data-id=gmail_quote> is</div> <div class=gmail_quote>old</div>", "Lamp\nis"),
        ("Lamp<!-- never closed <p>dark", "Lamp"),
    ],
)
def test_a_page_is_divided_as_browsers_do(page: str, words: str) -> None:
    assert text_of(page) == words
