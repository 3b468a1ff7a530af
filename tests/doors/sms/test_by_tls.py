"""Providers by TLS: one with a certificate that this machine trusts is spoken with, another is not."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from commonward.core.channels import Later, Message, Sent
from commonward.doors.look import calling
from commonward.doors.sms.channel import CHANNEL
from tests.doors.sms.centre import Centre, Gateway, serve, serve_http

MESSAGE = Message("key-1", "+8613812345678", "en", "", "Done", datetime(2026, 3, 2, tzinfo=UTC))


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of this machine, made by itself, and its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "provider")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path / "provider.pem"
    path.write_bytes(
        made.public_bytes(Encoding.PEM)
        + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return path


@pytest.fixture(params=["smpps", "https"])
def provider(request: Any, certificate: Path, settings: Any) -> Iterator[Centre | Gateway]:
    """A provider that speaks nothing but TLS, and settings that name it."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    made: Centre | Gateway
    if request.param == "smpps":
        made = Centre()
        serve(made, tls)
    else:
        made = Gateway()
        serve_http(made, tls)
    settings.SMS = made.url.replace("smpp:", "smpps:").replace("http:", "https:")
    calling._trusting.cache_clear()
    yield made
    CHANNEL.close()
    made.stop()
    calling._trusting.cache_clear()


def test_a_provider_that_is_trusted_is_spoken_with(
    provider: Centre | Gateway, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert CHANNEL.send(MESSAGE) in (Sent("m-1"), Sent("m1"), Sent("1"))


def test_a_provider_that_nobody_vouches_for_is_told_nothing(provider: Centre | Gateway) -> None:
    with pytest.raises(Later) as later:
        CHANNEL.send(MESSAGE)
    assert str(later.value) == "SSLCertVerificationError", "said as what it is"
    assert later.value.provider, "no message loses an attempt by it"
    assert not (provider.heard if isinstance(provider, Centre) else provider.posts)
