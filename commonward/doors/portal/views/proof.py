"""A reporter's proof (存证凭证): what the public log holds of their report, to keep and to check."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from commonward.cases.queries.followed import Followed
from commonward.cases.queries.ledger import Receipted, receipt_for, state
from commonward.core.ledger.packed import packed
from commonward.core.refusals import Missing, Refusal
from commonward.doors.look.happening import heading
from commonward.doors.look.naming import refused
from commonward.doors.look.showing import page
from commonward.doors.portal.views.receipts import opened, opens_nothing

_LARGEST = 32
"""The largest version of QR code that a telephone reads well from paper: 145 modules wide."""
_CODES = 12
"""So many codes on a sheet at most; the file holds all."""
_LONG_PARTS = ("told", "words", "answers")


@dataclass(frozen=True, slots=True)
class Proved:
    """One step that the log holds. `code` is its QR code as an address of a picture, "" for none;
    `without_words` says that the words are in the file alone, because the code would be too dense.
    """

    heading: str
    at: datetime
    index: int
    code: str
    without_words: bool


@require_safe
def proof(request: HttpRequest, key: str) -> HttpResponse:
    """What is proven, what is still being sealed, and the codes; made to be printed."""
    try:
        found = opened(key)
    except Missing as refusal:
        return opens_nothing(request, refusal)
    fault = ""
    try:
        made = receipt_for(found)
    except Refusal as refusal:
        made, fault = Receipted(None, len(found.steps), 0), refused(refusal)
    checking = request.build_absolute_uri(reverse("ledger:verify"))
    context = {
        "found": found,
        "key": key,
        "made": made,
        "fault": fault,
        "proved": _proved(found, made, checking) if made.receipt else [],
        "check": f"{reverse('ledger:verify')}#r={packed(made.receipt)}" if made.receipt else "",
        "checking": checking,
        "state": state(),
    }
    return page(request, "portal/proof.html", context, private=True)


@require_safe
def proof_file(request: HttpRequest, key: str) -> HttpResponse:
    """The receipt of the log as a file (JSON, `commonward-receipt/1`)."""
    try:
        found = opened(key)
        made = receipt_for(found)
    except Missing as refusal:
        return opens_nothing(request, refusal)
    except Refusal:
        return _page_instead(request, key, 503)
    if made.receipt is None:
        return _page_instead(request, key, 404)
    response = JsonResponse(made.receipt, json_dumps_params={"indent": 1, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="proof-{found.number}.json"'
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _page_instead(request: HttpRequest, key: str, status: int) -> HttpResponse:
    """There is no file (yet): the page says why, and no browser takes it for the file."""
    response = proof(request, key)
    response.status_code = status
    return response


def _proved(found: Followed, made: Receipted, checking: str) -> list[Proved]:
    steps = {step.id: step for step in found.steps}
    entries = (made.receipt or {})["entries"]
    # The report as it came in stands on each sheet, and then what is newest.
    coded = {0, *range(len(entries))[-(_CODES - 1) :]}
    rows = []
    for place, entry in enumerate(entries):
        step = steps[entry["facts"]["event"]]
        code, short = _code(made, entry, checking) if place in coded else ("", False)
        rows.append(Proved(heading(step), step.at, entry["index"], code, short))
    return rows


def _code(made: Receipted, entry: dict[str, Any], checking: str) -> tuple[str, bool]:
    """A QR code that holds this entry's own receipt behind the “#” of the page that checks it."""
    kept = {n: one for n, one in entry["opened"].items() if n not in _LONG_PARTS}
    for opened_parts in (entry["opened"], kept):
        alone = {**(made.receipt or {}), "entries": [{**entry, "opened": opened_parts}]}
        # Two segments: the signs behind the “#” take 5½ bits each, the address before it 8.
        content: Any = [(f"{checking}#r=",), (packed(alone),)]
        try:
            # Packed bytes are as good as random under any mask; weighing all eight costs 40 ms a code.
            made_code = segno.make(content, error="l", micro=False, mask=0)
        except segno.DataOverflowError:
            continue
        if int(str(made_code.version)) <= _LARGEST:
            return made_code.svg_data_uri(scale=2, border=4), opened_parts is not entry["opened"]
    return "", True
