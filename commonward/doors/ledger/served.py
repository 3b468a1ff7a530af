"""A file of the log over HTTP: what it is, how long it may be kept, who may read it (everybody)."""

import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response

from commonward.core.ledger.folder import Folder

_TEXT = "text/plain; charset=utf-8"
_LASTING = "public, max-age=31536000, immutable"
_FRESH = "no-cache"
_SOON = "public, max-age=1"
"""What is not there yet may be there in a second."""
_REPLACED = frozenset({"checkpoint", "cosigned", "keys"})
"""Files that another takes the place of; at every other address lies the same for ever."""


def log() -> Folder:
    """The log's files."""
    return Folder(settings.LEDGER)


def file_at(request: HttpRequest, path: str) -> HttpResponseBase:
    """The file at a path of the log, or 404 in plain words; conditional requests get 304.

    Only the paths that a log can have reach the folder (`core.ledger.folder`).
    """
    try:
        raw = log().fetch(path)
    except (LookupError, OSError):
        return refused("The log has no such file.", 404)
    kind = "application/octet-stream" if path.startswith("tile/") else _TEXT
    response = HttpResponse(raw, content_type=kind)
    response["Cache-Control"] = _FRESH if path in _REPLACED else _LASTING
    return marked(request, response)


def marked(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """The response with a mark of its content, or 304 where the reader has just that."""
    mark = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = mark
    _for_everybody(response)
    found = get_conditional_response(request, etag=mark, response=response) or response
    _for_everybody(found)
    return found


def refused(text: str, status: int) -> HttpResponse:
    """A refusal in plain words, for programs and for whoever reads along."""
    response = HttpResponse(f"{text}\n", status=status, content_type=_TEXT)
    response["Cache-Control"] = _SOON
    _for_everybody(response)
    return response


def _for_everybody(response: HttpResponseBase) -> None:
    """Pages of other sites may read it: it is public, and no cookie counts here."""
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Content-Type-Options"] = "nosniff"
