"""What the site sets for each channel, and how its provider does: down, up, and how much it may."""

from datetime import datetime, timedelta

from django.db import transaction

from commonward.cases.models import ChannelRule
from commonward.core.refusals import N_, Invalid
from commonward.core.rights import Actor, refuse_onlooker
from commonward.people import access
from commonward.people.actions import record_change

FIRST_DOWN = timedelta(seconds=30)
LONGEST_DOWN = timedelta(minutes=15)
BURST = 20.0
"""Seconds of a channel's rate that may go out at once after a pause."""
MOST_A_SECOND = 10_000


@transaction.atomic
def set_channel_rule(
    actor: Actor,
    channel: str,
    at: datetime,
    *,
    quiet_from: int | None,
    quiet_until: int | None,
    per_second: float,
    per_day: int,
) -> ChannelRule:
    """Quiet hours (minutes of the day, both or none) and limits (0: none) of a channel.

    Administrators for the whole site only. Raises Forbidden, Invalid.
    """
    refuse_onlooker(actor)
    access.require_administrator(actor, "set_channel_rule")
    if (quiet_from is None) != (quiet_until is None):
        raise Invalid(N_("Quiet hours need a beginning and an end."), field="quiet_from")
    if not 0 <= per_second <= MOST_A_SECOND:
        raise Invalid(N_("Give a number from 0 to {most}."), field="per_second", most=MOST_A_SECOND)
    if not 0 <= per_day <= 1000:
        raise Invalid(N_("Give a number from 0 to {most}."), field="per_day", most=1000)
    found = _locked(channel)
    found.quiet_from, found.quiet_until = quiet_from, quiet_until
    found.per_second, found.per_day = per_second, per_day
    found.left, found.counted_at = 0.0, None
    found.save()
    record_change(
        actor,
        "set_channel_rule",
        channel,
        at,
        {"quiet": [quiet_from, quiet_until], "per_second": per_second, "per_day": per_day},
    )
    return found


@transaction.atomic
def try_now(actor: Actor, channel: str, at: datetime) -> None:
    """Ask a provider that was down again at once. Administrators only."""
    refuse_onlooker(actor)
    access.require_administrator(actor, "set_channel_rule")
    ChannelRule.objects.filter(channel=channel).update(down_until=None)
    record_change(actor, "try_channel", channel, at, {})


def rule_of(channel: str) -> ChannelRule:
    """What is set for a channel; nothing is where nobody set anything (1 query)."""
    found = ChannelRule.objects.filter(channel=channel).first()
    return ChannelRule(channel=channel) if found is None else found


def allowed(rule: ChannelRule, at: datetime, wanted: int) -> int:
    """How many of these may go out now; they are counted as gone."""
    if not rule.per_second:
        return wanted
    with transaction.atomic():
        found = _locked(rule.channel)
        most = max(found.per_second * BURST, 1.0)
        since = max((at - found.counted_at).total_seconds(), 0.0) if found.counted_at else BURST
        there = min(found.left + since * found.per_second, most)
        given = min(wanted, int(there))
        found.left, found.counted_at = there - given, at
        found.save(update_fields=["left", "counted_at"])
    return given


def unused(rule: ChannelRule, count: int) -> None:
    """What was counted and did not go out."""
    if rule.per_second and count > 0:
        with transaction.atomic():
            found = _locked(rule.channel)
            found.left += count
            found.save(update_fields=["left"])


@transaction.atomic
def provider_down(channel: str, at: datetime, fault: str) -> None:
    """Leave the provider alone for a growing while."""
    found = _locked(channel)
    found.down_since = found.down_since or at
    found.down_until = at + min(FIRST_DOWN * 2 ** min(found.failures, 10), LONGEST_DOWN)
    found.failures = min(found.failures + 1, 1000)
    found.fault = fault[:120]
    found.save()


def provider_up(rule: ChannelRule) -> None:
    """It takes messages again."""
    if rule.down_since is not None:
        ChannelRule.objects.filter(channel=rule.channel).update(
            failures=0, down_since=None, down_until=None, fault=""
        )
        rule.failures, rule.down_since, rule.down_until, rule.fault = 0, None, None, ""


def _locked(channel: str) -> ChannelRule:
    ChannelRule.objects.get_or_create(channel=channel)
    return ChannelRule.objects.select_for_update().get(channel=channel)
