"""Files of another system for tests: a hotline's orders as it writes them, and how they are read."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from commonward.cases.actions import exchanging
from commonward.cases.models import ExchangeRun
from commonward.core.rights import SYSTEM
from tests.district import AT, District

TITLES = (
    "工单号",
    "内容",
    "类别",
    "纬度",
    "经度",
    "地址",
    "受理时间",
    "时限",
    "姓名",
    "电话",
    "同意",
    "状态",
)
MAPPING: Mapping[str, Any] = {
    "zone": "Asia/Shanghai",
    "fields": {
        "ref": {"column": "工单号"}, "words": {"column": "内容"},
        "category": {"column": "类别", "values": {"垃圾": "0301", "路灯": "0102"}},
        "lat": {"column": "纬度"}, "lon": {"column": "经度"}, "address": {"column": "地址"},
        "opened_at": {"column": "受理时间", "form": "%Y-%m-%d %H:%M"},
        "due_at": {"column": "时限", "form": "%Y-%m-%d %H:%M"},
        "name": {"column": "姓名"}, "phone": {"column": "电话"}, "consent": {"column": "同意"},
        "channel": {"constant": "hotline"}, "status": {"column": "状态"},
    },
    "back": {
        "columns": {"ref": "工单号", "status": "办理状态", "number": "受理编号"},
        "statuses": {"intake": "已接收", "filing": "待立案", "evaluate": "已办结"},
    },
}  # fmt: skip


def order(ref: str = "H1", **given: str) -> dict[str, str]:
    """A row that is right; `given` by our names of its columns."""
    lat, lon = District.inside()
    plain = {
        "工单号": ref, "内容": "Rubbish beside the gate.", "类别": "垃圾", "纬度": str(lat),
        "经度": str(lon), "地址": "East gate", "受理时间": AT.strftime("%Y-%m-%d %H:%M"), "时限": "",
        "姓名": "", "电话": "", "同意": "", "状态": "办理中",
    }  # fmt: skip
    return plain | given


def csv_bytes(rows: Sequence[Mapping[str, str]], encoding: str = "utf-8") -> bytes:
    """The rows as the other system saves them."""
    made = io.StringIO()
    out = csv.DictWriter(made, TITLES)
    out.writeheader()
    out.writerows(rows)
    return made.getvalue().encode(encoding)


def json_bytes(rows: Sequence[Mapping[str, str]]) -> bytes:
    """The same as JSON with the list at a path."""
    return json.dumps({"data": {"orders": rows}}, ensure_ascii=False).encode()


def made(name: str = "hotline", form: str = "csv", direction: str = "both", **more: Any) -> None:
    """An exchange with its mapping."""
    exchanging.add_exchange(SYSTEM, name, direction=direction, form=form, at=AT)
    exchanging.set_mapping(SYSTEM, name, {**MAPPING, **more}, at=AT)


def run(data: bytes, kind: str = "in", name: str = "hotline", after: float = 0) -> ExchangeRun:
    """A whole run, so many hours after the district's morning."""
    at = AT + timedelta(hours=1 + after)
    begun = exchanging.begin(SYSTEM, name, kind, data, file="orders.csv", at=at)
    return exchanging.carry_on(begun.pk, lambda: at)
