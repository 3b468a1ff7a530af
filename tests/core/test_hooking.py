"""Which addresses a hook may call, and the signature that its receiver checks."""

import base64

import pytest

from commonward.core.hooking import hook_address, is_outside, secret_text, signature
from commonward.core.refusals import Invalid


def test_the_signature_is_the_one_of_standard_webhooks() -> None:
    # The example of the specification's own libraries (standard-webhooks, version 1.0.0).
    key = base64.b64decode("plJ3nmyCDGBKInavdOK15jsl")
    signed = signature(
        key, "msg_loFOjxBNrRLzqYUf", 1731705121, b'{"event_type":"ping","data":{"success":true}}'
    )
    assert signed == "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="
    assert secret_text(key) == "whsec_plJ3nmyCDGBKInavdOK15jsl"


@pytest.mark.parametrize(
    ("address", "outside"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("127.8.8.8", False),
        ("0.1.2.3", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False),
    ],
)
def test_only_the_public_network_is_outside(address: str, outside: bool) -> None:
    assert is_outside(address) is outside


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/hook",
        "https://127.0.0.1/hook",
        "https://localhost:8000/",
        "https://[::1]/",
        "https://user:secret@example.org/",
        "https://example.org/#part",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https:///hook",
        "ftp://example.org/",
        "file:///etc/passwd",
        "https://exa mple.org/",
        "https://example.org/\r\nHost: other",
        "https://例子.中国/",
        "https://example.org/" + "x" * 500,
        "",
    ],
)
def test_other_addresses_are_refused_in_words(address: str) -> None:
    with pytest.raises(Invalid) as refused:
        hook_address(address, private=False)
    assert refused.value.field == "address"


def test_an_office_that_allows_it_calls_its_own_network() -> None:
    assert hook_address("https://example.org:8443/hook?a=1", private=False).port == 8443
    assert hook_address("http://127.0.0.1:9000/", private=True).hostname == "127.0.0.1"
    with pytest.raises(Invalid):
        hook_address("ftp://127.0.0.1/", private=True)
