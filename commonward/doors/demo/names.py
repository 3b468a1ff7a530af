"""Invented names of the demonstration, each in Chinese and English."""

from collections.abc import Iterator

PROVINCE, CITY = ("示范省", "Sample Province"), ("示范市", "Sample City")
DISTRICT, CODE = ("云桥区", "Yunqiao District"), "990101"

COMMUNITIES = (4, 4, 3, 4, 3, 4, 3, 4, 3, 3, 3, 3, 4, 4, 4, 3, 3, 2)
"""How many communities each street has; the first `SOUTH` streets lie north of the river."""
SOUTH = 12
GRIDS = 484
_SUBDISTRICTS: tuple[tuple[str, str], ...] = (
    ("鼓楼", "Gulou"), ("文昌", "Wenchang"), ("南门", "Nanmen"), ("滨江", "Binjiang"),
    ("学府", "Xuefu"), ("荷塘", "Hetang"), ("东湖", "Donghu"), ("新桥", "Xinqiao"),
    ("青石", "Qingshi"), ("长乐", "Changle"), ("柳堤", "Liudi"), ("栖霞", "Qixia"),
)  # fmt: skip
_TOWNS: tuple[tuple[str, str], ...] = (
    ("稻香", "Daoxiang"), ("渡口", "Dukou"), ("枫溪", "Fengxi"), ("白鹭", "Bailu"),
    ("松岭", "Songling"), ("云顶", "Yunding"),
)  # fmt: skip

_COMMUNITIES: tuple[tuple[str, str], ...] = (
    ("锦绣", "Jinxiu"), ("和平", "Heping"), ("幸福", "Xingfu"), ("春晖", "Chunhui"),
    ("翠竹", "Cuizhu"), ("梅园", "Meiyuan"), ("桂花", "Guihua"), ("金桥", "Jinqiao"),
    ("银杏", "Yinxing"), ("书院", "Shuyuan"), ("钟楼", "Zhonglou"), ("清泉", "Qingquan"),
    ("向阳", "Xiangyang"), ("桃李", "Taoli"), ("明月", "Mingyue"), ("安康", "Ankang"),
    ("永兴", "Yongxing"), ("同心", "Tongxin"), ("花溪", "Huaxi"), ("石榴", "Shiliu"),
)  # fmt: skip
_ROADS: tuple[tuple[str, str], ...] = (
    ("中山", "Zhongshan"), ("解放", "Jiefang"), ("人民", "Renmin"), ("建设", "Jianshe"),
    ("文化", "Wenhua"), ("青年", "Qingnian"), ("胜利", "Shengli"), ("工农", "Gongnong"),
    ("朝阳", "Chaoyang"), ("迎宾", "Yingbin"), ("槐荫", "Huaiyin"), ("樱花", "Yinghua"),
    ("兰亭", "Lanting"), ("梧桐", "Wutong"), ("紫薇", "Ziwei"), ("海棠", "Haitang"),
    ("白云", "Baiyun"), ("清风", "Qingfeng"), ("晨光", "Chenguang"), ("星火", "Xinghuo"),
    ("丰收", "Fengshou"), ("康宁", "Kangning"), ("长虹", "Changhong"), ("双塔", "Shuangta"),
)  # fmt: skip
RIVERSIDE = ("滨河大道", "Riverside Avenue")
_SURNAMES: tuple[tuple[str, str], ...] = (
    ("王", "Wang"), ("李", "Li"), ("张", "Zhang"), ("刘", "Liu"), ("陈", "Chen"), ("杨", "Yang"),
    ("黄", "Huang"), ("赵", "Zhao"), ("吴", "Wu"), ("周", "Zhou"), ("徐", "Xu"), ("孙", "Sun"),
    ("马", "Ma"), ("朱", "Zhu"), ("胡", "Hu"), ("郭", "Guo"), ("何", "He"), ("林", "Lin"),
    ("高", "Gao"), ("罗", "Luo"), ("郑", "Zheng"), ("梁", "Liang"), ("谢", "Xie"), ("宋", "Song"),
)  # fmt: skip
_GIVEN: tuple[tuple[str, str], ...] = (
    ("伟", "Wei"), ("芳", "Fang"), ("静", "Jing"), ("敏", "Min"), ("强", "Qiang"), ("磊", "Lei"),
    ("洋", "Yang"), ("艳", "Yan"), ("勇", "Yong"), ("杰", "Jie"), ("娟", "Juan"), ("涛", "Tao"),
    ("明", "Ming"), ("超", "Chao"), ("霞", "Xia"), ("平", "Ping"), ("刚", "Gang"), ("桂", "Gui"),
    ("兰", "Lan"), ("宁", "Ning"), ("玲", "Ling"), ("鹏", "Peng"), ("华", "Hua"), ("凯", "Kai"),
)  # fmt: skip


def _shares() -> tuple[tuple[int, ...], ...]:
    """Grids by community by street: as even as whole numbers allow, `GRIDS` in all."""
    each, rest = divmod(GRIDS, sum(COMMUNITIES))
    numbers = iter([each + (i < rest) for i in range(sum(COMMUNITIES))])
    return tuple(tuple(next(numbers) for _ in range(count)) for count in COMMUNITIES)


SHARES = _shares()


def street(rank: int) -> tuple[str, str]:
    """A subdistrict (街道) or, of the six with the widest grids, a town (镇): 0 is the densest."""
    if rank < len(_SUBDISTRICTS):
        name, english = _SUBDISTRICTS[rank]
        return f"{name}街道", f"{english} Subdistrict"
    name, english = _TOWNS[rank - len(_SUBDISTRICTS)]
    return f"{name}镇", f"{english} Town"


def community(number: int, rank: int) -> tuple[str, str]:
    """The community with this number in the district, in the street of this rank."""
    name, english = _COMMUNITIES[number % len(_COMMUNITIES)]
    side, side_en = (("", ""), ("东", " East"), ("西", " West"), ("北", " North"))[
        number // len(_COMMUNITIES)
    ]
    if rank < len(_SUBDISTRICTS):
        return f"{name}{side}社区", f"{english}{side_en} Community"
    return f"{name}{side}村", f"{english}{side_en} Village"


def roads() -> Iterator[tuple[str, str]]:
    """Names of roads without end, no two alike."""
    kinds = (("路", "Road"), ("街", "Street"), ("巷", "Lane"))
    sides = (("", ""), ("东", "East "), ("西", "West "), ("南", "South "), ("北", "North "))
    number = 1
    while True:
        for side, side_en in sides:
            for kind, kind_en in kinds:
                for name, english in _ROADS:
                    turn, turn_en = ("", "") if number == 1 else (str(number), f" {number}")
                    yield f"{name}{side}{kind}{turn}", f"{side_en}{english} {kind_en}{turn_en}"
        number += 1


def estates(number: int, rank: int) -> tuple[tuple[str, str], ...]:
    """The estates and the school of the community with this number: some names occur twice in the
    district, as they do in earnest."""
    name, english = _COMMUNITIES[number % len(_COMMUNITIES)]
    town = rank < len(_SUBDISTRICTS)
    kinds = (("小区", " Estate"), ("花园", " Garden")) if town else (("新村", " New Village"),)
    return (*((f"{name}{kind}", f"{english}{kind_en}") for kind, kind_en in kinds),
            (f"{name}{'' if town else '村'}小学", f"{english} {'' if town else 'Village '}School"))  # fmt: skip


def person(number: int) -> str:
    """An invented name of a member of staff, in both scripts."""
    surname, surname_en = _SURNAMES[number % len(_SURNAMES)]
    rest = number // len(_SURNAMES)
    first, first_en = _GIVEN[(rest + number * 5) % len(_GIVEN)]
    rest //= len(_GIVEN)
    second, second_en = _GIVEN[(rest + number * 7) % len(_GIVEN)] if number % 3 else ("", "")
    return f"{surname}{first}{second} {surname_en} {first_en}{second_en.lower()}"
