"""The log over HTTP: its files, proofs between two of its sizes, and pages for people."""

from base64 import b64encode
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from commonward.core.ledger.merkle import Broken
from commonward.core.ledger.merkle import consistency as proof_between
from commonward.core.ledger.tiles import Tiled
from commonward.doors.ledger import alone
from commonward.doors.ledger.served import file_at, log, marked, refused
from commonward.doors.ledger.standing import Standing, published, standing
from commonward.doors.ledger.words import in_every_language
from commonward.doors.look.showing import page

CONSISTENCY = "commonward-consistency/1"
_FILE_NAME = "commonward-verify.html"


@require_safe
def file(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file of the log, as it lies in its folder."""
    return file_at(request, path)


@require_safe
def consistency(request: HttpRequest, before: int) -> HttpResponseBase:
    """The proof (RFC 9162 §2.1.4) that today's log begins with the one of `before` entries.

    JSON: format, log, before, the checkpoint as it is signed now, and the proof's hashes.
    """
    signed = published()
    if signed is None:
        return refused("The log has not begun.", 404)
    note, now = signed
    try:
        proof = proof_between(before, now.size, Tiled(now.size, log().fetch).node)
    except Broken as fault:
        return refused(f"There is no such proof: {fault}.", 404)
    told = {
        "format": CONSISTENCY,
        "log": now.origin,
        "before": before,
        "checkpoint": note,
        "proof": proof,
    }
    response = JsonResponse(told, json_dumps_params={"default": _base64})
    response["Content-Disposition"] = f'attachment; filename="proof-{before}-{now.size}.json"'
    response["Cache-Control"] = "no-cache"
    return marked(request, response)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What the log is, how far it is, and how to check it oneself."""
    found = standing()
    address = settings.SITE_URL.rstrip("/") + reverse("ledger:about")
    context: dict[str, Any] = {
        "found": found,
        "checkpoint": reverse("ledger:file", args=["checkpoint"]),
        "command": _command(address, found),
        "alone_digest": _alone(found)[1],
    }
    return page(request, "ledger/about.html", context)


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """The page that checks a receipt in the browser; it knows nothing and sends nothing."""
    found = standing()
    words = in_every_language()
    code = get_language() or settings.LANGUAGE_CODE
    context = {
        "words": words,
        "text": words[code],
        "keys": "\n".join(found.keys) if found else "",
        "origin": found.origin if found else "",
        "history_site": _proofs_at(),
    }
    return page(request, "ledger/verify.html", context)


@require_safe
def verify_alone(request: HttpRequest) -> HttpResponse:
    """The same page as one file to keep, with the log's keys of today."""
    response = HttpResponse(_alone(standing())[0], content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{_FILE_NAME}"'
    response["Cache-Control"] = "no-cache"
    return response


def _command(address: str, found: Standing | None) -> str:
    """How to look at this log from elsewhere, with its key of today."""
    key = f" --key {found.keys[0]}" if found else ""
    return f"commonward ledger monitor {address} --state seen.json{key}"


def _alone(found: Standing | None) -> tuple[bytes, str]:
    origin, keys = (found.origin, "\n".join(found.keys)) if found else ("", "")
    return alone.page(origin, keys, settings.SITE_URL.rstrip("/") + _proofs_at())


def _proofs_at() -> str:
    """The address below which the proofs of consistency lie."""
    return reverse("ledger:consistency", args=[0]).removesuffix("0/")


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode()
