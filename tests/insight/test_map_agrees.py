"""The public map, public pages and the figures say the same of the same cases at the same moment."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from commonward.cases.models import Case, Category, Report
from commonward.cases.queries.limit_kept import limit_kept
from commonward.cases.queries.on_map import in_tile, keeping, kept, right_key
from commonward.cases.queries.reference import book as case_book
from commonward.core.calendars import Limit
from commonward.core.indicators.book import book, shipped
from commonward.core.indicators.figures import Asked, figures
from commonward.core.indicators.windows import window
from commonward.core.tiles import Tile
from commonward.insight.queries import rows
from commonward.people.queries import now as site_now
from tests.cases.map_by_hand import tiles_here
from tests.district import LAMP, RUBBISH, District, small_district

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> District:
    """Open and closed cases, late and in time, shown and not, of four kinds of not shown."""
    began = site_now() - timedelta(days=30)
    town = small_district(began - timedelta(days=1))
    for n in range(18):
        at = began + timedelta(hours=n) if n < 10 else site_now() - timedelta(minutes=n)
        lat, lon = town.inside(n % 3, n // 3 % 3)
        kind = RUBBISH if n % 2 else LAMP
        report = town.report(kind, at=at, lat=lat, lon=lon, limit=Limit.parse("10 day"))
        if n in (0, 3, 5, 6):
            replace(town, at=at + timedelta(days=20 if n == 5 else 0)).closed(report)
        if n % 7 == 1:
            Case.objects.filter(pk=report.case_id).update(public=False)
        if n % 7 == 2:
            Report.objects.filter(pk=report.pk).update(public=False)
    category = Category.objects.create(code="D-99", name="纠纷")
    last = Case.objects.filter(is_open=True, public=True).latest("id")
    Case.objects.filter(pk=last.pk).update(category=category)
    monkeypatch.setattr(keeping, "_keeper", keeping._Keeper())
    return town


def on_map(at: datetime) -> Counter[str]:
    """The cases that everybody's tiles show, counted: all, and how many are red."""
    found: Counter[str] = Counter()
    for tile in tiles_here(14):
        told = in_tile(kept(), tile, right_key(None), at, case_book())
        for point in told.points:
            found["all"] += 1
            found["red"] += point.light == "red"
        for group in told.clusters:
            found["all"] += group.count
            found["red"] += group.red
    return found


def reckoned(where: str, at: datetime, by: str = "") -> dict[str, int]:
    """What an indicator of these cases is, as the reference evaluates it up to a moment."""
    data: dict[str, Any] = {**shipped()}
    data["counts"] = {**data["counts"], "those": {"of": "cases", "where": where, "about": "those"}}
    data["indicators"] = {
        **data["indicators"],
        "so_many": {"title": "Those", "about": "those", "formula": "those", "source": "test"},
    }
    made = book(data)
    day = window("day", at.date() - timedelta(days=1), "UTC")
    asked = Asked(["so_many"], [day], (by,) if by else ())
    counted = figures(made, asked, rows.counter())[day]
    return {group[0] if group else "": int(f["so_many"].value or 0) for group, f in counted.items()}


def test_the_map_counts_what_the_indicator_counts(town: District) -> None:
    at = window("day", site_now().date() - timedelta(days=1), "UTC").end
    told = on_map(at)
    assert reckoned("on_the_map", at)[""] == told["all"] >= 5
    assert reckoned("on_the_map and late_now", at)[""] == told["red"] >= 2
    assert told["red"] < told["all"]


def test_and_so_in_each_street(town: District) -> None:
    at = window("day", site_now().date() - timedelta(days=1), "UTC").end
    streets: Counter[str] = Counter()
    for tile in tiles_here(17):
        for point in in_tile(kept(), tile, right_key(None), at, case_book()).points:
            streets[Case.objects.get(number=point.number).area_path.split("/")[2]] += 1
    found = {code: n for code, n in reckoned("on_the_map", at, "street").items() if n}
    assert found == dict(streets)
    assert len(found) == 2


def test_the_public_page_says_in_time_where_the_rate_counts_it(town: District) -> None:
    reader = Client(headers={"accept-language": "en"})
    public = [c for c in rows.all_rows()["cases"] if c["public"]]
    said = Counter[str]()
    for one in public:
        html = reader.get(f"/cases/{Report.objects.get(case=one['case']).number}/").content.decode()
        in_time, late = "within its limit" in html, "after its limit had ended" in html
        real = one["outcome"] not in ("void", "refused", "joined")
        judged = bool(not one["open"] and one["limited"] and one["counted"] and real)
        kept_ = judged and (one["closed_at"] - one["due_at"]).total_seconds() < 1
        assert (in_time, late) == (kept_, judged and not kept_)
        assert limit_kept(one["case"], site_now()) == (kept_ if judged else None)
        assert ("state-late" in html) == bool(
            one["open"] and one["next_due_at"] and one["next_due_at"] < site_now()
        )
        said["in time" if in_time else "late" if late else "open"] += 1
    assert said["in time"] == 3 and said["late"] == 1 and said["open"]


def test_the_figures_count_as_public_what_the_public_list_shows(town: District) -> None:
    reader = Client()
    shown = {
        one["case"]
        for one in rows.all_rows()["cases"]
        if reader.get(
            f"/cases/{Report.objects.filter(case=one['case']).first().number}/"  # type: ignore[union-attr]
        ).status_code
        == 200
    }
    assert shown == {one["case"] for one in rows.all_rows()["cases"] if one["public"]}
    assert 5 < len(shown) < 18
    reports = {one["report"] for one in rows.all_rows()["reports"] if one["public"]}
    assert reports == set(Report.objects.filter(case__in=shown).values_list("pk", flat=True))


def test_no_tile_shows_a_dispute_whatever_a_site_made_of_it(town: District) -> None:
    hidden = Case.objects.get(category__code="D-99")
    assert hidden.public and hidden.is_open
    numbers = {
        point.number
        for z, x, y in [(17, t.x, t.y) for t in tiles_here(17)]
        for point in in_tile(
            kept(), Tile.at(z, x, y), right_key(None), site_now(), case_book()
        ).points
    }
    assert numbers
    assert hidden.number not in numbers
