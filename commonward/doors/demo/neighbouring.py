"""What the demonstration exchanges: files with a hotline of another system, and one example of a
neighbouring district, which no network reaches."""

import csv
import io
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from commonward.cases.actions import exchanging
from commonward.cases.actions.federating import neighbours
from commonward.cases.models import Case
from commonward.core.federation import letters
from commonward.core.rights import SYSTEM
from commonward.doors.demo.matters import BY_CODE
from commonward.doors.demo.robots import SOURCE

HOTLINE = "hotline-example"
NEIGHBOUR = "邻区（示例，不可达 example, not reachable）"
ORIGIN = "neighbour.invalid"
"""Of a domain that never exists (RFC 2606): nothing can be sent there."""
ORDERS = 8
_COLUMNS = ("工单号", "内容", "类别", "纬度", "经度", "地址", "受理时间")
_WRITTEN = "%Y-%m-%d %H:%M"
_BACK = {
    "intake": "已接收", "filing": "待立案", "dispatch": "待派遣", "handle": "办理中",
    "evaluate": "已办结", "closed": "已归档",
}  # fmt: skip


def begin(at: datetime) -> int:
    """One exchange with its mapping, a file taken in, and a comparison that left differences; one
    neighbour. Says how many orders were taken in."""
    taken = _exchange(at)
    made = neighbours.add_neighbour(
        SYSTEM, NEIGHBOUR, f"https://{ORIGIN}", at=at,
        key=letters.public_text(letters.public_of(letters.new_key())),
    )  # fmt: skip
    neighbours.pause(SYSTEM, made.pk, at=at, on=True)
    return taken


def _exchange(at: datetime) -> int:
    """Where and what people of the district reported lately, as if it had come to a hotline."""
    sent = at - timedelta(hours=6)
    lived = Case.objects.filter(source=SOURCE, lat__isnull=False, opened_at__lt=sent)
    told = list(
        lived.exclude(summary="").filter(category__code__in=BY_CODE).order_by("-id")
        .values_list("summary", "category__code", "lat", "lon", "address")[:ORDERS]
    )  # fmt: skip
    exchanging.add_exchange(SYSTEM, HOTLINE, direction="both", form="csv", at=sent)
    exchanging.set_mapping(SYSTEM, HOTLINE, _mapping({code for _w, code, *_rest in told}), at=sent)
    orders = [
        [f"H{number:03}", words, BY_CODE[code].name, lat, lon, address,
         timezone.localtime(sent - timedelta(minutes=40)).strftime(_WRITTEN)]
        for number, (words, code, lat, lon, address) in enumerate(told, 1)
    ]  # fmt: skip
    run = exchanging.begin(SYSTEM, HOTLINE, "in", _file(orders), file="工单 orders.csv", at=sent)
    taken = exchanging.carry_on(run.pk, lambda: sent).taken
    # Their evening list: one address was corrected there, one order never came here, one is missing.
    theirs = [list(one) for one in orders[:-1]]
    theirs[0][5] = f"{theirs[0][5]}（东门）"
    theirs.append(["H900", *theirs[1][1:]])
    later = at - timedelta(hours=1)
    compared = exchanging.begin(
        SYSTEM, HOTLINE, "reconcile", _file(theirs), file="对账 list.csv", at=later
    )
    exchanging.carry_on(compared.pk, lambda: later)
    return taken


def _mapping(codes: Collection[str]) -> dict[str, Any]:
    """How their columns are read, and what is told back."""
    ref, words, kind, lat, lon, address, taken = _COLUMNS
    return {
        "fields": {
            "ref": {"column": ref}, "words": {"column": words},
            "category": {"column": kind, "values": {BY_CODE[code].name: code for code in codes}},
            "lat": {"column": lat}, "lon": {"column": lon}, "address": {"column": address},
            "opened_at": {"column": taken, "form": _WRITTEN}, "channel": {"constant": "hotline"},
        },
        "back": {
            "columns": {"ref": ref, "status": "办理状态", "number": "受理编号"}, "statuses": _BACK,
        },
    }  # fmt: skip


def _file(orders: Sequence[Sequence[object]]) -> bytes:
    made = io.StringIO()
    out = csv.writer(made)
    out.writerow(_COLUMNS)
    out.writerows(orders)
    return made.getvalue().encode()
