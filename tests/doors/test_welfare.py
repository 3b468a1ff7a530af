"""A call about somebody in danger of harming themselves: its own card, the right specialists, and
nobody else learns of it – by no page, list, search, figure, stream, map, file or program."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from commonward.cases.models import Case, Event
from commonward.core.rights import SYSTEM
from commonward.people import actions as people
from commonward.people.actions import issue_key
from commonward.response.actions.calling import Called, ask_card, take_call
from commonward.response.actions.ordering import answer, give_order, set_free
from commonward.response.actions.recommending import recommend
from commonward.response.actions.units import UnitFacts, go_on_duty, set_unit
from commonward.response.models import Assignment, Incident
from commonward.response.queries.incidents import perhaps_same
from tests.district import ACCOUNTS, SINCE, small_district
from tests.doors.desk.conftest import key_of
from tests.help import Help, urgent_help

WORDS, PLACE, PHONE = "zzWelfareWords on the roof", "zzWelfarePlace 7", "13987654321"
SECRETS = ("zzWelfare", PHONE)
NO_PAGE = re.compile(
    r"logout|token|seen/?$|events$|stream|openid|login|static|media|accounts?/|mfa|webauthn|password"
)
ALIKE = {"second_handler", "street_handler", "second_grid_worker", "outsider"}
NEEDED = {
    "number": "{number}", "case": "{number}", "report": "{number}", "code": "430298", "name": "incident",
}  # fmt: skip


@pytest.fixture
def aid(db: None) -> Help:
    """Urgent help of today, with a team for crisis care on duty."""
    made = urgent_help(small_district(timezone.now() - timedelta(days=2)), on_duty=False)
    now = timezone.now()
    team = people.add_team(SYSTEM, "care-1", "care-1", at=SINCE, kind="unit", name_en="care-1").pk
    lat, lon = made.here.inside(1, 1)
    set_unit(
        UnitFacts("care-1", "心理一号", "care", team, lat, lon, skills=("crisis_talk",)), at=SINCE
    )
    for code in ("care-1", "police-1", "fire-1", "ambulance-1"):
        go_on_duty(code, now + timedelta(hours=8), SYSTEM, now - timedelta(minutes=5))
    return made


def told(aid: Help, height: bool = False) -> Incident:
    """The call, its card answered."""
    lat, lon = aid.here.inside()
    now = timezone.now()
    made = take_call(
        Called(kind="welfare", words=WORDS, callback=PHONE, place=PLACE, lat=lat, lon=lon),
        now, aid.here.intake_officer,
    )  # fmt: skip
    ask_card(made.case.number, {"height": height}, aid.coordinator, now)
    return made


def test_crisis_care_goes_and_no_patrol_unless_a_rescue_is_needed(aid: Help) -> None:
    made = told(aid)
    found = recommend(made.case.number, aid.coordinator, timezone.now())
    units = {u.pk: code for code, u in aid.units.items()}
    assert [units.get(p["unit"], "care-1") for p in found.data["picks"]] == ["care-1"]
    ask_card(made.case.number, {"height": True}, aid.coordinator, timezone.now())
    more = recommend(made.case.number, aid.coordinator, timezone.now())
    picked = {units.get(p["unit"], "care-1") for p in more.data["picks"]}
    assert picked == {"care-1", "ambulance-1", "fire-1"}
    assert Case.objects.get().grade == "critical" and Incident.objects.get().confidential


def routes(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        here = f"{before}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from routes(entry, here)
        elif isinstance(entry, URLPattern):
            yield here


def addresses(number: str) -> list[str]:
    """Every address that takes nothing, or a case's number."""
    found = set()
    for route in routes():
        path = re.sub(r"[\^$]|\\Z", "", route)
        needs = re.findall(r"<(?:\w+:)?(\w+)>", path)
        if NO_PAGE.search(path) or "(?P" in path or any(one not in NEEDED for one in needs):
            continue
        for one in needs:
            value = NEEDED[one].format(number=number)
            path = re.sub(rf"<(?:\w+:)?{one}>", value, path)
        found.add(f"/{path}")
    return sorted(found)


def test_nobody_but_who_coordinates_and_who_is_sent_learns_of_it(aid: Help) -> None:
    made = told(aid)
    number = made.case.number
    walked = 0
    for who in ("", *(one for one in ACCOUNTS if one not in ALIKE), "fire-1", "other_centre"):
        client = Client(headers={"accept-language": "en"}, raise_request_exception=False)
        if who:
            client.force_login(*key_of(who))
        for path in (
            *addresses(number),
            f"/desk/cases/?q={number}", "/desk/cases/?q=zzWelfareWords", "/desk/palette/?q=zzWelfare",
            f"/follow/?number={number}",
        ):  # fmt: skip
            got = client.get(path)
            content = b"".join(got.streaming_content) if got.streaming else got.content  # type: ignore[attr-defined]
            read = content.decode(errors="replace")
            walked += 1
            assert not any(secret in read for secret in SECRETS), (who, path)
            # The number itself is told to nobody who did not type it into the address.
            if number not in path:
                assert number not in read, (who, path)
    assert walked > 10 * 60


def test_a_unit_reads_it_from_the_order_until_it_is_free_and_no_other_unit_does(aid: Help) -> None:
    made = told(aid, height=True)
    number, now = made.case.number, timezone.now()
    fire = aid.units["fire-1"].pk
    recommend(number, aid.coordinator, now)
    give_order(number, [fire], aid.coordinator, now, key="k" * 16)
    own, other = "fire-1", "police-1"

    def page(who: str) -> str:
        client = Client(headers={"accept-language": "en"})
        client.force_login(*key_of(who))
        return client.get("/desk/response/unit/").content.decode()

    assert "zzWelfareWords" in page(own) and "zzWelfare" not in page(other)
    sent = Assignment.objects.get()
    answer(sent.pk, "on_scene", aid.crews[own], now)
    set_free(sent.pk, "done", aid.crews[own], now)
    assert "zzWelfare" not in page(own)


def test_no_program_stream_or_next_caller_is_told(aid: Help) -> None:
    made = told(aid)
    number = made.case.number
    for who in ("duty_chief", "leader", "administrator", "grid_worker"):
        _, key = issue_key(SYSTEM, f"p {who}", ["api"], at=SINCE, account=aid.here.accounts[who])
        client = Client(headers={"Authorization": f"Bearer {key}"})
        assert client.get(f"/api/v1/cases/{number}").status_code in (403, 404)
        listed = client.get("/api/v1/cases?state=all").content.decode()
        assert number not in listed and "zzWelfare" not in listed
    assert perhaps_same(*aid.here.inside(), timezone.now()) == []
    said = json.dumps(
        [e.data for e in Event.objects.filter(case=made.pk)], ensure_ascii=False, default=str
    )
    assert not any(secret in said for secret in SECRETS)
    case = Case.objects.get(pk=made.pk)
    assert (case.lat, case.lon, case.public, case.summary) == (None, None, False, "")
