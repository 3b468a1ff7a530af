"""What WeChat seals is opened as its own published samples say, and nothing else is believed."""

import base64
import os

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from commonward.core.chat.flat_xml import MOST_BYTES, read_xml, written_xml
from commonward.core.chat.platforms import telegram_of, wechat_of
from commonward.core.chat.sealed import is_signed, key_of, opened, sealed, signature
from commonward.core.refusals import Forbidden, Invalid

# The sample of the platform's own library for this scheme, as it is published.
TOKEN, APP = "QDG6eK", "wx5823bf96d3bd56c7"
KEY = key_of("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
MESSAGE = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911"
    "L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLx"
    "AUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9"
    "nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/u"
    "h9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
)


def test_the_published_samples_are_signed_and_opened() -> None:
    right = "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"
    assert is_signed(right, TOKEN, "1409659589", "263014780", ECHO)
    assert opened(ECHO, KEY, APP) == "1616140317555161061"
    right = "477715d11cdb4164915debcba66cb864d751f3e6"
    assert signature(TOKEN, "1409659813", "1372623149", MESSAGE) == right
    told = read_xml(opened(MESSAGE, KEY, APP).encode())
    assert (told["FromUserName"], told["Content"]) == ("mycreate", "hello")


@pytest.mark.parametrize("length", [0, 1, 11, 12, 31, 32, 33, 500])
def test_what_we_seal_an_independent_program_opens(length: int) -> None:
    text = "路" * length
    raw = base64.b64decode(sealed(text, KEY, APP, os.urandom(16)))
    cipher = Cipher(algorithms.AES(KEY), modes.CBC(KEY[:16])).decryptor()
    fill = PKCS7(256).unpadder()
    plain = fill.update(cipher.update(raw) + cipher.finalize()) + fill.finalize()
    size = int.from_bytes(plain[16:20], "big")
    assert plain[20 : 20 + size].decode() == text
    assert plain[20 + size :].decode() == APP
    assert opened(sealed(text, KEY, APP, b"0" * 16), KEY, APP) == text


@pytest.mark.parametrize(
    "spoilt",
    ["", "=", "not base64!", MESSAGE[:-4], MESSAGE[:40], MESSAGE[:64], "A" * 64, MESSAGE[24:]],
)
def test_what_is_cut_off_or_changed_opens_nothing(spoilt: str) -> None:
    with pytest.raises(Forbidden):
        opened(spoilt, KEY, APP)


def test_what_is_sealed_for_another_account_opens_nothing() -> None:
    with pytest.raises(Forbidden):
        opened(MESSAGE, KEY, "wx0000000000000000")
    with pytest.raises(Forbidden):
        opened(MESSAGE, key_of("A" * 43), APP)


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    "<xml><Content>&b;</Content></xml>"
)
FILE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><Content>&f;</Content></xml>'


@pytest.mark.parametrize(
    "raw",
    [
        BOMB, FILE, "", "{}", "<xml>", "<xml>&b;</xml>", "<a><b><c><d><e/></d></c></b></a>",
        "<xml>" + "".join(f"<f{n}/>" for n in range(200)) + "</xml>",
        "<xml><A>" + "x" * MOST_BYTES + "</A></xml>",
        '<?xml version="1.0" encoding="klingon"?><xml/>',
    ],
)  # fmt: skip
def test_dangerous_and_broken_xml_is_refused(raw: str) -> None:
    with pytest.raises(Invalid):
        read_xml(raw.encode())


def test_what_is_written_is_read_again() -> None:
    fields = {"A": "a ]]> b <c> & 路", "N": "12", "E": ""}
    assert read_xml(written_xml(fields).encode()) == fields


@pytest.mark.parametrize(
    "text",
    ["", "https://api.telegram.org", "https://1:K@api.telegram.org?secret=short", "ftp://1:K@h?secret=" + "s" * 20,
     "https://1:KEYKEY@api.telegram.org?secret=" + "s" * 20 + "&more=1"],
)  # fmt: skip
def test_an_address_that_cannot_be_read_is_refused_without_its_key(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        telegram_of(text)
    assert "KEYKEY" not in str(refused.value)


def test_an_account_needs_a_whole_key_for_what_is_sealed() -> None:
    with pytest.raises(Invalid):
        wechat_of("https://wx1:secret@api.weixin.qq.com?token=abc&aes=short")
