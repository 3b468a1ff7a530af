"""Ten marks of the demonstration: borne, under way, refused with reasons, appealed, expired, renewed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from commonward.areas.models import Area
from commonward.core.rights import SYSTEM, Actor, Right
from commonward.disputes.actions.mediators import put_venue
from commonward.disputes.models import Venue
from commonward.people.models import Team
from commonward.programmes.actions.council_rules import day_of
from commonward.programmes.actions.marks.nominating import Bearer, nominate, show
from commonward.programmes.actions.marks.setting_up import set_up_marks
from commonward.programmes.actions.marks.taking_over import Earlier, Figure, take_over
from commonward.programmes.actions.marks.ticking import tick_marks
from commonward.programmes.models import Mark, Place

COUNT = 10
_KEEPER = Actor(name="system", role="system", rights=(Right("coordinator"),))
"""Who keeps the register of rooms."""
_ROOMS = (("河滨调解室", "Riverside room"), ("老城调解室", "Old Town room"), ("市场调解室", "Market room"))  # fmt: skip
_SHOWN = ("开放时间牌：周一至周五，周三到晚上八点，照片已公示", "门口贴有手语和外语联系办法")
_GOOD = ("各项条件符合，另一单位已到场核对。", "All criteria are met; another team has been there.")
_BAD = ("现场清单有一项不符合，整改后可再提名。", "One line of the list was not in order; nominate again once it is mended.")  # fmt: skip
_FIGURES = (Figure(0, None), Figure(88.5, 26), Figure(94.1, 51))


def live(begins: datetime, ends: datetime) -> int:
    """Make them; how many."""
    set_up_marks(begins - timedelta(days=30))
    rooms = _rooms(begins)
    teams = list(
        Team.objects.filter(kind__in=["department", "street"], active=True)
        .order_by("code")
        .values_list("pk", flat=True)[:4]
    )
    office, checker = teams[0], teams[1]
    areas = list(
        Area.objects.filter(level="community", valid_until=None).order_by("code")[:3]
    )  # fmt: skip
    today = day_of(ends)
    step = (ends - begins) / 12

    def room(n: int, when: float, **more: object) -> Earlier:
        return _earlier("five-star-room", Bearer(room=rooms[n]), office, checker,
                        begins + step * when, _SHOWN, more)  # fmt: skip

    def area(n: int, when: float, **more: object) -> Earlier:
        return _earlier("no-open-cases", Bearer(area=areas[n].pk), checker, office,
                        begins + step * when, (), {"figures": _FIGURES, **more})  # fmt: skip

    old = (today - timedelta(days=700), today - timedelta(days=3))
    near = (today - timedelta(days=700), today + timedelta(days=30))
    for one in (
        room(0, 1, days=near),
        room(0, 6),
        room(1, 1, days=old),
        room(2, 2, unmet=(1,), appeal="圆桌和告示已补齐，请复核。", verdict="复核时现场已全部符合。",
             verdict_en="Looked at again, everything is in order.", upheld=True),
        area(0, 2),
        area(1, 3, unmet=(2,), figures=(_FIGURES[0], Figure(71.4, 14), _FIGURES[2]),
             appeal="满意率受一起事项影响，请复核。", verdict="满意率低于公布的条件，维持原决定。",
             verdict_en="Satisfaction lies below the published bound; the decision stands.",
             upheld=False),
        area(2, 5, days=(today - timedelta(days=330), today + timedelta(days=35))),
    ):  # fmt: skip
        take_over(one)
    _under_way(office, checker, rooms, ends)
    tick_marks(ends)
    return Mark.objects.count()


def shown() -> Mark:
    """The mark that the camera shows: borne, after an appeal."""
    return Mark.objects.filter(disputes__upheld=True).order_by("pk")[0]


def numbered(name: str) -> str:
    """The number of the mark that a page of this name shows; "" for other pages."""
    return shown().case.number if name in ("desk:programme_mark", "portal:mark") else ""


def _earlier(
    kind: str, bearer: Bearer, office: int, checker: int, at: datetime, shown: Sequence[str],
    more: dict[str, object],
) -> Earlier:  # fmt: skip
    why = _BAD if more.get("unmet") else _GOOD
    fields: dict[str, object] = {
        "why": why[0],
        "why_en": why[1],
        "found": "到场查看，已拍照",
        **more,
    }
    return Earlier(kind, bearer, office, checker, at, shown, **fields)  # type: ignore[arg-type]


def _under_way(office: int, checker: int, rooms: Sequence[int], ends: datetime) -> None:
    """A room whose evidence is being shown, one that was refused, and a place where there is one."""
    made = nominate("five-star-room", Bearer(room=rooms[1]), office, SYSTEM, ends - timedelta(days=2))  # fmt: skip
    show(made.case.number, 2, _SHOWN[0], SYSTEM, ends - timedelta(days=1))
    refused = _earlier(
        "five-star-room", Bearer(room=rooms[3]), checker, office, ends - timedelta(days=12), _SHOWN,
        {"unmet": (1,)},
    )  # fmt: skip
    take_over(refused)
    place = Place.objects.filter(active=True).order_by("code").first()
    if place is not None:
        nominate("safe-place", Bearer(place=place.pk), office, SYSTEM, ends - timedelta(days=3))


def _rooms(at: datetime) -> list[int]:
    """The rooms there are, and enough for the demonstration."""
    there = list(Venue.objects.filter(active=True).order_by("pk").values_list("pk", flat=True)[:4])
    names = (*_ROOMS, ("新城调解室", "New Town room"))
    return [*there, *(_made(*one, at) for one in names[: 4 - len(there)])]


def _made(name: str, name_en: str, at: datetime) -> int:
    return put_venue(_KEEPER, name, at, name_en=name_en, address="综治中心一楼").pk
