"""The forecast of an installation: what it counts, what it keeps, who sees what."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from commonward.areas.models import Area
from commonward.cases.models import Case, Category
from commonward.cases.queries.arrivals import TOGETHER, arrivals
from commonward.core.forecast.staffing import Terms
from commonward.core.refusals import Forbidden, Invalid
from commonward.core.rights import Actor, Right
from commonward.insight.actions.forecasting import KEPT, forecast_due, make_forecast, set_terms
from commonward.insight.models import Forecast
from commonward.insight.queries.forecast import newest, picked, terms
from tests.district import COMMUNITIES, DISTRICT, LAMP, RUBBISH, STREETS, District
from tests.insight.arriving import SHANGHAI, added, arrived

TODAY = date(2026, 3, 2)


def whole_site(role: str = "leader") -> Actor:
    return Actor(name=role, role=role, rights=(Right(role),))


def test_every_case_is_counted_once_in_its_local_hour(here: District) -> None:
    count = arrived(here, 30)
    found = arrivals(SHANGHAI, TODAY, 400)
    assert found is not None
    slow: Counter[tuple[date, int, str, str]] = Counter()
    rows = Case.objects.filter(opened_at__lt=datetime(2026, 3, 1, 16, tzinfo=UTC))
    for at, path, code in rows.values_list("opened_at", "area_path", "category__code"):
        local = at.astimezone(SHANGHAI)
        slow[local.date(), local.hour, path, code] += 1
    first_day = min(day for day, *_ in slow)
    quick = {
        (found.first + timedelta(days=int(d)), int(h), found.areas[a], found.categories[c]): int(n)
        for d, h, a, c, n in found.rows
    }
    assert quick == {key: n for key, n in slow.items() if key[0] > first_day}
    assert found.first == first_day + timedelta(days=1)
    assert found.first + timedelta(days=found.days) == TODAY
    assert count > 1000


def test_a_zone_of_half_hours_and_a_night_of_summer_time_are_counted_right(here: District) -> None:
    lamp = Category.objects.get(code=LAMP)
    zone = ZoneInfo("Asia/Kathmandu")  # UTC+5:45
    moments = [datetime(2026, 2, 1, 18, minute, tzinfo=UTC) for minute in (0, 14, 15, 44)]
    added([(datetime(2026, 1, 1, tzinfo=UTC), "", lamp), *((at, "", lamp) for at in moments)])
    found = arrivals(zone, date(2026, 2, 5), 100)
    assert found is not None
    told = {
        (found.first + timedelta(days=int(day)), int(hour)): int(n)
        for day, hour, _area, _kind, n in found.rows
    }
    # 18:15 UTC is midnight there.
    assert told == {(date(2026, 2, 1), 23): 2, (date(2026, 2, 2), 0): 2}
    added(
        [(datetime(2025, 10, 26, hour, 30, tzinfo=UTC), "", lamp) for hour in (0, 1)]
        + [(datetime(2025, 10, 1, tzinfo=UTC), "", lamp)],
        "S",
    )
    found = arrivals(ZoneInfo("Europe/Zurich"), date(2025, 10, 28), 100)
    assert found is not None
    assert [(int(r[1]), int(r[4])) for r in found.rows] == [(2, 2)]


def test_it_is_one_query_for_the_counts(here: District, django_assert_num_queries: object) -> None:
    arrived(here, 20)
    with django_assert_num_queries(3):  # type: ignore[operator]
        arrivals(SHANGHAI, TODAY, 400)


def test_disputes_and_urgent_help_are_counted_together_and_only_where_there_are_many(
    here: District,
) -> None:
    arrived(here, 40)
    for code in ("D-X", "E-X"):
        Category.objects.create(code=code, name=code, kind="event")
    apart = list(Category.objects.filter(code__in=("D-X", "E-X")).order_by("code"))
    path = Area.objects.get(code=COMMUNITIES[0]).path
    begin = datetime(2026, 2, 2, tzinfo=SHANGHAI)
    few = [(begin + timedelta(days=7 * week, hours=9), path, apart[0]) for week in range(4)]
    added(few, "W")
    found = arrivals(SHANGHAI, TODAY, 400)
    assert found is not None
    assert not (found.rows[:, 3] == found.categories.index(TOGETHER)).any()
    more = [
        (begin + timedelta(days=day, hours=hour), path, apart[hour % 2])
        for day in range(28) for hour in (9, 14)
    ]  # fmt: skip
    added(more, "M")
    found = arrivals(SHANGHAI, TODAY, 400)
    assert found is not None
    own = found.rows[found.rows[:, 3] == found.categories.index(TOGETHER)]
    assert own[:, 4].sum() == 60
    assert {found.areas[n] for n in own[:, 2]} == {""}
    make_forecast(here.at)
    kept = newest()
    assert kept is not None
    everywhere = picked(kept, "", "", whole_site()).whole().expected
    place = picked(kept, DISTRICT, "", whole_site()).whole().expected
    assert everywhere - place == pytest.approx(
        kept.outlook.means[kept.outlook.categories.index(TOGETHER)].sum(), rel=0.2
    )
    assert len(set(kept.outlook.back[kept.outlook.categories.index(TOGETHER)].tolist())) == 1


def test_a_forecast_is_kept_with_its_moment_window_version_and_seed(here: District) -> None:
    count = arrived(here)
    assert forecast_due(here.at)
    made = make_forecast(here.at, seed=7)
    assert not forecast_due(here.at)
    assert (made.first, made.seed, made.made_at) == (TODAY, 7, here.at)
    assert made.cases <= count
    assert made.version
    again = make_forecast(here.at, seed=7)
    assert bytes(again.data) == bytes(made.data)
    assert Forecast.objects.count() == 1
    assert forecast_due(here.at + timedelta(days=1))
    kept = newest()
    assert kept is not None
    assert kept.outlook.report is not None
    assert kept.outlook.report.origins


def test_only_the_newest_forecasts_are_kept(here: District) -> None:
    arrived(here, 15)
    old = [
        Forecast(
            made_at=here.at - timedelta(days=n), first=TODAY - timedelta(days=n),
            since=TODAY - timedelta(days=n + 20), cases=1, version="x", seed=1, data=b"",
        )
        for n in range(1, KEPT + 5)
    ]  # fmt: skip
    Forecast.objects.bulk_create(old)
    make_forecast(here.at)
    assert Forecast.objects.count() == KEPT
    assert Forecast.objects.filter(first=TODAY).exists()


def test_without_a_past_it_is_refused_in_words(here: District) -> None:
    with pytest.raises(Invalid, match="No case has arrived"):
        make_forecast(here.at)
    arrived(here, 9)
    with pytest.raises(Invalid, match="14 whole days"):
        make_forecast(here.at)
    assert newest() is None


def test_a_grant_for_a_street_sees_its_forecast_and_no_other(here: District) -> None:
    arrived(here)
    make_forecast(here.at)
    kept = newest()
    assert kept is not None
    of_street = Actor(name="chief", role="leader", rights=(Right("leader", STREETS[0]),))
    part = picked(kept, STREETS[0], "", of_street).whole().expected
    other = picked(kept, STREETS[1], "", whole_site()).whole().expected
    whole = picked(kept, DISTRICT, "", whole_site()).whole().expected
    assert part + other == pytest.approx(whole)
    for area in ("", DISTRICT, STREETS[1]):
        with pytest.raises(Forbidden):
            picked(kept, area, "", of_street)
    of_lamps = Actor(name="lamps", role="planner", rights=(Right("planner", "", (LAMP,)),))
    assert picked(kept, "", LAMP, of_lamps).whole().expected < whole
    for category in ("", RUBBISH):
        with pytest.raises(Forbidden):
            picked(kept, "", category, of_lamps)
    with pytest.raises(Forbidden):
        picked(kept, "", "", Actor(name="x", role="handler", rights=(Right("handler"),)))


def test_terms_of_the_hotline_are_the_standards_until_a_leader_sets_them(here: District) -> None:
    assert terms() == Terms(300, 15, 95, 100)
    with pytest.raises(Forbidden):
        set_terms(Terms(200), whole_site("planner"), here.at)
    set_terms(Terms(200, 20, 90, 150), here.leader, here.at)
    assert terms() == Terms(200, 20, 90, 150)
