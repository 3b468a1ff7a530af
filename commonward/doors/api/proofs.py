"""What the public log holds of a report, for whoever has the report's secret (存证凭证)."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from ninja.security import APIKeyHeader
from pydantic import Field

from commonward.cases.actions.receipts import enter
from commonward.cases.queries.followed import followed, report_of_receipt, report_of_token
from commonward.cases.queries.ledger import receipt_for
from commonward.core.numbers import normalise
from commonward.core.refusals import N_, Invalid, Missing
from commonward.doors.api.fields import Number
from commonward.doors.api.problems import Refused
from commonward.doors.api.router import PROBLEMS, router
from commonward.people.queries import now as site_now

TAGS = ["proofs"]
_LINK = 40
"""Characters of the token in the link of a receipt; a contact code has six."""
_LONGEST = 100
NO_SECRET = N_("Send the code or the token of the report's receipt: “Receipt-Secret: …”.")


class ProofShown(Schema):
    """The proof as far as the log is: `receipt` is what `commonward ledger verify` and the page
    that checks receipts take (`commonward-receipt/1`), null while nothing is proven. `waiting` steps
    are being sealed; `lost` ones can no longer be shown, because the case was forgotten on time."""

    number: str
    complete: bool
    waiting: int
    lost: int
    receipt: dict[str, Any] | None = Field(description="JSON as it is to be kept")


class ReceiptSecret(APIKeyHeader):
    """What the reporter has: the contact code, or the token of the link (in a header: no server
    writes that down)."""

    param_name = "Receipt-Secret"

    def authenticate(self, request: HttpRequest, key: str | None) -> str | None:
        """The secret, still to be compared with the report. Raises Refused 401."""
        secret = (key or "").strip()
        if not secret:
            raise Refused(401, "secret", NO_SECRET)
        return secret[:_LONGEST]


@router.get(
    "/reports/{number}/proof",
    tags=TAGS,
    auth=ReceiptSecret(),
    response={200: ProofShown, **PROBLEMS},
)
def read_proof(request: HttpRequest, response: HttpResponse, number: Number) -> dict[str, Any]:
    """The receipt of a report with all that its own page tells: the same as that page gives.

    It takes no key of an office: who has the secret may read it, and nobody else. Wrong codes are
    counted (problem “tries”). The answer is never to be kept by anybody on the way.
    """
    at = site_now()
    secret: str = request.auth  # type: ignore[attr-defined]
    found = followed(_report(number, secret, at), at)
    made = receipt_for(found)
    response["Cache-Control"] = "private, no-store"
    return {
        "number": found.number,
        "complete": made.complete,
        "waiting": made.waiting,
        "lost": made.lost,
        "receipt": made.receipt,
    }


def _report(number: str, secret: str, at: datetime) -> int:
    """The report that both open together. Raises Invalid and Refusal "tries"."""
    if len(secret) < _LINK:
        return report_of_receipt(enter(number, secret, at).pk)
    try:
        report = report_of_token(secret)
        if followed(report, at).number == normalise(number):
            return report
    except Missing:
        pass
    raise Invalid(
        N_("The number and the code do not belong together. Compare both with your receipt."),
        field="Receipt-Secret",
    )
