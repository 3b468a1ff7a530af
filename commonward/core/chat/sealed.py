"""How WeChat signs and seals what it sends (消息加解密): SHA-1 over sorted parts, AES-256-CBC.

After 微信开放平台 "消息加解密说明": the plain bytes are 16 random ones, the length of the message
in network order (4), the message, the AppID; filled up to 32 (PKCS#7); the key is the base64 of
EncodingAESKey + "=", the initial vector its first 16 bytes. Nothing of it hides how a message that
cannot be opened is wrong: every fault is told alike, so nobody learns from one about the filling.
"""

import base64
import binascii
import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from commonward.core.refusals import N_, Forbidden, Invalid

_BLOCK = 32
_HEAD = 20


def signature(*parts: str) -> str:
    """SHA-1 over the parts, sorted and joined, in hexadecimal."""
    # The platform's own scheme: no other hash is understood there.
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def is_signed(given: str, *parts: str) -> bool:
    """Whether a signature is the one over these parts; compared in constant time."""
    return hmac.compare_digest(given.encode(), signature(*parts).encode())


def key_of(encoded: str) -> bytes:
    """The 32 bytes of an EncodingAESKey of 43 signs. Raises Invalid."""
    try:
        key = base64.b64decode(encoded + "=", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(encoded) != 43 or len(key) != 32:
        raise Invalid(N_("An EncodingAESKey has 43 letters and digits."), field="aes")
    return key


def opened(sealed: str, key: bytes, app: str) -> str:
    """The message in what the platform sealed for this AppID. Raises Forbidden, however wrong it is."""
    wrong = Forbidden(N_("The signature of this message does not fit."))
    try:
        raw = base64.b64decode(sealed, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise wrong from fault
    if not raw or len(raw) % 16:
        raise wrong
    cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = cipher.update(raw) + cipher.finalize()
    fill = plain[-1]
    if not 1 <= fill <= _BLOCK or plain[-fill:] != bytes([fill]) * fill:
        raise wrong
    plain = plain[:-fill]
    length = int.from_bytes(plain[16:_HEAD], "big")
    message, ours = plain[_HEAD : _HEAD + length], plain[_HEAD + length :]
    if len(plain) < _HEAD or len(message) != length or not hmac.compare_digest(ours, app.encode()):
        raise wrong
    try:
        return message.decode()
    except UnicodeDecodeError as fault:
        raise wrong from fault


def sealed(message: str, key: bytes, app: str, random: bytes) -> str:
    """The message sealed for the platform; `random` are 16 fresh bytes."""
    plain = random + len(message.encode()).to_bytes(4, "big") + message.encode() + app.encode()
    fill = _BLOCK - len(plain) % _BLOCK
    cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    raw = cipher.update(plain + bytes([fill]) * fill) + cipher.finalize()
    return base64.b64encode(raw).decode()
