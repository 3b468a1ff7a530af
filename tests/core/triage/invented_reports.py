"""Reports written by a small grammar, with a seed: four kinds of problems, each with words of its own."""

import random

from commonward.core.triage.said import Example
from commonward.core.triage.starting import Seed

WORDS = {
    "lamp": ("路灯", "不亮", "熄灭", "灯杆", "漆黑", "照明", "闪烁", "灯泡", "夜间", "电线"),
    "waste": ("垃圾", "清运", "臭味", "堆积", "垃圾桶", "保洁", "苍蝇", "渗水", "分类", "焚烧"),
    "noise": ("噪音", "施工", "半夜", "扰民", "音响", "装修", "喇叭", "睡觉", "凌晨", "打桩"),
    "wages": ("工资", "拖欠", "合同", "加班", "社保", "劳动", "老板", "结算", "工地", "仲裁"),
}
COMMON = (
    "小区",
    "附近",
    "居民",
    "情况",
    "处理",
    "希望",
    "部门",
    "多日",
    "影响",
    "生活",
    "反映",
    "门口",
)
SEEDS = tuple(Seed(code, words[:3], "、".join(words[3:7])) for code, words in WORDS.items())


def reports(count: int, *, seed: int = 0, wrong: float = 0.0) -> list[Example]:
    """So many examples; `wrong` is the share whose code a person has mistaken."""
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        code = chance.choice(tuple(WORDS))
        told = chance.sample(WORDS[code], chance.randint(2, 4))
        other = chance.sample(WORDS[chance.choice(tuple(WORDS))], chance.randint(0, 1))
        words = [*told, *other, *chance.sample(COMMON, chance.randint(2, 8))]
        chance.shuffle(words)
        said = chance.choice(tuple(WORDS)) if chance.random() < wrong else code
        made.append(Example("，".join(words), said))
    return made
