"""One call over HTTP: JSON or a form in, JSON or bytes out, refusals as exceptions."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen


class Refused(Exception):
    """The site refused: `code` is stable, `detail` is for people."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('code', '')}: {problem.get('detail', '')}")
        self.status = status
        self.code = str(problem.get("code", ""))
        self.detail = str(problem.get("detail", ""))
        self.field = str(problem.get("field", ""))
        self.problem = dict(problem)


@dataclass(frozen=True)
class Upload:
    """A file of a form."""

    name: str
    data: bytes
    kind: str = "application/octet-stream"


class Caller:
    """Where the site is, with which key, in which language it answers."""

    def __init__(self, site: str, key: str, *, language: str = "en", timeout: float = 30.0) -> None:
        if not site.startswith(("https://", "http://")):
            raise ValueError("The site's address begins with https:// or http://.")
        self.site = site.rstrip("/")
        self.timeout = timeout
        self._headers = {"Authorization": f"Bearer {key}", "Accept-Language": language}
        self.etag = ""
        """The ETag of the last answer: what If-Match asks for."""

    @staticmethod
    def path(pattern: str, values: Mapping[str, Any]) -> str:
        """The pattern with its values, each as one part of the address."""
        for name, value in values.items():
            pattern = pattern.replace(f"{{{name}}}", quote(str(value), safe=""))
        return pattern

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, Any] | None = None,
        body: Any = None,
        form: Mapping[str, "str | Upload"] | None = None,
        raw: bool = False,
    ) -> Any:
        """The answer's JSON (or its bytes); None where there is none. Raises Refused."""
        address = self.site + path
        asked = {name: _plain(value) for name, value in (query or {}).items() if value is not None}
        if asked:
            address += "?" + urlencode(asked, doseq=True)
        given = {name: str(value) for name, value in (headers or {}).items() if value is not None}
        sent = {**self._headers, **given}
        data = None
        if form is not None:
            data, sent["Content-Type"] = _multipart(form)
        elif body is not None:
            data, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        request = Request(address, data, sent, method=method)  # noqa: S310 (the scheme was checked)
        try:
            with urlopen(request, timeout=self.timeout) as answer:  # noqa: S310 (the same)
                found: bytes = answer.read()
                self.etag = answer.headers.get("ETag", "")
        except HTTPError as error:
            with error:
                raise Refused(error.code, _problem(error.read())) from None
        if raw:
            return found
        return json.loads(found) if found else None


def _plain(value: Any) -> Any:
    """Booleans as JSON writes them; several values stay several."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def _problem(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"detail": raw[:500].decode(errors="replace")}


def _multipart(form: Mapping[str, "str | Upload"]) -> tuple[bytes, str]:
    mark = secrets.token_hex(16)
    parts = []
    for name, value in form.items():
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{quote(name)}"'
        if isinstance(value, Upload):
            head += f'; filename="{quote(value.name)}"\r\nContent-Type: {value.kind}'
            data = value.data
        else:
            data = value.encode()
        parts.append(head.encode() + b"\r\n\r\n" + data + b"\r\n")
    return b"".join(parts) + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"
