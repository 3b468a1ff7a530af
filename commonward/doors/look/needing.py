"""What a side asks for and needs for the talks, as one form for the portal and the desk."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from commonward.core.meetings.wishes import DAYS, PARTS
from commonward.core.refusals import N_, Invalid
from commonward.disputes.actions.needs import LONGEST_WANTS, Needs
from commonward.doors.look.showing import named

LANGUAGES: tuple[tuple[str, str, str], ...] = (
    ("zh-Hans", "普通话", N_("Mandarin")),
    ("yue", "粤语", N_("Cantonese")),
    ("wuu", "吴语", N_("Wu")),
    ("nan", "闽南语", N_("Southern Min")),
    ("hak", "客家话", N_("Hakka")),
    ("bo", "藏语", N_("Tibetan")),
    ("ug", "维吾尔语", N_("Uyghur")),
    ("mn", "蒙古语", N_("Mongolian")),
    ("za", "壮语", N_("Zhuang")),
    ("ko", "朝鲜语", N_("Korean")),
    ("csl", "中国手语", N_("Chinese sign language")),
    ("en", "英语", N_("English")),
)
_DAYS = {
    "mon": N_("Monday"),
    "tue": N_("Tuesday"),
    "wed": N_("Wednesday"),
    "thu": N_("Thursday"),
    "fri": N_("Friday"),
    "sat": N_("Saturday"),
    "sun": N_("Sunday"),
}
_PARTS = {"am": N_("morning"), "pm": N_("afternoon"), "eve": N_("evening")}
_MORE_DAYS = 3


def needs_form(now: Needs) -> dict[str, Any]:
    """What the form offers, with what is kept already."""
    return {
        "wants": now.wants,
        "longest": LONGEST_WANTS,
        "week": [
            (
                _(_DAYS[day]),
                [(f"{day}-{p}", _(_PARTS[p]), f"{day}-{p}" in now.hours) for p in PARTS],
            )
            for day in DAYS
        ],
        "away": [day.isoformat() for day in now.away] + [""] * _MORE_DAYS,
        "languages": [
            (code, named(zh, _(en)), code.lower() == now.language.lower())
            for code, zh, en in LANGUAGES
        ],
        "interpreter": now.interpreter,
        "open": bool(now.hours),
    }


def needs_given(request: HttpRequest) -> Needs:
    """What the form says. Raises Invalid for a day that is none."""
    given = request.POST
    return Needs(
        wants=given.get("wants", ""),
        hours=tuple(given.getlist("hour")),
        away=tuple(_day(one) for one in given.getlist("away") if one.strip()),
        language=given.get("language", "").strip(),
        interpreter=bool(given.get("interpreter")),
    )


def needs_told(now: Needs) -> list[str]:
    """The same in few lines, for who plans a session."""
    told = []
    if now.hours:
        parts = [
            _("{day} {part}").format(day=_(_DAYS[day]), part=_(_PARTS[part]))
            for day, _bar, part in (one.partition("-") for one in now.hours)
        ]
        told.append(_("can come: {times}").format(times=_(", ").join(parts)))
    if now.away:
        told.append(_("not on: {days}").format(days=", ".join(d.isoformat() for d in now.away)))
    if now.interpreter:
        names = {code.lower(): named(zh, _(en)) for code, zh, en in LANGUAGES}
        told.append(
            _("needs an interpreter: {language}").format(
                language=names.get(now.language.lower(), now.language)
            )
        )
    return told


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given.strip())
    except ValueError as wrong:
        raise Invalid(N_("Give a day."), field="away") from wrong
