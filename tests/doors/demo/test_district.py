"""The district that stands on that land: people, rules, a past, and staff at work."""

import io
import json
import random
from collections import Counter
from datetime import timedelta

import pytest
import shapely
from django.conf import settings
from django.db.models import Count
from django.urls import resolve
from django.utils import translation
from PIL import Image

from commonward.areas import actions as areas
from commonward.areas.models import Area, News, PlaceName
from commonward.areas.queries.gazetteer import candidates
from commonward.cases import actions as cases
from commonward.cases.actions import delivering
from commonward.cases.models import (
    Answer,
    Case,
    Event,
    ExchangeRun,
    Neighbour,
    Photo,
    StandardText,
)
from commonward.cases.queries.attention import stuck_deliveries
from commonward.cases.queries.verifying import verify
from commonward.core.rights import PROGRAMME
from commonward.doors.demo import (
    helping,
    history,
    matters,
    names,
    neighbouring,
    pictures,
    trusting,
)
from commonward.doors.demo.addresses import addresses
from commonward.doors.demo.arrivals import Places, Residents
from commonward.doors.demo.robots import SOURCE, Robots
from commonward.doors.demo.roles import PASSWORD, POSTS
from commonward.doors.demo.settling import GAZETTEER
from commonward.doors.demo.undelivered import leave_stuck
from commonward.people.models import (
    Account,
    BreakGlass,
    Grant,
    Membership,
    ReviewLine,
    Team,
)
from commonward.programmes.models import AdviceProposal
from commonward.response.models import Assignment, Incident, Plan
from tests.doors.demo.conftest import BEGINS, ENDS, Demo


def test_an_import_of_its_grids_finds_neither_overlap_nor_hole_and_nothing_to_change(
    demo: Demo, db: None
) -> None:
    code_of = [a.code for a in Area.objects.filter(level="grid").order_by("code")]
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": f"grid {code}"},
            "geometry": json.loads(shapely.to_geojson(grid)),
        }
        for code, (_, grid) in zip(code_of, sorted(demo.land.grids.items()), strict=True)
    ]
    given = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    plan = areas.import_areas([("grids.geojson", given)], at=ENDS, dry_run=True)
    assert not plan.flaws
    assert not plan.mended
    assert not plan.rejected
    assert not [change for change in plan.changed if "shape" in change.what]


def test_484_teams_have_6415_grid_workers_and_the_others_have_theirs(demo: Demo, db: None) -> None:
    workers = Grant.objects.filter(role="grid_worker")
    assert workers.count() == workers.values("account").distinct().count() == 6_415
    by_team = Membership.objects.filter(team__kind="grid").values("team").annotate(n=Count("id"))
    assert by_team.count() == 484
    assert {row["n"] for row in by_team} <= {14, 15}
    assert Team.objects.filter(kind="department").count() == len(matters.DEPARTMENTS)
    assert not Team.objects.exclude(pk__in=Membership.objects.values("team")).exists()
    assert Area.objects.filter(synthetic=False).count() == 0


def test_only_the_log_ins_that_are_told_open_and_each_has_its_post(demo: Demo, db: None) -> None:
    able = [a for a in Account.objects.all() if a.has_usable_password()]
    assert {a.login for a in able} == {post.login for post in POSTS}
    # Those made together share one hash, which takes its time to try.
    assert all(a.check_password(PASSWORD) for a in {a.password: a for a in able}.values())
    for post in POSTS:
        account = Account.objects.get(login=post.login)
        assert set(Grant.objects.filter(account=account).values_list("role", flat=True)) == {
            post.role
        }


def test_all_that_was_taken_over_and_lived_through_fits_together(demo: Demo, db: None) -> None:
    assert list(verify()) == []
    assert Case.objects.filter(source="earlier-system").count() == demo.taken_over > 1_000
    lived = Case.objects.filter(source=SOURCE)
    assert lived.count() > 50
    assert Event.objects.filter(case__in=lived).count() > 400
    assert {"handle", "evaluate", "closed"} <= set(lived.values_list("stage", flat=True))


def test_the_staff_are_refused_next_to_nothing(demo: Demo, db: None) -> None:
    refused, steps = sum(demo.robots.done.refused.values()), sum(demo.robots.done.steps.values())
    assert refused < steps / 20, demo.robots.done.refused


def test_some_reports_come_with_a_drawn_photo_and_what_was_done_is_shown_by_another(
    demo: Demo, db: None
) -> None:
    pairs = [
        dict(Photo.objects.filter(case=case).values_list("moment", "name"))
        for case in Photo.objects.filter(moment="after").values_list("case", flat=True).distinct()
    ]
    assert pairs and all({"before", "after"} <= set(one) for one in pairs)
    for one in pairs:
        before, after = ((settings.MEDIA_ROOT / one[m]).read_bytes() for m in ("before", "after"))
        assert before != after
        assert Image.open(io.BytesIO(after)).size == pictures.SIZE
    assert Photo.objects.filter(public=True).count() > Photo.objects.filter(public=False).count()


def test_every_kind_that_can_be_drawn_has_two_different_pictures_of_each_street() -> None:
    for code in pictures._SCENES:
        assert code in matters.BY_CODE
        drawn = {pictures._drawn(code, s, m) for s in range(2) for m in ("before", "after")}
        assert len({one.digest for one in drawn}) == 4


def test_a_mail_is_left_stuck_for_the_board_to_show(demo: Demo, db: None) -> None:
    number = leave_stuck(ENDS)
    (one,) = stuck_deliveries(demo.staff.of_role("duty_chief", 0))
    assert (one.case, one.fault, one.state) == (number, "SMTP 452", "waiting")
    assert one.attempts >= delivering.STUCK_AFTER
    assert list(verify()) == []


def test_an_exchange_has_a_comparison_and_the_one_neighbour_is_out_of_reach(
    demo: Demo, db: None
) -> None:
    taken = neighbouring.begin(ENDS)
    first, compared = ExchangeRun.objects.order_by("id")
    assert (taken, first.refused, first.ended_at is not None) == (neighbouring.ORDERS, 0, True)
    assert (compared.differing, compared.only_there, compared.only_here) == (1, 1, 1)
    (there,) = Neighbour.objects.all()
    assert there.origin.endswith(".invalid"), "nothing can ever be sent there"
    assert (there.compared_at, there.paused_at) == (None, ENDS)
    assert list(verify()) == []


def test_a_review_of_access_is_under_way_and_a_right_for_an_emergency_was_given_and_ended(
    demo: Demo, db: None
) -> None:
    lines = trusting.begin(ENDS)
    done = Counter(ReviewLine.objects.values_list("kept", flat=True))
    assert done.total() == lines and done[False] == 1 and done[True] and done[None]
    given = BreakGlass.objects.get()
    assert given.given and given.asked_by_id != given.decided_by_id
    assert given.until is not None and given.until < ENDS
    told = Event.objects.filter(case__number=given.case_number, verb__startswith="break_glass")
    assert told.count() == 2


def test_nobody_of_the_log_ins_for_visitors_acts_by_themselves(demo: Demo, db: None) -> None:
    visitors = Account.objects.filter(login__in=[post.login for post in POSTS])
    # What the programmes' own offices did in the months before is their cases' past.
    acted = Event.objects.filter(account__in=visitors)
    assert not acted.exclude(case__category__code__startswith=PROGRAMME).exists()


def test_a_kind_without_a_rule_waits_in_the_unrouted_queue_or_for_a_person(
    demo: Demo, db: None
) -> None:
    assert not matters.BY_CODE["D999"].team
    handled = Case.objects.filter(source=SOURCE, category__code="D999").exclude(handling_team=None)
    assert not handled.exists()


def test_what_a_visitor_reports_is_left_to_the_visitor(demo: Demo, db: None) -> None:
    lat, lon, _ = Places(demo.land).somewhere(random.Random(5))
    said = cases.Said(channel="web", words="A lamp is out", lat=lat, lon=lon)
    mine = cases.open_case("D102", said, ENDS).case
    robots = Robots(demo.staff, ENDS)
    robots.take_up((c, c.category.code) for c in Case.objects.filter(is_open=True))
    robots.until(ENDS + timedelta(hours=3))
    assert Case.objects.get(pk=mine.pk).stage == "collect"


def test_the_staff_go_on_with_what_stands_after_a_break(demo: Demo, db: None) -> None:
    robots = Robots(demo.staff, ENDS)
    standing = Case.objects.filter(source=SOURCE, is_open=True).select_related("category")
    robots.take_up((case, case.category.code) for case in standing)
    robots.until(ENDS + timedelta(hours=5))
    assert sum(robots.done.steps.values()) > 20
    assert list(verify()) == []


def test_residents_report_the_same_at_the_same_hours_and_more_by_day(demo: Demo) -> None:
    def week() -> list[tuple[str, str, float | None]]:
        residents = Residents(Places(demo.land), mark="x", storm=BEGINS + timedelta(days=2))
        return [(a.ref, a.words, a.lat) for a in residents.between(BEGINS, BEGINS + timedelta(7))]

    first = week()
    assert first == week()
    assert 400 < len(first) < 900
    hours = [a.at for a in Residents(Places(demo.land), mark="y").between(
        BEGINS, BEGINS + timedelta(7))]  # fmt: skip
    by_day = [h for h in hours if 8 <= (h.hour + 8) % 24 < 18]
    assert len(by_day) > len(hours) / 2


@pytest.mark.parametrize(
    ("real", "begins"),
    [
        ("2026-03-04T03:00:00+00:00", "2026-03-04T02:00:00+00:00"),
        ("2026-03-04T01:59:00+00:00", "2026-03-03T02:00:00+00:00"),
        ("2026-03-09T01:00:00+00:00", "2026-03-06T02:00:00+00:00"),
        ("2026-03-08T10:00:00+00:00", "2026-03-06T02:00:00+00:00"),
    ],
)
def test_it_begins_on_the_morning_of_the_last_working_day(real: str, begins: str) -> None:
    moment = type(BEGINS).fromisoformat
    assert history.morning(moment(real)) == moment(begins)


def test_names_are_in_both_languages_and_no_two_areas_of_a_kind_share_one(
    demo: Demo, db: None
) -> None:
    for level in ("street", "community"):
        rows = list(Area.objects.filter(level=level).values_list("name", "name_en"))
        assert len({name for name, _ in rows}) == len({english for _, english in rows}) == len(rows)
    assert not Area.objects.filter(name_en="").exists()
    assert len(names.SHARES) == 18


def test_the_office_has_written_texts_answers_and_news_in_both_languages(
    demo: Demo, db: None
) -> None:
    for model in (StandardText, Answer):
        by_language = {
            language: model.objects.filter(language=language).count()
            for language in ("zh-hans", "en")
        }
        assert by_language["zh-hans"] == by_language["en"] >= 5
    assert not News.objects.filter(title_en="").exists()
    advice = AdviceProposal.objects.exclude(news=None).values("news")
    assert News.objects.exclude(pk__in=advice).count() == 3


def test_the_camera_has_a_sample_for_every_page_that_an_address_leads_to(
    demo: Demo, db: None
) -> None:
    pages, owed = addresses(ENDS)
    assert not owed, "Give it a sample in doors/demo/addresses.py, or say that it is no page."
    assert {"portal:home", "portal:mine", "desk:queue", "desk:case", "field:home"} <= {
        page.name for page in pages
    }
    assert all(resolve(page.path.partition("?")[0]) for page in pages)
    assert {page.path for page in pages if page.name == "desk:plan"} == {
        f"/desk/plans/{code}/" for code in Plan.objects.values_list("code", flat=True)
    }


def test_units_are_out_for_one_incident_and_for_a_drill_in_which_one_is_silent(
    demo: Demo, db: None
) -> None:
    incidents = {one.kind: one for one in Incident.objects.all()}
    assert {kind: one.drill for kind, one in incidents.items()} == {
        "utility": False,
        "assembly": True,
    }
    sent = Assignment.objects.filter(order__incident=incidents["assembly"]).exclude(step="free")
    assert sent.filter(step="sent").count() == 1
    assert sent.count() + Assignment.objects.exclude(pk__in=sent).count() == len(helping.UNITS)


def test_words_lead_to_invented_places_and_some_names_occur_twice(demo: Demo, db: None) -> None:
    estates = PlaceName.objects.filter(source=GAZETTEER, kind="estate")
    ((twice, count),) = Counter(estates.values_list("name", flat=True)).most_common(1)
    assert count >= 2
    with translation.override("en"):
        (street,) = candidates("the lamp before 12 Zhongshan Road", ENDS)
        (estate,) = candidates(f"{twice}3栋路灯不亮", ENDS)
    assert not street.candidates[0].located.outside
    assert estate.ambiguous
    assert len(estate.candidates) == count
    assert {one.source for one in (*street.candidates, *estate.candidates)} == {GAZETTEER}
