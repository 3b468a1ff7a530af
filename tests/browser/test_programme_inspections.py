"""An inspection in real browsers: planned at the desk, made without network, answered by the owner."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from commonward.cases.models import Case
from commonward.programmes.actions.inspections.notices import code_of
from commonward.programmes.models import Defect, Visit
from tests.browser.test_field import without_network
from tests.district import District
from tests.doors.field.test_sending import photo
from tests.programmes.inspection_office import office

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


def answer(w: Any, item: str, label: str) -> None:
    w.page.locator(f"[data-item='{item}']").get_by_text(label, exact=True).click()


def test_a_place_is_visited_without_network_its_fault_is_mended_and_visited_again(
    window: Callable[..., Any], district: District
) -> None:
    made = office(district, days=9, started=False)
    with window("en-GB", 1280) as w:
        w.sign_in("programme_officer")
        w.open(f"/desk/programmes/inspections/{made.campaign.code}/")
        assert "24 places" in w.text
        w.sound("inspections-draft")
        w.press("Start it")
        assert "visited: 0 of 24 places" in w.text
    first = Visit.objects.filter(team=district.teams["grids-south"]).order_by("on", "turn")[0]
    Visit.objects.exclude(pk=first.pk).filter(team=first.team_id).update(on="2099-01-01")
    Visit.objects.filter(pk=first.pk).update(on=timezone.localdate())
    with window("en-GB", 320) as w:
        w.sign_in("grid_worker")
        w.open("/field/")
        w.page.wait_for_selector("h1")
        w.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        w.page.reload()
        w.page.get_by_role("link", name="Visits").wait_for()
        w.page.wait_for_load_state("networkidle")
        with without_network(w):
            w.page.reload()
            w.page.get_by_role("link", name="Visits").click()
            w.page.get_by_text(first.place.name).click()
            w.page.get_by_role("heading", name=first.place.name).wait_for()
            w.page.get_by_role("button", name="The visit is done").click()
            w.page.get_by_text("This is not answered yet.").wait_for()
            w.faults[:] = [f for f in w.faults if "ERR_INTERNET_DISCONNECTED" not in f]
            w.sound("field-inspection")
            items = [row.get_attribute("data-item") for row in w.page.locator("[data-item]").all()]
            for item in items:
                answer(w, item, "No" if item == "wires" else "Yes")
            w.page.locator("#photo-extinguishers").set_input_files(
                {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo().read()}
            )
            w.page.locator("[data-item='extinguishers'] img").wait_for()
            w.page.get_by_role("button", name="The visit is done").click()
            w.page.get_by_text("Not yet sent: 1").wait_for()
            assert not Defect.objects.exists()
        w.page.get_by_text("Everything is sent").wait_for()
        assert Defect.objects.count() == Case.objects.count() == 1
    code = code_of(first.campaign_id, first.place_id)
    with window("zh-CN", 320) as w:
        w.open(f"/together/places/{code}/")
        w.sound("places-visit-fault")
        fault = Defect.objects.get()
        w.page.locator(f"#photos-{fault.pk}").set_input_files(
            {"name": "b.jpg", "mimeType": "image/jpeg", "buffer": photo("blue").read()}
        )
        w.page.locator("button[value='mended']").click()
        w.page.wait_for_load_state()
        w.sound("places-visit-mended")
    again = Visit.objects.get(kind="revisit")
    Visit.objects.filter(pk=again.pk).update(on=timezone.localdate())
    with window("en-GB", 320) as w:
        w.sign_in("grid_worker")
        w.open(f"/field/#inspection/{again.pk}")
        w.page.get_by_role("link", name="Visits").click()
        w.page.get_by_text(first.place.name).click()
        w.page.get_by_role("heading", name=first.place.name).wait_for()
        assert w.page.locator("[data-item]").count() == 1, "what was not in order is asked alone"
        answer(w, "wires", "Yes")
        # That everything is sent stood there before, too.
        with w.page.expect_response("**/field/send/"):
            w.page.get_by_role("button", name="The visit is done").click()
    fault.refresh_from_db()
    assert fault.state == "mended"
    with window("en-GB", 320, script=False) as w:
        w.open(f"/together/places/{code}/")
        assert "Mended" in w.text


@pytest.mark.parametrize(("language", "width"), [("en-GB", (320, 1280)), ("zh-CN", (768, 1280))])
def test_the_pages_of_inspections_read_well(
    window: Callable[..., Any], district: District, language: str, width: int | tuple[int, ...]
) -> None:
    made = office(district, days=9)
    first = made.visit(district.teams["grids-south"])
    Visit.objects.filter(campaign=made.campaign, team=district.teams["grids-north"]).update(
        state="done", done_at=timezone.now()
    )
    at = "/desk/programmes/inspections/"
    with window(language, width) as w:
        w.sign_in("programme_officer")
        for name, path in {
            "inspections": at,
            "inspections-campaign": f"{at}{made.campaign.code}/",
            "inspections-day": f"{at}{made.campaign.code}/grids-south/{first.on.isoformat()}/",
            "inspections-notices": f"{at}{made.campaign.code}/grids-south/{first.on.isoformat()}/notices/",
            "inspections-places": f"{at}places/",
            "inspections-place": f"{at}places/{first.place.code}/",
            "inspections-table": f"{at}places/table/",
            "inspections-checklists": f"{at}checklists/",
            "inspections-checklist": f"{at}checklists/shop/",
            "places": "/together/places/",
        }.items():
            w.open(path)
            w.sound(name)
