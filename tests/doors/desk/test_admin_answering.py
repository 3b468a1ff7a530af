"""Rules of who answers: explained, tried on last month's cases, set and ended on the desk."""

from typing import Any

from commonward.areas.models import AnsweringRule
from commonward.people.models import Change
from tests.district import LAMP, POTHOLE, RUBBISH, STREETS, District
from tests.doors.desk.conftest import Office
from tests.doors.desk.test_admin_people import do

RULES = "/desk/admin/answering/"


def test_the_rules_say_where_a_case_would_go_and_why(office: Office) -> None:
    me, grid = office.administrator, District.grid(0, 0)
    asked: dict[str, Any] = {
        "ask_duty": "handle",
        "ask_category": LAMP,
        "ask_area": grid,
        "ask_at": "2026-03-01T10:00",
    }
    page = me.open(RULES, **asked)
    assert "It would go to “Lamps”." in page.text
    assert "Rule “lamps” no. 1 is the most specific that fits." in page.text
    assert "Rule “everything else” no. 1 applies too and did not decide." in page.text
    assert "Another rule names the category more closely." in page.text
    assert "outside office hours" in page.text, "the first of March is a Sunday"
    assert me.open(RULES, **{**asked, "ask_area": "99"}).status == 404


def test_a_new_rule_is_tried_on_the_cases_of_last_month_before_it_holds(office: Office) -> None:
    me = office.administrator
    lamp = office.district.report(LAMP)
    office.district.report(LAMP)
    office.district.report(RUBBISH)
    wanted = {"name": "lamps here", "duty": "handle", "team": "roads", "category": LAMP,
              "area": STREETS[0], "grade": "", "hours": ""}  # fmt: skip
    page = do(me, me.open(RULES), "preview", **wanted)
    assert "2 cases of the last month would have gone elsewhere." in page.text
    assert "All 3 cases were looked at." in page.text
    assert lamp.case.number in page.text
    assert not AnsweringRule.objects.filter(name="lamps here").exists(), "a trial writes nothing"
    page = do(me, page, "set")
    made = AnsweringRule.objects.get(name="lamps here")
    assert (made.category, made.area_code, made.team.code) == (LAMP, STREETS[0], "roads")
    assert page.path == f"{RULES}{made.pk}/"
    line = Change.objects.get(verb="set_rule")
    assert (line.by and line.by.login, line.about) == ("administrator", "lamps here")
    asked: dict[str, Any] = {
        "ask_duty": "handle",
        "ask_category": LAMP,
        "ask_area": District.grid(0, 0),
    }
    assert "Rule “lamps here” no. 1 is the most specific" in me.open(RULES, **asked).text


def test_a_rule_for_some_hours_moves_only_the_cases_opened_then(office: Office) -> None:
    me = office.administrator
    office.district.report(POTHOLE, answers={"HOWDEEP": "5"})
    from_then = {"name": "night", "duty": "handle", "team": "street", "category": "02"}
    moved = {}
    for hours in ("office", "closed"):
        page = do(me, me.open(RULES), "preview", hours=hours, **from_then)
        moved[hours] = "1 case of the last month would have gone elsewhere." in page.text
    assert sorted(moved.values()) == [False, True], moved


def test_changing_a_rule_keeps_its_earlier_number_and_ending_it_is_tried_first(
    office: Office,
) -> None:
    me = office.administrator
    office.district.report(LAMP)
    lamps = AnsweringRule.objects.get(name="lamps")
    where = f"{RULES}{lamps.pk}/"
    page = do(me, me.open(where), "preview", team="street")
    assert "1 case of the last month would have gone elsewhere." in page.text
    page = do(me, page, "set")
    newest = AnsweringRule.objects.get(name="lamps", valid_until=None)
    lamps.refresh_from_db()
    assert (newest.number, newest.team.code, lamps.team.code) == (2, "street", "lamps")
    assert lamps.valid_until == newest.valid_from
    page = do(me, me.open(where), "preview_end")
    assert "No case of the last month would have gone elsewhere." in page.text, (
        "the street answers for everything else"
    )
    assert AnsweringRule.objects.filter(name="lamps", valid_until=None).exists()
    do(me, page, "end")
    assert not AnsweringRule.objects.filter(name="lamps", valid_until=None).exists()
    assert Change.objects.get(verb="end_rule").about == "lamps"
    assert "Bring it back" in me.open(where).text


def test_taking_the_last_rule_away_says_that_cases_would_be_unrouted(office: Office) -> None:
    me = office.administrator
    office.district.report(RUBBISH)
    last = AnsweringRule.objects.get(name="everything else")
    page = do(me, me.open(f"{RULES}{last.pk}/"), "preview_end")
    assert "1 case of the last month would have gone elsewhere." in page.text
    assert "the unrouted queue" in page.text


def test_wrong_rules_are_refused_in_words_and_what_was_typed_stays(office: Office) -> None:
    me = office.administrator
    good: dict[str, Any] = {"name": "x", "duty": "handle", "team": "roads"}
    for deed, wrong, told in (
        ("preview", {"team": "nobody"}, "There is no team “nobody”"),
        ("preview", {"area": "99"}, "no area with the code 99"),
        ("preview", {"duty": "sleep"}, "Choose a duty"),
        ("preview", {"hours": "never"}, "Choose one of the list"),
    ):
        page = do(me, me.open(RULES), deed, **{**good, **wrong})
        assert page.status in (404, 422), wrong
        assert told in page.text, (wrong, page.text)
        assert 'value="x"' in page.html
    page = me.open(RULES)
    token = page.form(RULES).fields.get("csrfmiddlewaretoken") or next(
        f.fields["csrfmiddlewaretoken"] for f in page.forms if f.method == "post"
    )
    sent = {**good, "category": "77", "do": "set", "csrfmiddlewaretoken": token[0]}
    assert "No category's code begins with “77”." in me.post(RULES, sent).text
    assert not AnsweringRule.objects.filter(name="x").exists()


def test_rules_are_found_by_a_part_and_listed_by_pages(office: Office) -> None:
    lamps = AnsweringRule.objects.get(name="lamps")
    AnsweringRule.objects.bulk_create(
        AnsweringRule(name=f"r{n:03}", duty="grid", team=lamps.team, valid_from=lamps.valid_from)
        for n in range(60)
    )
    me = office.administrator
    first = me.open(RULES, q="r0", duty="grid")
    assert "r000" in first.text
    assert "r059" not in first.text
    more = [link for link in first.links if "after=" in link]
    assert "r059" in me.open(RULES + more[0]).text
    assert "No rule fits." in me.open(RULES, q="zzz").text


def test_the_pages_of_rules_ask_a_bounded_number_of_queries(
    office: Office, django_assert_max_num_queries: Any
) -> None:
    me = office.administrator
    where = f"{RULES}{AnsweringRule.objects.get(name='lamps').pk}/"
    for _each in range(5):
        office.district.report(LAMP)
    for path in (RULES, f"{RULES}?ask_duty=handle", where):
        me.open(path)
        with django_assert_max_num_queries(16):
            me.open(path)
    page = me.open(where)
    with django_assert_max_num_queries(24):
        do(me, page, "preview", team="street")
