"""The register of mediators and of rooms, for coordinators."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.core.disputes import KINDS
from commonward.core.refusals import N_, Invalid, Missing
from commonward.disputes.actions import appointing
from commonward.disputes.actions import mediators as actions
from commonward.disputes.actions.interpreting import put_service
from commonward.disputes.queries import mediators as register
from commonward.disputes.queries.sessions import services
from commonward.doors.desk.views.admin.doing import administer, done, number, text, words_of
from commonward.doors.desk.views.disputes import wording
from commonward.doors.look.showing import named
from commonward.doors.look.standing import Standing, for_staff
from commonward.people.queries import account_by_login

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
DAYS = (
    ("mon", N_("Monday")),
    ("tue", N_("Tuesday")),
    ("wed", N_("Wednesday")),
    ("thu", N_("Thursday")),
    ("fri", N_("Friday")),
    ("sat", N_("Saturday")),
    ("sun", N_("Sunday")),
)
PARTS = (("am", N_("morning")), ("pm", N_("afternoon")), ("eve", N_("evening")))
GENDERS = {"": N_("not said"), "f": N_("woman"), "m": N_("man")}
RULES = {
    "resting": N_("rests at the moment"),
    "training": N_("has no current recorded training"),
    "course": N_("lacks a course that is asked for"),
    "conflict": N_("has an interest in it"),
    "veto": N_("is not accepted by a side"),
    "language": N_("does not speak the language"),
    "subject": N_("does not do this kind"),
    "hours": N_("has no common hours"),
    "gender": N_("does not meet the wish for a woman or a man"),
    "full": N_("has as many as they can"),
    "nobody": N_("nobody is in the register"),
    "together": N_("each falls to several rules at once"),
    "taken": N_("all who fit were needed elsewhere"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("coordinator")
def mediators(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Everybody in the register, the rooms, and who waits for a mediator."""
    on = register.day_of(standing.at)

    def shown() -> dict[str, Any]:
        return {
            "rows": [
                {
                    "line": line,
                    "languages": ", ".join(language(code) for code in line.languages),
                    "kinds": ", ".join(wording.kind(kind) for kind in line.subjects),
                }
                for line in register.mediators(on)
            ],
            "venues": [(v, named(v.name, v.name_en)) for v in register.venues()],
            "services": [
                (s, named(s.name, s.name_en), ", ".join(language(c) for c in s.languages))
                for s in services()
            ],
            "languages": [(code, language(code)) for code, _zh, _en in LANGUAGES],
        }

    return administer(
        request,
        standing,
        "desk/disputes/mediators.html",
        shown,
        {
            "add": _added,
            "propose": _proposed,
            "venue": _venue,
            "close": _closed,
            "service": _service,
            "close_service": _service_closed,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("coordinator")
def mediator(request: HttpRequest, standing: Standing, account: int) -> HttpResponse:
    """One mediator: what they bring, and their trainings."""
    on = register.day_of(standing.at)

    def shown() -> dict[str, Any]:
        line = register.mediator_line(account, on)
        if line is None:
            raise Missing(N_("This account is not in the register of mediators."))
        return {
            "line": line,
            "trainings": [(t, t.done_on <= on <= t.until) for t in register.trainings_of(account)],
            **choices(line),
            "today": on.isoformat(),
        }

    return administer(
        request,
        standing,
        "desk/disputes/mediator.html",
        shown,
        {
            "put": lambda r, s: _put(r, s, account),
            "train": lambda r, s: _trained(r, s, account),
        },
    )


def language(code: str) -> str:
    """A language by its code in the reader's language; an unknown code as it is."""
    return next((named(zh, _(en)) for c, zh, en in LANGUAGES if c == code), code)


def choices(line: register.MediatorLine) -> dict[str, Any]:
    """What a form about a mediator offers, with what is ticked."""
    known = [code for code, _zh, _en in LANGUAGES]
    return {
        "languages": [(code, language(code), code in line.languages) for code in known],
        "more_languages": ", ".join(code for code in line.languages if code not in known),
        "kinds": [(k, t, k in line.subjects) for k, t in wording.choices(KINDS)],
        "week": [
            (_(day), [(f"{d}-{p}", _(part), f"{d}-{p}" in line.hours) for p, part in PARTS])
            for d, day in DAYS
        ],
        "genders": [(value, _(name)) for value, name in GENDERS.items()],
    }


def profile_of(request: HttpRequest) -> actions.Profile:
    """What the form says. Raises Invalid."""
    most = text(request, "most") or "8"
    if not most.isdecimal() or len(most) > 3:
        raise Invalid(N_("A mediator has 0 to 100 disputes at a time."), field="most")
    return actions.Profile(
        (*request.POST.getlist("language"), *words_of(request, "more_languages")),
        tuple(request.POST.getlist("subject")),
        tuple(request.POST.getlist("hour")),
        text(request, "gender"),
        _degrees(request, "lon"),
        _degrees(request, "lat"),
        int(most),
        request.POST.get("active") == "1",
    )


def _degrees(request: HttpRequest, name: str) -> float | None:
    given = text(request, name)
    if not given:
        return None
    try:
        return float(given[:20])
    except ValueError:
        raise Invalid(
            N_("A place has a longitude and a latitude, in degrees."), field=name
        ) from None


def _added(request: HttpRequest, standing: Standing) -> str:
    account = account_by_login(text(request, "login"))
    actions.put_mediator(standing.actor, account, actions.Profile(("zh-Hans",)), standing.at)
    done(request, _("In the register. Record a training next: without one nobody mediates."))
    return reverse("desk:dispute_mediator", args=[account])


def _proposed(request: HttpRequest, standing: Standing) -> str:
    count = appointing.propose_all(standing.actor, standing.at)
    done(request, _("Proposed for {count} disputes.").format(count=count))
    return reverse("desk:dispute_mediators")


def _venue(request: HttpRequest, standing: Standing) -> str:
    actions.put_venue(
        standing.actor, text(request, "name"), standing.at, name_en=text(request, "name_en"),
        address=text(request, "address"),
    )  # fmt: skip
    done(request, _("Added."))
    return reverse("desk:dispute_mediators")


def _closed(request: HttpRequest, standing: Standing) -> str:
    wanted = number(request, "venue")
    found = next((v for v in register.venues() if v.pk == wanted), None)
    if found is None:
        raise Missing(N_("There is no such room."))
    actions.put_venue(
        standing.actor, found.name, standing.at, name_en=found.name_en, address=found.address,
        venue=found.pk, active=False,
    )  # fmt: skip
    return reverse("desk:dispute_mediators")


def _service(request: HttpRequest, standing: Standing) -> str:
    at_once = text(request, "at_once") or "1"
    put_service(
        standing.actor,
        text(request, "service_name"),
        request.POST.getlist("service_language"),
        standing.at,
        name_en=text(request, "service_name_en"),
        call=text(request, "call"),
        at_once=int(at_once) if at_once.isdecimal() and len(at_once) < 4 else 0,
    )
    done(request, _("Added."))
    return reverse("desk:dispute_mediators")


def _service_closed(request: HttpRequest, standing: Standing) -> str:
    wanted = number(request, "service")
    found = next((s for s in services() if s.pk == wanted), None)
    if found is None:
        raise Missing(N_("There is no such service."))
    put_service(
        standing.actor, found.name, found.languages, standing.at, name_en=found.name_en,
        call=found.call, at_once=found.at_once, service=found.pk, active=False,
    )  # fmt: skip
    return reverse("desk:dispute_mediators")


def _put(request: HttpRequest, standing: Standing, account: int) -> str:
    actions.put_mediator(standing.actor, account, profile_of(request), standing.at)
    done(request, _("Saved."))
    return reverse("desk:dispute_mediator", args=[account])


def _trained(request: HttpRequest, standing: Standing, account: int) -> str:
    actions.record_training(
        standing.actor, account, text(request, "title"), _day(request, "done_on"),
        _day(request, "until"), standing.at,
    )  # fmt: skip
    done(request, _("Recorded."))
    return reverse("desk:dispute_mediator", args=[account])


def _day(request: HttpRequest, name: str) -> date:
    try:
        found = parse_date(text(request, name))
    except ValueError:
        found = None
    if found is None:
        raise Invalid(N_("Give a day."), field=name)
    return found
