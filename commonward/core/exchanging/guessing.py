"""What the names of their columns suggest, for a mapping that nobody has drawn yet."""

from collections.abc import Mapping as Map
from collections.abc import Sequence
from typing import Any

NAMES: Map[str, tuple[str, ...]] = {
    "ref": ("工单编号", "工单号", "编号", "ref", "id", "order", "number"),
    "words": ("诉求内容", "工单内容", "内容", "描述", "words", "text", "description", "content"),
    "category": ("类别", "分类", "事项", "问题类型", "category", "kind", "type"),
    "lat": ("纬度", "lat", "latitude"),
    "lon": ("经度", "lon", "lng", "long", "longitude"),
    "address": ("地址", "地点", "位置", "address", "place", "where"),
    "opened_at": ("受理时间", "来电时间", "登记时间", "created", "opened", "received"),
    "due_at": ("办理时限", "截止时间", "时限", "due", "deadline"),
    "name": ("姓名", "诉求人", "联系人", "name", "caller"),
    "phone": ("联系电话", "电话", "手机", "phone", "mobile", "tel"),
    "email": ("邮箱", "email", "e-mail", "mail"),
    "consent": ("是否同意", "同意", "consent", "agreed"),
    "status": ("办理状态", "状态", "status", "state"),
}


def guessed(columns: Sequence[str]) -> dict[str, Any]:
    """A draft: each field with the column whose name is one of its own, else that holds one."""
    free = list(columns)
    fields: dict[str, Any] = {}
    for fits in (str.__eq__, str.__contains__):
        for field, names in NAMES.items():
            if field in fields:
                continue
            found = next(
                (c for n in names for c in free if fits(c.split(".")[-1].lower(), n)), None
            )
            if found is not None:
                fields[field] = {"column": found}
                free.remove(found)
    fields["channel"] = {"constant": "hotline"}
    back = {"columns": {"ref": fields.get("ref", {}).get("column", "ref"), "status": "status"}}
    return {"fields": fields, "back": back}
