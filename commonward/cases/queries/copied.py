"""Everything that is kept of one report, for whoever made it (个人信息副本): by their own way in.

It begins at one report and ends there: nothing leads to another report of the same hand, what
others told of the same problem is theirs, and no member of staff is named.
"""

import json
from typing import Any

from django.conf import settings

from commonward.cases.actions import subscribing
from commonward.cases.actions.sealing import case_keys, unseal_with
from commonward.cases.models import (
    CaseKey,
    Delivery,
    Event,
    HandOver,
    HandOverConsent,
    Photo,
    Report,
    Subscription,
    Suggestion,
)
from commonward.core.consents import NEIGHBOUR, NEWS, words_of
from commonward.people.queries import access_log, reading_once

NOT_OPENED = "kept, not opened here"


@reading_once()
def copy_of(report: int, *, details: bool) -> dict[str, Any]:
    """What the tables hold of this report, as plain values (11 queries at most).

    `details` tells whether contact details are opened, too: a link may have been passed on.
    """
    found = Report.objects.select_related("case", "case__category").get(pk=report)
    key = case_keys([found.case_id]).get(found.case_id)
    own = list(
        Subscription.objects.filter(report=found, own=True).select_related("report").order_by("pk")
    )
    return {
        "report": _told(found, key, details=details),
        "case": {
            "number": found.case.number, "category": found.case.category.code,
            "stage": found.case.stage, "closed_at": found.case.closed_at,
        },
        "photos": [
            {
                "file": f"photos/{_file_name(one)}", "moment": one.moment,
                "added_at": one.added_at, "public": one.public,
            }
            for one in _photos(report)
        ],
        "news": [_news(one, found, key, details=details) for one in own],
        "messages": _messages(own),
        "consents": _consents(found),
        "handed_to": [
            {"office": office, "at": at, "state": state}
            for office, at, state in HandOver.objects.filter(case=found.case, side="giver")
            .order_by("pk").values_list("neighbour__name", "made_at", "state")
        ],
        "looks": [
            # Which of the staff looked is told to whoever inspects, and not here.
            {"at": look.at, "what": look.what.partition(" ")[0], "door": look.door}
            for look in reversed(access_log(found.case.number))
        ],
        "suggested_by_machine": [
            {
                "version": one.version, "given": one.given, "chosen": one.chosen,
                "shown_at": one.shown_at, "decided_at": one.decided_at,
            }
            for one in Suggestion.objects.filter(report=found).order_by("pk")
        ],
    }  # fmt: skip


def files_of(report: int) -> list[tuple[str, bytes]]:
    """The photos that came with this report: name and bytes; one that is gone is left out."""
    found = []
    for one in _photos(report):
        path = settings.MEDIA_ROOT / one.name
        if path.is_file():
            found.append((_file_name(one), path.read_bytes()))
    return found


def _told(found: Report, key: CaseKey | None, *, details: bool) -> dict[str, Any]:
    contact: Any = {}
    if found.contact is not None:
        contact = NOT_OPENED
        if details:
            opened = unseal_with(key, found.case.number, found.contact, found.number)
            contact = json.loads(opened or b"{}")
    return {
        "number": found.number, "channel": found.channel, "language": found.language,
        "received_at": found.received_at, "words": found.words, "answers": found.answers,
        "address": found.address, "lat": found.lat, "lon": found.lon,
        "media_url": found.media_url, "contact": contact, "public": found.public,
        "answered_at": found.answered_at, "reached": found.reached, "solved": found.solved,
        "satisfied": found.satisfied,
    }  # fmt: skip


def _news(
    one: Subscription, found: Report, key: CaseKey | None, *, details: bool
) -> dict[str, Any]:
    keys = {} if key is None else {found.case_id: key}
    return {
        "channel": one.channel, "news": one.news, "language": one.language,
        "address": subscribing.opened(one, found.case, keys) if details else NOT_OPENED,
        "asked_at": one.asked_at, "agreed_at": one.confirmed_at,
        "version": one.told, "words": words_of(NEWS, one.told), "ended_at": one.ended_at,
        "ended_because": one.ended_because,
    }  # fmt: skip


def _consents(found: Report) -> list[dict[str, Any]]:
    """Each yes and no to details going to a neighbouring office, with the words that stood there."""
    sent = dict(HandOverConsent.objects.filter(report=found).values_list("hand_over_id", "sent_at"))
    rows = Event.objects.filter(
        case=found.case_id, report=found, verb__in=("consent_given", "consent_refused")
    ).order_by("id")
    return [
        {
            "about": "details go to a neighbouring office", "given": verb == "consent_given",
            "how": data.get("how", ""), "at": at, "version": data.get("told", ""),
            "words": words_of(NEIGHBOUR, data.get("told", "")),
            "sent_at": sent.get(data.get("hand_over")),
        }
        for verb, at, data in rows.values_list("verb", "at", "data")
    ]  # fmt: skip


def _messages(own: list[Subscription]) -> list[dict[str, Any]]:
    """Each message of the own subscriptions: when, by which channel, of which step.

    The words of a message are those of its step; no other copy of them is kept.
    """
    rows = Delivery.objects.filter(subscription__in=own).order_by("pk")
    return [
        {"channel": channel, "of": verb or "the first question", "state": state,
         "made_at": made, "ended_at": ended}
        for channel, verb, state, made, ended in rows.values_list(
            "channel", "event__verb", "state", "made_at", "ended_at"
        )
    ]  # fmt: skip


def _photos(report: int) -> list[Photo]:
    return list(Photo.objects.filter(report=report).order_by("pk"))


def _file_name(one: Photo) -> str:
    name = one.name.rsplit("/", 1)[-1]
    return name if "." in name else f"{name}.jpg"
