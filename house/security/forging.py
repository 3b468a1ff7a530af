"""Hosts that are not ours, floods in one request, and files that unpack without end.

What is asserted is counted: the status, the bytes that came back and the memory that the server
took; the CPU seconds are told and hold nothing.
"""

import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Iterator

from house.security.asking import Answer, Browser
from house.security.judging import FORWARDED, cookie, judge
from house.security.told import Part
from house.security.town import Town

EVIL = "evil-host.example"
MEMORY = 160 << 10
"""KiB that all of it together may add to the server's most memory."""
START = ("/", "/report/", "/account/login/", "/desk/", "/field/", "/ledger/", "/data/", "/areas/",
         "/api/v1/openapi.json", "/open311/v2/discovery.json", "/-/alive", "/robots.txt")  # fmt: skip


def hosts(town: Town, part: Part) -> None:
    """A foreign host is refused, and a forwarded one changes nothing that is kept or told."""
    browser = town.browser()
    for path in START:
        foreign = browser.get(path, Host=EVIL)
        if foreign.status != 400 and EVIL in foreign.text + foreign.header("Location"):
            part.find("forged host", path, f"answered {foreign.status} and repeated the host")
        plain = browser.get(path)
        told = {
            name: FORWARDED
            for name in ("X-Forwarded-Host", "X-Host", "Forwarded", "X-Forwarded-Server")
        }
        for headers in (told, {"X-Original-URL": "/desk/", "X-Rewrite-URL": "/desk/"},
                        {"X-Forwarded-Proto": "https", "X-Forwarded-Port": "1"}):  # fmt: skip
            forged = browser.ask("GET", path, headers=headers)
            if FORWARDED in forged.text + str(forged.headers):
                part.find("forged host", path, f"{', '.join(headers)} is repeated")
            kept = "public" in forged.header("Cache-Control")
            if forged.status != plain.status or (kept and _bare(forged) != _bare(plain)):
                part.find("cache", path, f"{', '.join(headers)} changes what is answered")
    part.looked = f"{browser.asked} requests"


def tls(town: Town, part: Part) -> None:
    """The same town behind a web server that ends TLS: HSTS, and cookies for TLS alone."""
    browser = town.browser(**{"X-Forwarded-Proto": "https"})
    for path in START:
        answer = browser.get(path)
        judge(answer, browser, part, "tls", path)
        if "max-age=31536000" not in answer.header("Strict-Transport-Security"):
            part.find("hsts", path, answer.header("Strict-Transport-Security") or "missing")
        for told in (v for n, v in answer.headers if n.lower() == "set-cookie"):
            cookie(told, part, path, tls=True)
    part.looked += f"; {browser.asked} behind TLS"


def floods(town: Town, key: str, part: Part) -> None:
    """Each is refused or answered in few bytes, and the server's memory stays."""
    browser = town.browser()
    browser.get("/account/login/")
    cpu, held = town.work()
    count = 0
    for name, answer in _sent(browser, key):
        count += 1
        if answer is None:
            continue
        if answer.status >= 500:
            part.find("error", name, f"{answer.status} at {answer.path[:80]}")
        if len(answer.body) > 1 << 20:
            part.find("flood", name, f"answered with {len(answer.body):,} bytes")
    spent, most = town.work()
    if most - held > MEMORY:
        part.find("flood", "memory", f"grew by {(most - held) >> 10} MiB")
    part.looked = f"{count} floods: {max(0, most - held) >> 10} MiB more memory, {spent - cpu:.1f} CPU seconds"


def _sent(browser: Browser, key: str) -> Iterator[tuple[str, Answer | None]]:
    own = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    deep = b"[" * 100_000 + b"]" * 100_000
    nested = b'{"a":' * 50_000 + b"1" + b"}" * 50_000
    wide = json.dumps({f"k{n}": n for n in range(100_000)}).encode()
    for name, body in (("deep list", deep), ("deep object", nested), ("wide object", wide),
                       ("huge number", b"1" * 1_000_000), ("no text", b"\xff" * 1_000_000)):  # fmt: skip
        for path in ("/api/v1/cases", "/api/v1/calls"):
            yield f"{name} to {path}", _ask(browser, "POST", path, body, own)
    yield (
        "packed body",
        _ask(
            browser,
            "POST",
            "/api/v1/cases",
            gzip.compress(b"[" * 50_000_000),
            own | {"Content-Encoding": "gzip"},
        ),
    )
    many = b"&".join(b"k%d=1" % n for n in range(50_000))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for path in ("/report/", "/account/login/", "/open311/v2/requests.json", "/chat/"):
        yield f"many fields to {path}", _ask(browser, "POST", path, many, form)
        yield (
            f"many parameters to {path}",
            _ask(browser, "GET", f"{path}?{'&'.join(f'k{n}=1' for n in range(2_000))}"),
        )
        yield f"long address {path}", _ask(browser, "GET", f"{path}?q={'a' * 20_000}")
        yield (
            f"many headers {path}",
            _ask(browser, "GET", path, None, {f"X-{n}": "a" * 50 for n in range(90)}),
        )
        yield (
            f"long language {path}",
            _ask(browser, "GET", path, None, {"Accept-Language": "a-" * 5_000}),
        )
        yield (
            f"long cookie {path}",
            _ask(browser, "GET", path, None, {"Cookie": "a=" + "b" * 7_000}),
        )
    for title, data in _bombs():
        for path in ("/report/", "/open311/v2/requests.json", "/chat/"):
            answer = _files(browser, path, title, data)
            yield f"{title} to {path}", answer


def _bombs() -> Iterator[tuple[str, bytes]]:
    """Small files that ask for much room."""
    size = 60_000
    head = size.to_bytes(4, "big") * 2 + b"\x01\x00\x00\x00\x00"
    rows = zlib.compress(b"\0" * 4_000_000, 9)
    picture = b"\x89PNG\r\n\x1a\n"
    for kind, data in ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b"")):
        picture += (
            len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
        )
    yield "bomb.png", picture
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for n in range(4):
            file.writestr(f"xl/worksheets/sheet{n}.xml", b"\0" * 20_000_000)
    yield "bomb.xlsx", packed.getvalue()
    yield (
        "bomb.svg",
        b'<!DOCTYPE a [<!ENTITY b "' + b"c" * 1_000 + b'">]><svg>' + b"&b;" * 10_000 + b"</svg>",
    )


def _files(browser: Browser, path: str, title: str, data: bytes) -> Answer | None:
    sign = [("csrfmiddlewaretoken", browser.cookies.get("csrftoken", ""))]
    try:
        return browser.send_files(
            path, sign, {"photo": (title, data), "media": (title, data), "file": (title, data)}
        )
    except OSError:
        return None


def _ask(browser: Browser, method: str, path: str, body: bytes | None = None,
         headers: dict[str, str] | None = None) -> Answer | None:  # fmt: skip
    """The answer, or None where the server hung up, as it may."""
    try:
        return browser.ask(method, path, body, headers)
    except OSError:
        return None


def _bare(answer: Answer) -> bytes:
    return answer.body
