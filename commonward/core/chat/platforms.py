"""Which platforms a site talks by, each as one address says it."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

from commonward.core.chat.sealed import key_of
from commonward.core.refusals import N_, Invalid

_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
_TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")


@dataclass(frozen=True, slots=True)
class Platform:
    """`user` and `password` are the bot's number and key, or the account's AppID and AppSecret;
    `secret` is what the platform proves itself with, `aes` the EncodingAESKey ("": plain mode)."""

    address: SplitResult
    user: str
    password: str
    secret: str
    aes: str = ""
    category: str = ""

    def at(self, path: str, **query: str) -> SplitResult:
        """An address of the platform."""
        whole = f"{self.address.path.rstrip('/')}{path}"
        return self.address._replace(path=whole, query=urlencode(query))


@lru_cache(maxsize=8)
def telegram_of(text: str) -> Platform:
    """What COMMONWARD_TELEGRAM says. Raises Invalid, which never repeats a secret."""
    right = "https://NUMBER:KEY@api.telegram.org?secret=…"
    return _read(text, "COMMONWARD_TELEGRAM", right, ("secret", "category"), "secret", _SECRET)


@lru_cache(maxsize=8)
def wechat_of(text: str) -> Platform:
    """What COMMONWARD_WECHAT says. Raises Invalid, which never repeats a secret."""
    right = "https://APPID:APPSECRET@api.weixin.qq.com?token=…&aes=…"
    found = _read(text, "COMMONWARD_WECHAT", right, ("token", "aes", "category"), "token", _TOKEN)
    if found.aes:
        key_of(found.aes)
    return found


def _read(
    text: str, name: str, right: str, options: tuple[str, ...], secret: str, form: re.Pattern[str]
) -> Platform:
    url = urlsplit(text)
    given = dict(parse_qsl(url.query, keep_blank_values=True))
    whole = url.scheme in ("https", "http") and url.hostname and url.username and url.password
    if not whole or set(given) - set(options) or not form.fullmatch(given.get(secret, "")):
        raise Invalid(N_("{name} cannot be read; it wants: {right}"), name=name, right=right)
    bare = SplitResult(url.scheme, url.netloc.rpartition("@")[2], url.path, "", "")
    return Platform(
        bare, unquote(url.username or ""), unquote(url.password or ""), given[secret],
        given.get("aes", ""), given.get("category", ""),
    )  # fmt: skip
