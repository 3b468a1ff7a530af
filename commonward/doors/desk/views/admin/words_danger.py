"""Read first: within how many minutes, from which weight on, and how often that was urgent here."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commonward.cases.actions.reading_first import LEAST_DECIDED, LONGEST, set_read_first
from commonward.cases.queries.read_first import HIGHEST, Decided, decided, read_first_rule
from commonward.core.refusals import N_, Invalid
from commonward.doors.desk.views.admin.doing import administer, done, text
from commonward.doors.desk.views.admin.words import READS, base
from commonward.doors.look.standing import Standing, for_staff


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*READS)
def words_danger(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The rule of what is read first, and what people decided at each weight."""
    here = reverse("desk:admin_words_danger")

    def shown() -> dict[str, Any]:
        rule = read_first_rule()
        return {
            **base(standing),
            "sets": standing.holds(("administrator",)),
            "minutes": rule.minutes,
            "more": f"{rule.more:g}",
            "highest": f"{HIGHEST:g}",
            "least": LEAST_DECIDED,
            "levels": [_level(one) for one in decided(standing.at) if one.count],
        }

    def keep(request: HttpRequest, standing: Standing) -> str:
        minutes = text(request, "minutes")
        if not (minutes.isascii() and minutes.isdecimal() and len(minutes) <= 3):
            raise Invalid(
                N_("Give the minutes, from {least} to {most}."),
                least=1, most=LONGEST, field="minutes",
            )  # fmt: skip
        more = _weight(text(request, "more"))
        set_read_first(standing.actor, int(minutes), more, standing.at)
        done(request, _("Kept."))
        return here

    return administer(request, standing, "desk/admin/words_danger.html", shown, {"keep": keep})


def _weight(said: str) -> float:
    try:
        found = float(said.replace(",", ".") or 0)
        if not 0 <= found <= HIGHEST:  # nor what is no number
            raise ValueError
    except ValueError:
        raise Invalid(
            N_("Give a weight from {least} to {most}."), least=0, most=HIGHEST, field="more"
        ) from None
    return found


def _level(one: Decided) -> dict[str, Any]:
    share = 100 * one.urgent / one.count
    return {
        "margin": f"{one.margin:g}",
        "count": one.count,
        "urgent": one.urgent,
        "share": f"{share:.1f}",
    }
