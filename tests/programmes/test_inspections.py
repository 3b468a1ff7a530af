"""A campaign from its draft to a fault that is mended; who may what; re-checks by somebody else."""

import io
from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from PIL import Image

from commonward.cases.actions.photos import Ready, prepare_photo
from commonward.cases.models import Case, Clock, Report
from commonward.core.inspecting.drawing import draw, seed_of
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal, Stale
from commonward.core.rights import SYSTEM
from commonward.people.models import Account
from commonward.programmes.actions.inspections.answering import answer_place, visit_of_code
from commonward.programmes.actions.inspections.campaigning import (
    Wanted,
    draw_rechecks,
    end_campaign,
    make_campaign,
    spread_of,
    start_campaign,
)
from commonward.programmes.actions.inspections.notices import notice_codes
from commonward.programmes.actions.inspections.placing import (
    Given,
    keep_place,
    read_places,
    take_over,
)
from commonward.programmes.actions.inspections.setting_up import adopt_checklist, set_up
from commonward.programmes.actions.inspections.ticking import (
    forget_inspections,
    tick_inspections,
)
from commonward.programmes.actions.inspections.visiting import Seen, make_visit
from commonward.programmes.models import (
    Campaign,
    Checklist,
    Defect,
    Place,
    PlaceAnswer,
    Visit,
    VisitPhoto,
)
from commonward.programmes.queries.inspections.access import place_for
from commonward.programmes.queries.inspections.checklists import text_of
from commonward.programmes.queries.inspections.coverage import (
    Row,
    public_rows,
    standing_of,
)
from commonward.programmes.queries.inspections.visits import field_visits
from tests.district import District
from tests.programmes.inspection_office import Office, answers, office, photos_needed, places

MODELS = (Campaign, Checklist, Defect, Place, PlaceAnswer, Visit, VisitPhoto)


@pytest.fixture
def made(district: District) -> Office:
    return office(district)


def picture(colour: str = "green") -> Ready:
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(kept, "JPEG")
    return prepare_photo(kept.getvalue())


def shown(**more: str) -> dict[str, list[Ready]]:
    return {code: [picture(more.get(code, "green"))] for code in photos_needed()}


def seen(**faults: str) -> Seen:
    return Seen(answers(**faults), shown())


def test_every_place_of_the_kind_is_visited_once_on_a_working_day(
    district: District, made: Office
) -> None:
    rows = Visit.objects.filter(campaign=made.campaign)
    assert sorted(rows.values_list("place__code", flat=True)) == [one.code for one in places()]
    assert all(on.isoweekday() < 6 for on in rows.values_list("on", flat=True))
    held = Counter(rows.values_list("team_id", "on"))
    assert max(held.values()) <= 6
    first = [(one.place, one.team, one.on) for one in spread_of(made.campaign).stops]
    assert sorted(first) == sorted(rows.values_list("place_id", "team_id", "on")), "same again"


def test_a_figure_of_people_is_no_campaign(district: District, made: Office) -> None:
    today = timezone.localdate(district.at)
    wanted = Wanted(
        "查获违法人员 100 名", ["shop"], today, today, list(district.teams.values())[:2]
    )
    with pytest.raises(Invalid, match="count people"):
        make_campaign(wanted, made.officer, district.at)


def test_too_few_teams_and_days_are_told_before_anything_is_written(
    district: District, made: Office
) -> None:
    today = timezone.localdate(district.at)
    teams = [district.teams["grids-south"], district.teams["grids-north"]]
    few = make_campaign(
        Wanted("一天", ["shop"], today, today, teams, per_day=6), made.officer, district.at
    )
    with pytest.raises(Invalid, match="12 are too many"):
        start_campaign(few.code, made.officer, district.at)
    assert not Visit.objects.filter(campaign=few).exists()


def test_who_keeps_one_street_keeps_nothing_of_the_other(district: District, made: Office) -> None:
    lat, lon = district.inside(0)
    with pytest.raises(Forbidden):
        keep_place(Given("new-1", "shop", "新店", lat, lon), made.street_officer, district.at)
    lat, lon = district.inside(2)
    mine = keep_place(Given("new-1", "shop", "新店", lat, lon), made.street_officer, district.at)
    assert mine.active
    south = Place.objects.filter(lat__lt=27.82).first()
    assert south is not None
    with pytest.raises(Missing):
        place_for(south.code, made.street_officer)
    with pytest.raises(Forbidden):
        take_over(places(3), made.street_officer, district.at)
    with pytest.raises((Missing, Forbidden)):
        end_campaign(made.campaign.code, made.street_officer, district.at)
    for actor in (district.outsider, district.dispatcher, district.handler):
        with pytest.raises(Missing):
            place_for(south.code, actor)


def test_a_name_with_a_number_that_leads_to_somebody_is_not_written_down(
    district: District, made: Office
) -> None:
    lat, lon = district.inside()
    for name in ("张记 139 1234 5678", "店 li@example.org"):
        with pytest.raises(Invalid, match="leads to a person"):
            keep_place(Given("x-1", "shop", name, lat, lon), made.officer, district.at)


def test_a_table_of_places_tells_faults_and_doubles_and_reads_no_other_column(
    district: District, made: Office
) -> None:
    first = Place.objects.get(code="shop-0000")
    lines = read_places(
        ["编号", "类别", "名称", "纬度", "经度", "业主姓名", "电话"],
        [
            ["shop-0000", "沿街商铺", "零号店", str(first.lat), str(first.lon), "张三", "139"],
            ["n-1", "shop", first.name.replace(" ", ""), str(first.lat + 1e-4), str(first.lon), "", ""],
            ["n-2", "castle", "堡", "27.8", "113.1", "", ""],
            ["n-3", "shop", "店", "north", "113.1", "", ""],
            ["n-1", "shop", "又一店", "27.81", "113.11", "", ""],
        ],
    )  # fmt: skip
    assert [line.known for line in lines] == [True, False, False, False, False]
    assert [line.same for line in lines] == ["", "shop-0000", "", "", ""]
    assert [line.fault is not None for line in lines] == [False, False, True, True, True]
    assert "张三" not in repr(lines)


def test_a_fault_becomes_a_case_with_the_items_deadline_and_is_visited_again_until_mended(
    district: District, made: Office
) -> None:
    visit = made.visit(district.teams["grids-south"])
    at = district.at + timedelta(hours=2)
    done = make_visit(visit.pk, seen(exits="no", frontage="no"), district.grid_worker, at)
    assert (done.state, done.faults) == ("done", 2)
    faults = {one.item: one for one in Defect.objects.filter(visit=visit)}
    assert set(faults) == {"exits", "frontage"}
    case = faults["exits"].case
    assert case is not None
    assert (case.origin, case.category.code, case.grade) == ("inspection", "J101", "urgent")
    assert case.is_open
    assert not case.category.code.startswith("P-")
    assert Clock.objects.filter(case=case, stage="").exists() or case.due_at is not None
    assert VisitPhoto.objects.filter(visit=visit).count() == 1, "what is in order is shown"
    # The loop goes its own way; when those who mended it say so, it is looked at again.
    assert tick_inspections(at)["revisits"] == 0
    Case.objects.filter(pk=case.pk).update(stage="check")
    assert tick_inspections(at)["revisits"] == 1
    assert tick_inspections(at)["revisits"] == 0
    fault = Defect.objects.get(pk=faults["exits"].pk)
    again = fault.revisit
    assert again is not None
    assert (again.kind, again.team_id, again.on > timezone.localdate(at)) == (
        "revisit",
        visit.team_id,
        True,
    )
    carried = {one.visit.pk: one for one in field_visits(district.grid_worker, again.on)}
    assert [item.code for item in carried[again.pk].items] == ["exits"]
    # Not mended yet: the open case reads so, and waits.
    make_visit(again.pk, Seen({"exits": "no"}), district.grid_worker, at + timedelta(days=1))
    fault.refresh_from_db()
    assert fault.state == "open"
    assert Report.objects.filter(case=case).count() == 2
    assert tick_inspections(at + timedelta(days=1))["revisits"] == 1
    fault.refresh_from_db()
    once_more = fault.revisit_id
    assert once_more is not None
    assert once_more != again.pk
    make_visit(once_more, Seen({"exits": "yes"}), district.grid_worker, at + timedelta(days=2))
    fault.refresh_from_db()
    assert fault.state == "mended"
    assert tick_inspections(at + timedelta(days=3))["revisits"] == 0


def test_what_was_not_mended_of_a_closed_case_opens_another(
    district: District, made: Office
) -> None:
    visit = made.visit(district.teams["grids-south"])
    make_visit(visit.pk, seen(wires="no"), district.grid_worker, district.at)
    fault = Defect.objects.get()
    assert fault.case is not None
    Case.objects.filter(pk=fault.case.pk).update(
        stage="closed", is_open=False, closed_at=district.at
    )
    tick_inspections(district.at)
    fault.refresh_from_db()
    assert fault.revisit_id is not None
    make_visit(fault.revisit_id, Seen({"wires": "no"}), district.grid_worker, district.at)
    fault.refresh_from_db()
    assert fault.state == "again"
    second = Defect.objects.exclude(pk=fault.pk).get()
    assert second.case_id != fault.case_id
    assert second.visit_id == fault.revisit_id
    assert second.case is not None
    Case.objects.filter(pk=second.case.pk).update(stage="check")
    assert tick_inspections(district.at)["revisits"] == 1


def test_a_visit_is_made_once_by_its_own_team_and_shows_what_must_be_shown(
    district: District, made: Office
) -> None:
    visit = made.visit(district.teams["grids-south"])
    with pytest.raises(Missing):
        make_visit(visit.pk, seen(), district.second_grid_worker, district.at)
    with pytest.raises(Invalid, match="needs a photo"):
        make_visit(visit.pk, Seen(answers()), district.grid_worker, district.at)
    with pytest.raises(Invalid, match="not answered"):
        make_visit(visit.pk, Seen({}, shown()), district.grid_worker, district.at)
    assert Visit.objects.get(pk=visit.pk).state == "planned"
    make_visit(visit.pk, seen(), district.grid_worker, district.at)
    with pytest.raises(Refusal, match="already"):
        make_visit(visit.pk, seen(), district.grid_worker, district.at)


def test_a_visit_that_was_not_possible_says_why_of_the_place(
    district: District, made: Office
) -> None:
    visit = made.visit(district.teams["grids-south"])
    with pytest.raises(Invalid):
        make_visit(visit.pk, Seen(why="suspicious"), district.grid_worker, district.at)
    done = make_visit(visit.pk, Seen(why="closed"), district.grid_worker, district.at)
    assert done.state == "not_possible"
    told = standing_of(made.campaign, timezone.localdate(district.at))
    assert (told.whole.done, told.whole.not_possible) == (0, 1)


def test_rechecks_are_drawn_as_anybody_can_repeat_and_made_by_another_team_and_account(
    district: District, made: Office
) -> None:
    south, north = district.teams["grids-south"], district.teams["grids-north"]
    for team, who in ((south, district.grid_worker), (north, district.second_grid_worker)):
        for visit in Visit.objects.filter(campaign=made.campaign, team=team):
            make_visit(visit.pk, seen(), who, district.at)
    assert draw_rechecks(made.campaign.pk, district.at) == 0, "not before the published day"
    later = district.at + timedelta(days=9)
    count = draw_rechecks(made.campaign.pk, later)
    assert draw_rechecks(made.campaign.pk, later) == 0
    made.campaign.refresh_from_db()
    seed = seed_of(made.campaign.code, made.campaign.recheck_on, made.campaign.recheck_root)
    rows = Visit.objects.filter(campaign=made.campaign, kind="recheck")
    assert sorted(rows.values_list("place__code", flat=True)) == list(
        draw(seed, [one.code for one in places()], 0.5)
    )
    assert rows.count() == count > 3
    assert all(one.team_id != one.of.team_id for one in rows.select_related("of") if one.of)
    drawn = rows.filter(team=north).first()
    assert drawn is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.filter(pk=drawn.pk).update(team=south)
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.filter(pk=drawn.pk).update(
            state="done", done_at=later, by=Account.objects.get(login="grid_worker")
        )
    # What the first visit did not see is a disagreement, and a case.
    make_visit(drawn.pk, seen(exits="no"), district.second_grid_worker, later)
    told = standing_of(made.campaign, timezone.localdate(later))
    assert (told.rechecked, told.agreement.share if told.agreement else None) == (1, 0.0)
    assert Defect.objects.filter(visit=drawn).count() == 1


def test_the_owner_reads_by_the_notices_code_answers_and_says_what_is_mended(
    district: District, made: Office
) -> None:
    visit = made.visit(district.teams["grids-south"])
    code = notice_codes([visit], made.officer)[visit.pk]
    assert code == notice_codes([visit], district.grid_worker)[visit.pk], "printed again the same"
    kept = Visit.objects.get(pk=visit.pk)
    assert code not in repr(kept.__dict__), "only its hash stays"
    assert visit_of_code(code.upper()).pk == visit.pk
    for wrong in ("", "a" * 16, code[:-1] + ("a" if code[-1] != "a" else "b")):
        with pytest.raises(Missing):
            visit_of_code(wrong)
    answer_place(code, "words", "周二上午店里有人。", district.at)
    make_visit(visit.pk, seen(wires="no"), district.grid_worker, district.at)
    fault = Defect.objects.get()
    answer_place(code, "objection", "线管已报修。", district.at, defect=fault.pk)
    made_answer = PlaceAnswer.objects.exclude(defect=None).get()
    assert made_answer.words == "", "on a fault the words are in its case alone"
    assert Report.objects.get(number=made_answer.report).case_id == fault.case_id
    answer_place(code, "mended", "", district.at, defect=fault.pk, photos=[picture("blue")])
    fault.refresh_from_db()
    assert (fault.state, fault.revisit is not None) == ("to_revisit", True)
    other = made.visit(district.teams["grids-north"])
    other_code = notice_codes([other], made.officer)[other.pk]
    with pytest.raises(Missing):
        answer_place(other_code, "mended", "", district.at, defect=fault.pk)
    with pytest.raises(Forbidden):
        notice_codes([visit], district.second_grid_worker)
    forget_inspections(district.at + timedelta(days=91))
    assert not PlaceAnswer.objects.exists()
    assert not VisitPhoto.objects.exists()


def test_a_checklist_comes_into_force_with_a_number_and_planned_visits_keep_theirs(
    district: District, made: Office
) -> None:
    assert set_up(district.at) == 0
    number, text = text_of("shop")
    changed = text.replace("5 work_day", "7 work_day")
    adopted = adopt_checklist("shop", changed, number, made.officer, district.at)
    assert adopted is not None
    assert adopted.number == number + 1
    assert adopt_checklist("shop", changed, number + 1, made.officer, district.at) is None
    with pytest.raises(Stale):
        adopt_checklist("shop", text, number, made.officer, district.at)
    with pytest.raises(Forbidden):
        adopt_checklist("shop", text, number + 1, made.street_officer, district.at)
    with pytest.raises(Invalid, match="could not be filed"):
        adopt_checklist("shop", text.replace("J101", "X9"), number + 1, made.officer, district.at)
    assert set(Visit.objects.values_list("checklist__number", flat=True)) == {number}


def test_small_counts_are_told_to_nobody_and_do_not_follow_from_the_rest() -> None:
    def row(key: str, done: int) -> Row:
        return Row(key, done, done, 0, 0, 0, None)

    assert [one.key for one in public_rows((row("a", 9), row("b", 3), row("c", 7)))] == ["a"]
    assert len(public_rows((row("a", 9), row("b", 7)))) == 2
    assert [one.key for one in public_rows((row("a", 9), row("b", 3), row("c", 4)))] == ["a"]


def test_no_field_of_places_and_visits_holds_a_person() -> None:
    words = {
        "owner", "tenant", "resident", "person", "phone", "mobile", "identity", "names", "contact",
        "household", "people", "tenants", "found_persons", "plate",
    }  # fmt: skip
    for model in MODELS:
        fields = {one.name for one in model._meta.get_fields()}
        assert not {part for name in fields for part in name.split("_")} & words, model
        pointing = {
            one.name
            for one in model._meta.local_fields
            if isinstance(one, models.ForeignKey) and one.related_model is Account
        }
        assert pointing <= {"by", "not_by", "made_by"}, "staff alone"


def test_system_alone_may_skip_the_area_of_a_keeper(district: District) -> None:
    set_up(district.at)
    new, outside = take_over(
        [*places(2), Given("far", "shop", "远", 10.0, 10.0)], SYSTEM, district.at
    )
    assert (new, outside) == (2, 1)
