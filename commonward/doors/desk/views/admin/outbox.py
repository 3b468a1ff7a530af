"""The outbox (投递箱): what waits and why, what was given up and can be sent again, and its rules."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from commonward.cases.actions import channel_rules, resending
from commonward.cases.queries import outbox as asked
from commonward.core.channels import HOOK
from commonward.core.quiet import clock, minutes
from commonward.core.refusals import N_, Invalid
from commonward.doors.desk.views.admin.doing import administer, done, number, text
from commonward.doors.desk.views.admin.wording import delivery_words
from commonward.doors.desk.wording import step_words
from commonward.doors.look.standing import Standing, for_staff
from commonward.doors.outbox.channels import channels

LISTS: Mapping[str, str] = {"dead": N_("Not delivered"), "waiting": N_("Waiting")}


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff("administrator")
def outbox(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Each channel at a glance, and one of the two lists by pages."""
    deeds = {"again": _again, "all": _all, "rule": _rule, "now": _now}
    return administer(
        request, standing, "desk/admin/outbox.html", lambda: _shown(request, standing), deeds
    )


def channel_titles() -> dict[str, str]:
    """The channels that messages go by, the calls of other programs with them."""
    return {one.code: _(one.title) for one in channels().values()} | {HOOK: _("Hooks")}


def _shown(request: HttpRequest, standing: Standing) -> dict[str, Any]:
    titles = channel_titles()
    which = request.GET.get("list", "dead")
    which = which if which in LISTS else "dead"
    channel = request.GET.get("channel", "")
    channel = channel if channel in titles else ""
    if which == "dead":
        rows = asked.dead_letters(standing.actor, channel=channel, before=_place(request))
    else:
        given = request.GET.get("after", "")
        after = int(given) if given.isdecimal() and len(given) < 19 else 0
        rows = asked.waiting_letters(standing.actor, channel=channel, after=after)
    states = asked.channel_states(standing.actor, tuple(titles), standing.at)
    more = rows[-1] if len(rows) == asked.ON_A_PAGE else None
    return {
        "channels": [
            {
                "code": one.channel,
                "title": titles[one.channel],
                "ready": one.channel == HOOK or channels()[one.channel].ready(),
                "state": one,
                "many": one.waiting == asked.MOST_COUNTED,
                "down": one.rule.down_until is not None and one.rule.down_until > standing.at,
                "rule": one.rule,
                "per_second": f"{one.rule.per_second:g}",
                "quiet_from": clock(one.rule.quiet_from),
                "quiet_until": clock(one.rule.quiet_until),
                "rules": one.channel != HOOK,
                "rings": one.channel != HOOK and channels()[one.channel].rings,
            }
            for one in states
        ],
        "lists": [(name, _(title)) for name, title in LISTS.items()],
        "which": which,
        "channel": channel,
        "titles": titles,
        "rows": [
            {
                "row": row,
                "step": step_words(row.verb) if row.verb else "",
                "channel": titles.get(row.channel, row.channel),
                "state": delivery_words(row.state),
                "later": row.next_at is not None and row.next_at > standing.at,
                "waits": _(asked.WAITS[row.waits]) if row.waits else "",
            }
            for row in rows
        ],
        "more": _more(which, channel, more),
    }


def _more(which: str, channel: str, last: asked.Owed | None) -> str:
    if last is None:
        return ""
    if which == "waiting" or last.ended_at is None:
        return f"?list={which}&channel={channel}&after={last.id}"
    moment = last.ended_at.isoformat().replace("+", "%2B")
    return f"?list={which}&channel={channel}&at={moment}&before={last.id}"


def _place(request: HttpRequest) -> tuple[datetime, int] | None:
    given = request.GET.get("before", "")
    try:
        at = parse_datetime(request.GET.get("at", ""))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not given.isdecimal() or len(given) > 18:
        return None
    return at, int(given)


def _here(request: HttpRequest) -> str:
    return f"{reverse('desk:admin_outbox')}?{request.GET.urlencode()}"


def _again(request: HttpRequest, standing: Standing) -> str:
    resending.send_again(standing.actor, number(request, "delivery"), standing.at)
    done(request, _("It goes out again with the next pass."))
    return _here(request)


def _all(request: HttpRequest, standing: Standing) -> str:
    count = resending.send_all_again(standing.actor, _channel(request), standing.at)
    done(
        request,
        ngettext(
            "{n} message goes out again with the next pass.",
            "{n} messages go out again with the next pass.",
            count,
        ).format(n=count),
    )
    return _here(request)


def _rule(request: HttpRequest, standing: Standing) -> str:
    channel_rules.set_channel_rule(
        standing.actor,
        _channel(request),
        standing.at,
        quiet_from=minutes(text(request, "quiet_from"), "quiet_from"),
        quiet_until=minutes(text(request, "quiet_until"), "quiet_until"),
        per_second=_amount(request, "per_second"),
        per_day=int(_amount(request, "per_day")),
    )
    done(request, _("Changed."))
    return _here(request)


def _now(request: HttpRequest, standing: Standing) -> str:
    channel_rules.try_now(standing.actor, _channel(request), standing.at)
    done(request, _("It is asked again with the next pass."))
    return _here(request)


def _channel(request: HttpRequest) -> str:
    given = text(request, "channel")
    if given not in channel_titles():
        raise Invalid(N_("Choose one of the list."), field="channel")
    return given


def _amount(request: HttpRequest, name: str) -> float:
    given = text(request, name) or "0"
    try:
        found = float(given)
    except ValueError:
        found = -1.0
    if not 0 <= found <= channel_rules.MOST_A_SECOND:
        raise Invalid(
            N_("Give a number from 0 to {most}."), field=name, most=channel_rules.MOST_A_SECOND
        )
    return found
