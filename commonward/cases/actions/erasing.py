"""Take something out of the record for good, or put what is right in its place (更正、删除的执行).

The public log committed to words, place and answers. Of what goes its salted digest is kept, and
stands in the leaf in its place: the leaf is proven as before, and the words are nowhere. The event
that took it out holds the digest of what stands there now, so that nobody changes it once more.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction

from commonward.cases.actions.finding import find_again
from commonward.cases.actions.sealing import make_keys, seal_contact, unseal_bytes
from commonward.cases.models import (
    Case,
    Danger,
    DataRequest,
    Delivery,
    ErasedPart,
    Event,
    HandOverConsent,
    Photo,
    Receipt,
    Remark,
    Report,
    Subscription,
    Suggestion,
)
from commonward.cases.queries.leaves import TELLS, digest_text, read_events, read_keys

_PARTS = {"words": "told", "place": "place"}
_OF_A_REPORT = ("told", "place", "answers", "words", "photos")


@dataclass(slots=True)
class Taken:
    """What was taken out: by event and part the digest of what stood there, and of what stands."""

    before: dict[tuple[int, str], bytes] = field(default_factory=dict)
    now: dict[str, str] = field(default_factory=dict)


def correct(case: Case, report: Report, what: str, wanted: Mapping[str, str]) -> Taken:
    """Put what is right in the place of what was wrong; the case's list and index follow."""
    if what == "contact":
        known: dict[str, str] = {}
        if report.contact is not None:
            known = json.loads(unseal_bytes(case, report.contact, report.number) or b"{}")
        report.contact = seal_contact(case, report.number, {**known, **wanted})
        report.save(update_fields=["contact"])
        find_again([case])
        return Taken()
    return _put(case, report, what, wanted[what])


def take_out(case: Case, report: Report, what: str) -> Taken:
    """What was corrected once, and of which the correction is not known any more, goes."""
    return _put(case, report, what, "")


def _put(case: Case, report: Report, what: str, right: str) -> Taken:
    taken = _before(case, _came(report), (_PARTS[what],))
    if what == "words":
        if case.summary == _summary(report.words):
            case.summary = _summary(right)
        report.words, report.content_mark = right, ""
        _forget_readings(case, report)
    else:
        if case.address == report.address:
            case.address = right
        report.address = right
    # What somebody decided of single stretches was of the words that are gone.
    name = "words" if what == "words" else "address"
    report.marks = {part: one for part, one in report.marks.items() if part != name}
    report.save(update_fields=["words", "address", "content_mark", "marks"])
    case.save(update_fields=["summary", "address"])
    find_again([case])
    return _after(case, taken)


def erase_contact(case: Case, report: Report) -> None:
    """How this reporter is reached, and where news go: gone at once."""
    report.contact = None
    report.save(update_fields=["contact"])
    own = Subscription.objects.filter(report=report, own=True)
    Delivery.objects.filter(subscription__in=own).delete()
    own.delete()
    find_again([case])


def erase_all(case: Case, report: Report) -> Taken:
    """All that one of several reporters told; the case stays for the others."""
    events = _about(case, report)
    taken = _before(case, events, _OF_A_REPORT)
    erase_contact(case, report)
    if case.summary == _summary(report.words):
        case.summary = ""
    if case.address == report.address:
        case.address = ""
    report.words = report.address = report.media_url = ""
    report.token = report.idempotency = report.content_mark = ""
    report.answers, report.marks, report.lat, report.lon = {}, {}, None, None
    report.save()
    case.save(update_fields=["summary", "address"])
    _forget_readings(case, report)
    Remark.objects.filter(event_id__in=events).update(words="", marks={})
    Receipt.objects.filter(report=report).delete()
    HandOverConsent.objects.filter(report=report).delete()
    DataRequest.objects.filter(report=report, state="asked").delete()
    photos = list(Photo.objects.filter(report=report).values_list("name", flat=True))
    Photo.objects.filter(report=report).delete()
    transaction.on_commit(lambda: _remove(photos))
    find_again([case])
    return _after(case, taken)


def erase_said(case: Case, report: Report) -> Taken:
    """What a reporter said, and was asked, in the case that theirs was joined to."""
    events = _about(case, report)
    taken = _before(case, events, ("words",))
    Remark.objects.filter(event_id__in=events).update(words="", marks={})
    find_again([case])
    return _after(case, taken)


def write_down(taken: Taken, by: Event) -> None:
    """Keep the digests of what was taken out, with the event that did it."""
    for (event, part), digest in taken.before.items():
        ErasedPart.objects.get_or_create(
            event_id=event, part=part, defaults={"digest": digest, "by": by}
        )
    events = {event for event, _part in taken.before}
    for one in ErasedPart.objects.filter(event_id__in=events).exclude(by=by):
        if f"{one.event_id} {one.part}" in taken.now:
            one.by = by
            one.save(update_fields=["by"])


def _about(case: Case, report: Report) -> list[int]:
    return list(Event.objects.filter(case=case, report=report).values_list("pk", flat=True))


def _came(report: Report) -> set[int]:
    """The events with which a report came: in the case that it stands in now, or did before."""
    rows = Event.objects.filter(case=report.case_id, report=report, verb__in=TELLS)
    return set(rows.values_list("pk", flat=True))


def _before(case: Case, events: Collection[int], names: Collection[str]) -> Taken:
    # Without a key there was no leaf yet; with it there is one digest for what stood here.
    make_keys({case.pk: case.number})
    salts = read_keys([case.pk]).salts.get(case.pk)
    found = Taken()
    if salts is None:
        return found
    for id_, filed in read_events(sorted(events)).items():
        for name, value in filed.event.parts.items():
            if name in names:
                found.before[id_, name] = salts.digest(id_, name, value)
    return found


def _after(case: Case, taken: Taken) -> Taken:
    """With the digests of what stands there now, "" for nothing."""
    salts = read_keys([case.pk]).salts.get(case.pk)
    if salts is not None:
        events = read_events(sorted({event for event, _part in taken.before}))
        for event, part in taken.before:
            value = events[event].event.parts.get(part)
            there = "" if value is None else digest_text(salts, event, part, value)
            taken.now[f"{event} {part}"] = there
    return taken


def _forget_readings(case: Case, report: Report) -> None:
    """What machines read in the words goes with them."""
    Suggestion.objects.filter(report=report).update(given=[])
    Danger.objects.filter(case=case, seen_at__isnull=False).update(cues=[])


def _summary(words: str) -> str:
    return " ".join(words.split())[:200]


def _remove(names: list[str]) -> None:
    for name in names:
        (settings.MEDIA_ROOT / name).unlink(missing_ok=True)
