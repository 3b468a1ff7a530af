"""A browser without eyes: asks one site, keeps its cookies, and reads links and forms of a page.

It follows no redirect by itself: where one leads is what is looked at. Standard library alone.
"""

import contextlib
import http.client
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

MOST = 8 << 20
"""Bytes of an answer that are read."""
LONG = 1 << 20
"""A longer body may be refused by hanging up; a shorter one must be answered."""
REFUSED, HUNG_UP = 413, 599
Field = tuple[str, str]
_LOADS = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: every header in its order, and the body."""

    method: str
    path: str
    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """The values of a header, joined as HTTP joins them."""
        return ", ".join(v for n, v in self.headers if n.lower() == name.lower())

    @property
    def kind(self) -> str:
        """Its media type without parameters."""
        return self.header("Content-Type").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


@dataclass(slots=True)
class Form:
    """A form of a page: where it goes, how, and each field with its kind and its value."""

    action: str
    method: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def shape(self) -> tuple[str, ...]:
        """The names of its fields: two forms of one kind are tried once."""
        return tuple(sorted({name for name, _kind, _value in self.fields}))


class Page(HTMLParser):
    """Links, forms, what a browser would load, and what a strict policy forbids."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.path = path
        self.links: list[str] = []
        self.loads: list[str] = []
        self.forms: list[Form] = []
        self.forbidden: list[str] = []
        self._chosen: tuple[str, bool] | None = None
        self._area: tuple[str, list[str]] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read one element."""
        given = {name: value or "" for name, value in attrs}
        self.forbidden += [f"<{tag} {n}=…>" for n in given if n.startswith("on") or n == "style"]
        if tag == "script" and "src" not in given and given.get("type") not in (
            "application/json", "application/ld+json",
        ):  # fmt: skip
            self.forbidden.append("<script> without a file")
        if tag == "style":
            self.forbidden.append("<style>")
        if tag in _LOADS and given.get(_LOADS[tag]):
            self.loads.append(urljoin(self.path, given[_LOADS[tag]]))
        if tag in ("a", "area") and "href" in given:
            self.links.append(urljoin(self.path, given["href"]))
        for name in ("hx-get", "data-url", "data-src"):
            if given.get(name, "").startswith("/"):
                self.links.append(given[name])
        if tag == "form":
            action = urljoin(self.path, given.get("action") or "")
            self.forms.append(Form(action, given.get("method", "get").lower()))
        elif self.forms:
            self._field(tag, given)

    def _field(self, tag: str, given: Mapping[str, str]) -> None:
        name, fields = given.get("name", ""), self.forms[-1].fields
        kind = given.get("type", "text").lower()
        if tag == "input" and name and kind in ("checkbox", "radio"):
            if "checked" in given or not any(n == name for n, _k, _v in fields):
                fields.append((name, kind, given.get("value", "on")))
        elif tag == "input" and name:
            fields.append((name, kind, given.get("value", "")))
        elif tag == "button" and name:
            fields.append((name, "button", given.get("value", "")))
        elif tag == "select" and name:
            fields.append((name, "select", ""))
            self._chosen = (name, False)
        elif tag == "option" and self._chosen:
            name, sure = self._chosen
            empty = not fields[-1][2]
            if fields[-1][0] == name and ("selected" in given or (not sure and empty)):
                fields[-1] = (name, "select", given.get("value", ""))
                self._chosen = (name, sure or "selected" in given)
        elif tag == "textarea" and name:
            self._area = (name, [])

    def handle_data(self, data: str) -> None:
        """The value of a text area."""
        if self._area:
            self._area[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        """A text area's or a list's end."""
        if tag == "textarea" and self._area:
            if self.forms:
                self.forms[-1].fields.append((self._area[0], "textarea", "".join(self._area[1])))
            self._area = None
        if tag == "select":
            self._chosen = None


class Browser:
    """One visitor with cookies of their own."""

    def __init__(self, host: str, port: int, headers: Mapping[str, str] | None = None) -> None:
        self.host, self.port = host, port
        self.headers = dict(headers or {})
        self.cookies: dict[str, str] = {}
        self.set: list[str] = []
        self.asked = 0

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a path."""
        return self.ask("GET", path, headers=headers)

    def send(
        self, path: str, fields: Iterable[Field], headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a form."""
        body = urlencode(list(fields)).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, body, kind | dict(headers or {}))

    def send_files(
        self, path: str, fields: Iterable[Field], files: Mapping[str, tuple[str, bytes]]
    ) -> Answer:
        """Send a form with files."""
        mark, parts = "commonward-crawl", []
        for name, value in fields:
            parts.append(
                f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            )
        for name, (title, data) in files.items():
            head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{title}"\r\nContent-Type: application/octet-stream\r\n\r\n'
            parts += [head.encode(), data, b"\r\n"]
        body = b"".join([*parts, f"--{mark}--\r\n".encode()])
        return self.ask(
            "POST", path, body, {"Content-Type": f"multipart/form-data; boundary={mark}"}
        )

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request over a line of its own; the path as it stands, without its fragment."""
        self.asked += 1
        sent: dict[str, Any] = {"Host": f"localhost:{self.port}", **self.headers, **(headers or {})}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{n}={v}" for n, v in self.cookies.items())
        line = http.client.HTTPConnection(self.host, self.port, timeout=120)
        try:
            # Who refuses a long body may answer before it was read, and hang up.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                line.request(method, path.partition("#")[0] or "/", body, sent)
            came = line.getresponse()
            answer = Answer(method, path, came.status, came.getheaders(), came.read(MOST))
        except (OSError, http.client.HTTPException):
            answer = Answer(method, path, REFUSED if len(body or b"") > LONG else HUNG_UP, (), b"")
        finally:
            line.close()
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                self._keep(value)
        return answer

    def _keep(self, told: str) -> None:
        self.set.append(told)
        name, _, value = told.partition(";")[0].partition("=")
        if "max-age=0" in told.lower().replace(" ", "") or not value.strip('"'):
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value

    def own(self, address: str) -> str | None:
        """The path of an address of this site, or None where it leads elsewhere."""
        told = urlsplit(urljoin("/", address))
        if told.scheme not in ("", "http", "https") or (told.scheme and not told.netloc):
            return None
        if told.netloc and told.netloc not in (f"localhost:{self.port}", f"127.0.0.1:{self.port}"):
            return None
        return told.path + (f"?{told.query}" if told.query else "")
