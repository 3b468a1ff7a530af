"""What may come in: texts that can be kept, moments with a zone, numbers that fit."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from commonward.core.refusals import N_

NOT_PLAIN = N_("It holds a NUL character or half of a character; send plain text in UTF-8.")
NO_SUCH_TIME = N_("Give a moment between the years 1970 and 2200, with a zone such as +08:00.")
NOT_DATA = N_("It holds something that JSON cannot keep, such as NaN or a NUL character.")


def _plain(given: str) -> str:
    try:
        given.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError(NOT_PLAIN) from None
    if "\x00" in given:
        raise ValueError(NOT_PLAIN)
    return given


def _moment(given: datetime) -> datetime:
    # Years at the ends of the calendar overflow as soon as a zone is taken off or put on.
    if not 1970 < given.year < 2200:
        raise ValueError(NO_SUCH_TIME)
    return given.astimezone(UTC)


def _data(given: Any) -> Any:
    try:
        written = json.dumps(given, allow_nan=False, ensure_ascii=False)
        written.encode("utf-8")
    except (ValueError, RecursionError):
        raise ValueError(NOT_DATA) from None
    if "\\u0000" in written:
        raise ValueError(NOT_DATA)
    return given


Words = Annotated[str, StringConstraints(max_length=4000), AfterValidator(_plain)]
Line = Annotated[str, StringConstraints(max_length=300), AfterValidator(_plain)]
Address = Annotated[str, StringConstraints(max_length=500), AfterValidator(_plain)]
Name = Annotated[str, StringConstraints(max_length=200), AfterValidator(_plain)]
Code = Annotated[str, StringConstraints(max_length=64), AfterValidator(_plain)]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Number = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{1,20}$")]
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Lat = Annotated[float, Field(ge=-90, le=90)]
Lon = Annotated[float, Field(ge=-180, le=180)]
Moment = Annotated[AwareDatetime, AfterValidator(_moment)]
Data = Annotated[dict[str, Any], AfterValidator(_data)]
