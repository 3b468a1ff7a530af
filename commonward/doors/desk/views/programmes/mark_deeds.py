"""What is done on the page of one mark; each deed calls one verb and tells what was done."""

from collections.abc import Callable, Mapping
from functools import partial

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from commonward.core.refusals import N_
from commonward.doors.desk.views.admin.doing import Deed, done, number, text
from commonward.doors.look.standing import Standing
from commonward.programmes.actions.marks import contesting, deciding, looking, nominating

Doing = Callable[[str, HttpRequest, Standing], object]


def _show(of: str, asked: HttpRequest, who: Standing) -> object:
    return nominating.show(
        of, number(asked, "criterion"), text(asked, "evidence"), who.actor, who.at
    )


def _send(of: str, asked: HttpRequest, who: Standing) -> object:
    return looking.send(of, number(asked, "team"), who.actor, who.at)


def _look(of: str, asked: HttpRequest, who: Standing) -> object:
    ticked = [int(one) for one in asked.POST.getlist("ticked") if one.isdecimal() and len(one) < 4]
    return looking.look(
        of, number(asked, "criterion"), who.actor, who.at, met=text(asked, "met") == "yes",
        reason=text(asked, "reason"), ticked=ticked,
    )  # fmt: skip


def _reckon(of: str, _asked: HttpRequest, who: Standing) -> object:
    return looking.reckon(of, who.actor, who.at)


def _put(of: str, _asked: HttpRequest, who: Standing) -> object:
    return looking.put(of, who.actor, who.at)


def _voice(of: str, asked: HttpRequest, who: Standing, *, good: bool) -> object:
    return deciding.voice(of, text(asked, "reason"), who.actor, who.at, good=good)


def _decide(of: str, asked: HttpRequest, who: Standing) -> object:
    return deciding.decide(
        of, text(asked, "reason"), who.actor, who.at, reason_en=text(asked, "reason_en")
    )


def _appeal(of: str, asked: HttpRequest, who: Standing) -> object:
    return contesting.appeal(of, text(asked, "words"), who.actor, who.at)


def _on_appeal(of: str, asked: HttpRequest, who: Standing, *, upheld: bool) -> object:
    return contesting.decide_appeal(
        of, text(asked, "reason"), who.actor, who.at, upheld=upheld,
        reason_en=text(asked, "reason_en"),
    )  # fmt: skip


def _doubt(of: str, asked: HttpRequest, who: Standing) -> object:
    return contesting.doubt(of, text(asked, "reason"), who.actor, who.at)


def _answer(of: str, asked: HttpRequest, who: Standing) -> object:
    return contesting.answer(of, text(asked, "words"), who.actor, who.at)


def _on_doubt(of: str, asked: HttpRequest, who: Standing, *, taken: bool) -> object:
    return contesting.decide_doubt(
        of, text(asked, "reason"), who.actor, who.at, taken=taken,
        reason_en=text(asked, "reason_en"),
    )  # fmt: skip


def _withdraw(of: str, asked: HttpRequest, who: Standing) -> object:
    return nominating.withdraw(of, text(asked, "reason"), who.actor, who.at)


_DECIDED = N_("Decided. The reasons are published.")
_VOICED = N_("Your voice is kept.")
_DEEDS: Mapping[str, tuple[Doing, str]] = {
    "show": (_show, N_("Shown. Another team looks at it.")),
    "send": (_send, N_("The other team was sent to look.")),
    "look": (_look, N_("What was found is written down.")),
    "reckon": (_reckon, N_("The record was asked again.")),
    "put": (_put, N_("The panel has it now.")),
    "good": (partial(_voice, good=True), _VOICED),
    "bad": (partial(_voice, good=False), _VOICED),
    "decide": (_decide, _DECIDED),
    "appeal": (_appeal, N_("The appeal is in; somebody else owes you a decision.")),
    "uphold": (partial(_on_appeal, upheld=True), _DECIDED),
    "dismiss": (partial(_on_appeal, upheld=False), _DECIDED),
    "doubt": (_doubt, N_("The office is asked to answer first.")),
    "answer": (_answer, N_("The office's answer is kept.")),
    "keep": (partial(_on_doubt, taken=False), _DECIDED),
    "take": (partial(_on_doubt, taken=True), _DECIDED),
    "withdraw": (_withdraw, N_("The nomination is withdrawn.")),
}


def deeds(of: str) -> dict[str, Deed]:
    """All of them for the mark with this number."""

    def deed(doing: Doing, told: str) -> Deed:
        def do(asked: HttpRequest, who: Standing) -> str:
            doing(of, asked, who)
            done(asked, _(told))
            return reverse("desk:programme_mark", args=[of])

        return do

    return {name: deed(doing, told) for name, (doing, told) in _DEEDS.items()}
