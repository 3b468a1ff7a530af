"""ETag and If-Match: two who change the same case are told, not overwritten (RFC 9110)."""

import re
from typing import Annotated

from django.http import HttpResponse
from ninja import Header

from commonward.core.refusals import N_, Stale
from commonward.doors.api.problems import Refused

IfMatch = Annotated[
    str,
    Header(
        "",
        alias="If-Match",
        description="The ETag of the version that you read; required, and “*” is not taken.",
    ),
]

MISSING = N_("Send “If-Match” with the ETag you read: the change is made only to that version.")
NOT_OURS = N_("This If-Match is no version of it; read it again and send the ETag as it is.")

_ETAG = re.compile(r'\s*"(\d{1,10})"\s*')


def version_of(if_match: str) -> int:
    """The version that the caller has read. Raises Refused 428 and Stale."""
    if not if_match.strip():
        raise Refused(428, "if_match", MISSING, field="If-Match")
    found = _ETAG.fullmatch(if_match)
    if found is None:
        raise Stale(NOT_OURS, field="If-Match")
    return int(found.group(1))


def tag(response: HttpResponse, version: int) -> None:
    """Say which version an answer shows."""
    response["ETag"] = f'"{version}"'
