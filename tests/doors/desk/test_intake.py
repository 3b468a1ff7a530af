"""Taking calls, calling back, and the words that officers use: through the pages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commonward.areas.actions import bump
from commonward.cases.actions.answers import add_answer
from commonward.cases.actions.receipts import enter
from commonward.cases.actions.texts import add_text
from commonward.cases.models import Answer, Case, Event, Remark, Report, StandardText
from commonward.people.queries import access_log
from tests.district import LAMP, POTHOLE, QUESTION, RUBBISH, STREETS, District
from tests.doors.desk.conftest import Colleague, Office, Page

INTAKE = "/desk/intake/"


def sent(who: Colleague, page: Page, **filled: str) -> Page:
    """Send the page's own form."""
    return who.send(page, page.path.split("?")[0], **filled)


def typed(office: Office, **more: str) -> dict[str, str]:
    """A call as it is typed, in the middle of the first grid."""
    lat, lon = office.district.inside()
    told = {"words": "The street lamp is out.", "lat": str(lat), "lon": str(lon), "category": LAMP}
    return told | more


def look(office: Office, **more: str) -> Page:
    """What the form shows when "Look what helps" is pressed."""
    page = office.intake_officer.open(INTAKE)
    return office.intake_officer.send(page, INTAKE, look="1", **more)


def test_a_call_is_filed_and_its_number_read_to_the_caller(office: Office) -> None:
    page = office.intake_officer.open(INTAKE)
    told = office.intake_officer.send(
        page,
        INTAKE,
        go="file",
        **typed(office, phone="13912345678", last_name="李雷", address="3 Lane"),
    )
    report = Report.objects.get()
    assert (told.status, told.heading) == (200, "Filed")
    assert report.number in told.text
    assert (report.channel, report.address, report.contact is not None) == ("phone", "3 Lane", True)
    assert Event.objects.get(verb="opened").role == "intake_officer"
    code = told.text.split("Contact code ")[1][:7]
    assert enter(report.number, code, timezone.now()).report == report


def test_sent_twice_it_is_filed_once(office: Office) -> None:
    page = office.intake_officer.open(INTAKE)
    for _ in range(2):
        told = office.intake_officer.send(page, INTAKE, go="file", **typed(office))
    assert Report.objects.count() == 1
    assert Report.objects.get().number in told.text


@pytest.mark.parametrize(
    ("missing", "said"),
    [("words", "what is wrong"), ("category", "kind of problem"), ("lat", "in degrees")],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    office: Office, missing: str, said: str
) -> None:
    page = office.intake_officer.open(INTAKE)
    given = typed(office, address="Behind the school") | {missing: ""}
    told = office.intake_officer.send(page, INTAKE, go="file", **given)
    assert told.status == 400
    assert said in told.text
    assert told.form(INTAKE).fields["address"] == ["Behind the school"]
    assert told.form(INTAKE).fields["key"] == page.form(INTAKE).fields["key"]
    assert not Case.objects.exists()


def test_the_words_suggest_the_kind_and_say_why(office: Office) -> None:
    page = look(office, words="有个大坑，路灯也不亮")
    assert "Damaged road “坑”" in page.text
    assert "Street lamp “路灯”" in page.text
    chosen = office.intake_officer.send(page, INTAKE, suggested=POTHOLE)
    assert chosen.form(INTAKE).fields["category"] == [POTHOLE]
    assert "How deep is it, in centimetres?" in chosen.text


def test_the_kinds_questions_are_asked_and_answered(office: Office) -> None:
    page = look(office, **typed(office, category=POTHOLE))
    given = typed(office, category=POTHOLE)
    refused = office.intake_officer.send(page, INTAKE, go="file", **given)
    assert refused.status == 400
    answers = {
        "answer-HOWDEEP": "12.5",
        "answer-HARMS": ["walkers", "drivers"],
        "answer-SEENAT": "2026-03-01T08:30",
    }
    office.intake_officer.send(refused, INTAKE, go="file", **given, **answers)
    kept = Report.objects.get().answers
    assert (kept["HARMS"], float(kept["HOWDEEP"])) == (["walkers", "drivers"], 12.5)
    assert kept["SEENAT"].startswith("2026-03-01T08:30:00+08")


def test_places_are_found_by_name_and_by_earlier_addresses(office: Office) -> None:
    lat, lon = office.district.inside(1, 1)
    office.district.report(address="幸福路3号", lat=lat, lon=lon)
    page = look(office, find="幸福路")
    assert "幸福路3号 1 earlier case" in page.text
    [button] = [b for b in page.form(INTAKE).buttons if b[0] == "place"]
    chosen = office.intake_officer.send(page, INTAKE, place=button[1])
    fields = chosen.form(INTAKE).fields
    assert (fields["lat"], fields["address"]) == ([f"{lat:.6f}"], ["幸福路3号"])
    assert "Grid 2-2" in chosen.text
    assert "No place of that name" in look(office, find="nowhere at all").text
    assert "Street 2 area: its middle" in look(office, find="Street 2").text


def test_near_a_border_the_side_is_asked_and_kept(office: Office) -> None:
    lat = 27.82 - 0.00001
    lon = office.district.inside()[1]
    page = look(office, words="x y", lat=str(lat), lon=str(lon), category=LAMP)
    assert "which side is it?" in page.text
    side = office.district.grid(2, 0)
    office.intake_officer.send(page, INTAKE, go="file", side=side)
    assert Case.objects.get().area_path.endswith(f"/{side}/")
    assert STREETS[1] in Case.objects.get().area_path


def test_a_point_outside_is_said_before_it_is_filed(office: Office) -> None:
    page = look(office, words="x y", lat="30", lon="120", category=LAMP)
    assert "lies outside the area served" in page.text


def test_the_caller_joins_a_case_that_is_the_same(office: Office) -> None:
    known = office.district.report(LAMP, "No light at all", at=timezone.now() - timedelta(hours=1))
    page = look(office, **typed(office))
    assert "Perhaps the same" in page.text
    told = office.intake_officer.send(page, INTAKE, go=f"join-{known.number}")
    assert told.heading == "The caller follows this case now"
    assert Report.objects.filter(case=known.case).count() == 2
    assert Case.objects.count() == 1


def test_earlier_cases_at_the_place_are_shown_ended_ones_too(office: Office) -> None:
    ended = office.district.report(RUBBISH, "Sofa beside the gate")
    office.district.closed(ended)
    page = look(office, **typed(office))
    assert "At this place: 100 m, 365 days" in page.text
    assert "Sofa beside the gate" in page.text
    assert "Sofa" not in look(office, **typed(office, lat="27.8251")).text


def test_a_danger_is_handed_over_with_one_button_whatever_was_typed(office: Office) -> None:
    page = office.intake_officer.open(INTAKE)
    told = office.intake_officer.send(page, INTAKE, go="danger-119")
    assert "The hand-over to 119 is noted" in told.text
    event = Event.objects.get(verb="handed_over")
    assert event.data == {"emergency": "119"}
    assert Case.objects.get().grade == "urgent"


def test_a_danger_waits_for_no_question(office: Office) -> None:
    page = look(office, words="坑里有人受伤", category=POTHOLE)
    office.intake_officer.send(page, INTAKE, go="danger-120")
    assert Case.objects.get().category.code != POTHOLE
    assert Report.objects.get().words == "坑里有人受伤"


def test_words_that_mean_danger_say_whom_to_call(office: Office) -> None:
    page = look(office, words="楼道着火了")
    assert "These words mean danger: 119 fire" in page.text


def knowledge(here: District) -> Answer:
    return add_answer(
        here.duty_chief, "How do I get a residence permit?", "At the street office.",
        timezone.now(), language="en",
    )  # fmt: skip


def test_an_enquiry_is_answered_with_what_the_knowledge_base_says(office: Office) -> None:
    known = knowledge(office.district)
    page = look(office, words="Asks about a residence permit", category=QUESTION)
    assert "At the street office." in page.text
    told = office.intake_officer.send(page, INTAKE, go=f"answer-{known.pk}")
    assert told.heading == "Answered and filed"
    assert (Case.objects.get().stage, Remark.objects.get().words) == (
        "evaluate",
        "At the street office.",
    )


def test_a_problem_is_not_offered_to_be_answered_away(office: Office) -> None:
    known = knowledge(office.district)
    page = look(office, words="Asks about a residence permit", category=LAMP)
    assert "At the street office." in page.text
    assert ("go", f"answer-{known.pk}") not in page.form(INTAKE).buttons


def test_the_caller_hears_standard_texts_filled_for_the_case(office: Office) -> None:
    add_text(
        office.district.administrator, "Filed", "Your number is {number}; {team} has it.",
        timezone.now(), language="en", category=LAMP,
    )  # fmt: skip
    page = look(office, **typed(office))
    assert "Your number is (its number); (the team) has it." in page.text
    told = office.intake_officer.send(page, INTAKE, go="file")
    assert f"Your number is {Report.objects.get().number}; Intake has it." in told.text


def test_what_helps_comes_as_a_part_for_the_script(office: Office) -> None:
    page = office.intake_officer.open(INTAKE)
    form = page.form(INTAKE)
    answer = office.intake_officer.client.post(
        "/desk/intake/beside/", {**form.fields, "words": "楼道着火了，路灯"}
    )
    text = answer.content.decode()
    assert "<html" not in text
    assert 'data-call-now="119"' in text
    assert f'data-category="{LAMP}"' in text
    assert not Case.objects.exists()


def test_looking_asks_a_bounded_number_of_queries(office: Office) -> None:
    for _ in range(12):
        office.district.report(LAMP, "路灯不亮", address="幸福路3号", at=timezone.now())
    page = look(office, **typed(office, find="幸福路"))
    fields = page.form(INTAKE).fields
    with CaptureQueriesContext(connection) as seen:
        office.intake_officer.client.post("/desk/intake/beside/", fields)
    asked = [q["sql"] for q in seen.captured_queries if not q["sql"].startswith(("SAVE", "RELE"))]
    # Each of two looks goes on PostgreSQL through spans that widen: four of them at 200,000 cases.
    assert len(asked) <= 32, "\n".join(s[:150] for s in asked)


# --- callbacks ----------------------------------------------------------------------------------


def owed(here: District) -> Report:
    report = here.report(LAMP, "No light", contact={"phone": "13912345678", "last_name": "李雷"})
    here.closed(report)
    return report


def test_a_callback_is_listed_made_and_gone(office: Office) -> None:
    report = owed(office.district)
    page = office.intake_officer.open("/desk/callbacks/")
    address = f"/desk/callbacks/{report.number}/"
    assert address in page.links
    assert "can be reached" in page.text
    form = office.intake_officer.open(address)
    assert "13912345678" not in form.html
    done = sent(
        office.intake_officer, form, go="note", outcome="content", solved="yes", satisfied="5"
    )
    assert "Nobody waits for a call." in done.text
    report.refresh_from_db()
    assert (report.reached, report.solved, report.satisfied) == (True, True, 5)


def test_a_reporters_details_are_shown_by_a_button_and_the_look_is_noted(office: Office) -> None:
    report = owed(office.district)
    form = office.intake_officer.open(f"/desk/callbacks/{report.number}/")
    shown = sent(office.intake_officer, form, go="contact")
    assert "13912345678" in shown.text
    assert "contact" in {look.what for look in access_log(report.number)}


def test_not_content_needs_words_and_leads_to_a_second_answer(office: Office) -> None:
    report = owed(office.district)
    form = office.intake_officer.open(f"/desk/callbacks/{report.number}/")
    refused = sent(office.intake_officer, form, go="note", outcome="not_content", satisfied="2")
    assert refused.status == 400
    assert refused.form(refused.path).fields["outcome"] == ["not_content"]
    sent(office.intake_officer, refused, go="note", words="Only half of it.")
    assert Case.objects.get().stage == "answer_again"


def test_an_outcome_must_be_chosen_and_a_changed_case_is_told(office: Office) -> None:
    report = owed(office.district)
    address = f"/desk/callbacks/{report.number}/"
    form = office.intake_officer.open(address)
    assert "how the call ended" in sent(office.intake_officer, form, go="note").text
    form = office.intake_officer.open(address)
    office.district.act(report, "add_words", office.district.holder(report), 500, words="More.")
    told = sent(office.intake_officer, form, go="note", outcome="content", satisfied="4")
    assert (told.status, Case.objects.get().stage) == (400, "evaluate")
    assert "changed in the meantime" in told.text


def test_a_case_that_owes_no_callback_says_so(office: Office) -> None:
    report = office.district.report()
    page = office.intake_officer.open(f"/desk/callbacks/{report.number}/")
    assert page.status == 404
    assert "owes no callback" in page.text


# --- texts and answers --------------------------------------------------------------------------


def test_a_text_is_written_changed_and_retired_with_its_versions(office: Office) -> None:
    page = office.duty_chief.open("/desk/texts/new/")
    refused = sent(office.duty_chief, page, name="Filed", words="{nobody}", language="en")
    assert refused.status == 400
    assert "Nothing fills the place “nobody”" in refused.text
    made = sent(office.duty_chief, refused, words="Case {number}.")
    assert made.heading == "Filed"
    changed = sent(office.duty_chief, made, go="change", words="It is case {number}.")
    assert "version 2 · Duty Chief" in changed.text
    assert "Case {number}." in changed.text
    gone = sent(office.duty_chief, changed, go="retire")
    assert "no longer offered" in gone.text
    assert not StandardText.objects.get().active
    assert "no longer offered" in office.handler.open("/desk/texts/").text


def test_a_text_is_read_as_filled_for_a_case_that_one_may_see(office: Office) -> None:
    text = add_text(
        office.district.administrator, "x", "{category}: {number} ({stage})", timezone.now(),
        language="zh-hans",
    )  # fmt: skip
    report = office.district.report(LAMP)
    path = f"/desk/texts/{text.pk}/"
    shown = office.intake_officer.open(path, case=report.number.lower())
    assert f"路灯: {report.number} (" in shown.text
    assert "Street lamp" not in shown.text
    hidden = office.handler.open(path, case=report.number)
    assert (hidden.status, f"路灯: {report.number}" in hidden.text) == (400, False)
    assert office.intake_officer.open(path, case="nonsense").status == 400


def test_texts_are_read_by_all_staff_and_written_by_editors(office: Office) -> None:
    text = add_text(office.district.administrator, "x", "y z", timezone.now(), language="en")
    page = office.handler.open(f"/desk/texts/{text.pk}/")
    assert "y z" in page.text
    assert not [f for f in page.forms if "words" in f.fields]
    client = office.handler.client
    client.handler.enforce_csrf_checks = False
    assert client.post(f"/desk/texts/{text.pk}/", {"words": "z", "version": "1"}).status_code == 400
    assert StandardText.objects.get().version == 1
    assert office.handler.open("/desk/texts/9999/", case="x").status == 404


def test_an_answer_is_written_searched_and_expires_for_its_owner(office: Office) -> None:
    page = office.duty_chief.open("/desk/answers/new/")
    day = (timezone.localtime() + timedelta(days=3)).date().isoformat()
    made = sent(office.duty_chief, page, question="When does the library open?", words="At nine.", language="en",
        valid_until=day,
    )  # fmt: skip
    assert made.heading == "When does the library open?"
    assert f"valid until {day}" in made.text
    assert "At nine." in office.handler.open("/desk/answers/", q="library hours").text
    Answer.objects.update(valid_until=timezone.now() - timedelta(days=1))
    bump("answers")
    assert "No valid answer fits" in office.handler.open("/desk/answers/", q="library hours").text
    assert "Expired: please look at these again" in office.duty_chief.open("/desk/answers/").text
    assert "please look at these" not in office.handler.open("/desk/answers/").text
    form = office.duty_chief.open(f"/desk/answers/{Answer.objects.get().pk}/")
    assert "It has expired" in form.text
    sent(office.duty_chief, form, go="change", words="At ten.", valid_until="")
    assert "At ten." in office.handler.open("/desk/answers/", q="library").text


def test_a_day_that_is_none_is_refused_and_nothing_typed_is_lost(office: Office) -> None:
    page = office.duty_chief.open("/desk/answers/new/")
    told = sent(office.duty_chief, page, question="Q?", words="A.", valid_until="soon")
    assert told.status == 400
    assert "write it as 2026-03-31" in told.text
    assert told.form(told.path).fields["question"] == ["Q?"]


@pytest.mark.parametrize("address", ["/desk/intake/", "/desk/callbacks/"])
def test_calls_are_for_those_who_take_them(office: Office, address: str) -> None:
    assert office.intake_officer.open(address).status == 200
    assert office.duty_chief.open(address).status == 200
    for other in (office.handler, office.grid_worker, office.leader, office.outsider):
        assert other.open(address).status == 403
    assert "/login/" in office.nobody.open(address).path


@pytest.mark.parametrize(
    "address", ["/desk/intake/", "/desk/callbacks/", "/desk/texts/", "/desk/answers/"]
)
def test_pages_are_whole_in_chinese(office: Office, address: str) -> None:
    page = office.browser("duty_chief", "zh-CN").open(address)
    assert page.status == 200
    assert 'lang="zh-Hans"' in page.html
