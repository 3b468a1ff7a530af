"""A small corpus of reports written by grammar, for trainings in tests: no person's words."""

import csv
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from commonward.cases.actions.importing import Imported, import_cases
from commonward.core.incoming import Layout
from commonward.core.sheets import Sheet
from tests.district import LAMP, POTHOLE, RUBBISH, District

_MATTERS: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    LAMP: (
        ("路灯", "灯杆", "照明灯", "灯泡", "庭院灯", "the street lamp", "the light pole", "the lantern"),
        ("不亮了", "一闪一闪", "整夜漆黑", "灯罩掉了", "白天也亮着", "is dark", "flickers all night", "has no bulb"),
    ),
    RUBBISH: (
        ("垃圾", "厨余垃圾", "装修垃圾", "旧家具", "垃圾桶", "rubbish", "old furniture", "the bins"),
        ("堆了很久", "发臭", "招来苍蝇", "满出来了", "没人清运", "smells", "is piled up", "overflows"),
    ),
    POTHOLE: (
        ("路面", "柏油路", "井盖旁的路", "人行道地砖", "车道", "the road", "the pavement", "the asphalt"),
        ("塌陷了", "坑洼不平", "有个大坑", "裂开了", "下雨就积水成坑", "has a deep hole", "is cracked", "has sunk"),
    ),
}  # fmt: skip
_WHERE = (
    "东门", "西门", "学校旁", "菜场口", "桥头", "公园里", "三号楼前", "超市对面", "车站边", "河边",
    "north gate", "by the school", "near the market", "at the bridge", "behind the shop",
)  # fmt: skip
_BESIDE = (
    "请尽快处理", "已经好几天了", "晚上走路害怕", "邻居们都有意见", "昨天打过电话", "希望有人来看看",
    "please send somebody", "since last week", "it gets worse", "children pass here", "thank you",
)  # fmt: skip


def words(code: str, chance: random.Random) -> str:
    """A report of this kind: one to five things said of it, where, and what is said beside it."""
    things, states = _MATTERS[code]
    parts = [
        chance.choice(_WHERE) + chance.choice(things) + " " + chance.choice(states)
        for _ in range(chance.randint(1, 5))
    ]
    parts += [chance.choice(_BESIDE) for _ in range(chance.randint(0, 2))]
    chance.shuffle(parts)
    return "，".join(parts)


def closed_cases(
    folder: Path,
    until: datetime,
    *,
    count: int = 300,
    days: int = 90,
    seed: int = 1,
    wrong: float = 0.0,
    name: str = "corpus",
) -> Imported:
    """Import so many closed and solved cases of the days before `until`, all kinds alike.

    `wrong` of them bear another kind than their words speak of: a bad batch.
    """
    chance = random.Random(seed)
    codes = list(_MATTERS)
    path = folder / f"{name}.csv"
    lat, lon = District.inside()
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(
            ("ref", "category", "opened_at", "closed_at", "words", "outcome", "lat", "lon")
        )
        for number in range(count):
            code = chance.choice(codes)
            at = until - timedelta(days=days) + timedelta(days=days) * (number / count)
            given = (
                chance.choice([c for c in codes if c != code]) if chance.random() < wrong else code
            )
            table.writerow(
                (
                    f"{name}-{number}", given, at.isoformat(), (at + timedelta(hours=5)).isoformat(),
                    words(code, chance), "solved", lat, lon,
                )
            )  # fmt: skip
    columns = ("ref", "category", "opened_at", "closed_at", "words", "outcome", "lat", "lon")
    layout = Layout.from_data({"source": name, "columns": {c: c for c in columns}})
    return import_cases(Sheet.at(path), layout, at=until, rejects=folder / f"{name}-rejects.csv")
