"""A case on one page: what each post sees, every step by its form, refusals in words."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commonward.cases import actions as cases
from commonward.cases.models import Approval, Case, Photo, Report, Task
from commonward.core.procedures import parse
from commonward.core.procedures.read import shipped
from commonward.doors.desk.wording import weight
from commonward.people.models import AccessRecord
from tests.district import LAMP, POTHOLE, RUBBISH
from tests.doors.desk.conftest import Colleague, Office, Page


def at(report: Report) -> str:
    return f"/desk/cases/{report.case.number}/"


def now_at(report: Report) -> Case:
    return Case.objects.get(pk=report.case_id)


def sent(who: Colleague, path: str, **filled: Any) -> Page:
    """Open a form and send it; once more where the resident's text is to be looked at first."""
    page = who.open(path)
    answer = who.send(page, page.path, **filled)
    if "Send it like this" in answer.text:
        answer = who.send(answer, answer.path)
    return answer


def test_the_page_shows_the_whole_file(office: Office) -> None:
    report = office.district.report(
        POTHOLE, "A deep hole before the school.", answers={"HOWDEEP": "12"}
    )
    page = office.dispatcher.open(at(report))
    for told in (
        "A deep hole before the school.", "How deep is it, in centimetres?", "12",
        "Counter", "Intake", "By when, and why", "What happened", "Opened",
        "Public page of", "15 minutes",
    ):  # fmt: skip
        assert told in page.text, told


def test_each_look_is_noted_and_contact_only_by_its_button(office: Office) -> None:
    report = office.district.report(contact={"phone": "13912345678"})
    before = AccessRecord.objects.count()
    page = office.intake_officer.open(at(report))
    assert "13912345678" not in page.html
    assert AccessRecord.objects.count() == before + 1
    shown = office.intake_officer.send(page, f"{at(report)}reports/{report.number}/details/")
    assert "13912345678" in shown.text
    assert AccessRecord.objects.order_by("-id")[0].what == "contact"


def test_whoever_may_not_see_a_case_is_told_there_is_none(office: Office) -> None:
    report = office.district.report(LAMP)
    office.district.handled(report)
    assert office.handler.open(at(report)).status == 404
    assert office.second_handler.open(at(report)).status == 200
    assert office.handler.open(f"{at(report)}steps/finish/").status == 404


def test_a_step_of_another_post_is_refused_in_words(office: Office) -> None:
    report = office.district.report()
    page = office.dispatcher.open(f"{at(report)}steps/accept/")
    assert page.status == 403
    assert "Not for your post" in page.text
    assert office.dispatcher.open(f"{at(report)}steps/nonsense/").status == 404


def test_a_step_that_needs_nothing_is_one_press(office: Office) -> None:
    report = office.district.report()
    page = office.intake_officer.open(at(report))
    done = office.intake_officer.send(page, f"{at(report)}steps/accept/")
    assert done.path == at(report)
    assert "Done: Accept" in done.text
    assert now_at(report).stage == "file"


def test_the_filing_condition_is_chosen_when_it_is_filed(office: Office) -> None:
    report = office.district.report()
    office.district.act(report, "accept", office.district.intake_officer, 1)
    standard = office.district.standards[RUBBISH]
    page = office.duty_chief.open(f"{at(report)}steps/file/")
    assert "4 working hours" in page.text
    office.duty_chief.send(page, page.path, standard=str(standard))
    assert (now_at(report).stage, now_at(report).standard_id) == ("dispatch", standard)


def test_the_rules_own_team_is_suggested_first(office: Office) -> None:
    report = office.district.report(LAMP)
    office.district.act(report, "accept", office.district.intake_officer, 1)
    office.district.act(report, "file", office.district.duty_chief, 2)
    page = office.dispatcher.open(f"{at(report)}steps/dispatch/")
    lamps = str(office.district.teams["lamps"])
    assert page.html.index(f'value="{lamps}"') < page.html.index("Departments")
    assert "by the rule “lamps”" in page.text
    refused = office.dispatcher.send(page, page.path, team="")
    assert "Please fill this in." in refused.text
    assert now_at(report).stage == "dispatch"
    office.dispatcher.send(page, page.path, team=lamps)
    assert now_at(report).handling_team_id == office.district.teams["lamps"]


def test_what_the_resident_will_read_is_shown_masked_before_it_is_sent(office: Office) -> None:
    report = office.district.report(LAMP)
    office.district.handled(report)
    page = office.second_handler.open(f"{at(report)}steps/finish/")
    words = "The lamp was changed; ask Li, 139 1234 5678."
    looked = office.second_handler.send(page, page.path, result=words)
    assert now_at(report).stage == "handle"
    assert "The resident will read" in looked.text
    assert "The lamp was changed; ask Li, •••." in looked.text
    assert "Result reported" in looked.text
    changed = office.second_handler.send(looked, looked.path, result="Another text.")
    assert now_at(report).stage == "handle", "a text that nobody has looked at was sent"
    office.second_handler.send(changed, changed.path)
    assert now_at(report).stage == "feed_back"


def test_typing_is_answered_with_what_will_be_read(office: Office) -> None:
    report = office.district.report(LAMP)
    office.district.handled(report)
    page = office.second_handler.open(f"{at(report)}steps/finish/")
    part = office.second_handler.send(page, page.path, result="Ring 139 1234 5678.", part="reads")
    assert "Ring •••." in part.text
    assert "<html" not in part.html
    assert now_at(report).stage == "handle"


def test_a_change_meanwhile_is_told_and_what_was_typed_is_kept(office: Office) -> None:
    report = office.district.report(LAMP)
    office.district.handled(report)
    page = office.second_handler.open(f"{at(report)}steps/note/")
    office.district.act(report, "note", office.district.dispatcher, 30, words="The mast leans.")
    stale = office.second_handler.send(page, page.path, words="We come at noon.")
    assert "Somebody changed this case meanwhile." in stale.text
    assert "The mast leans." in stale.text
    assert "We come at noon." in stale.html
    done = office.second_handler.send(stale, stale.path)
    assert done.path == at(report)
    assert "We come at noon." in done.text


def test_whoever_did_it_reads_beforehand_that_another_must_check(office: Office) -> None:
    district = office.district
    report = district.report()
    district.act(report, "ask_verification", district.intake_officer, 1)
    district.act(report, "fix_on_spot", district.grid_worker, 5, result="Cleared.")
    district.act(report, "check_again", district.duty_chief, 8, reason="Look once more.")
    page = office.grid_worker.open(at(report))
    assert "must be done by someone apart from those who did “Fixed on the spot”" in page.text
    assert f"{at(report)}steps/pass_check/" not in page.links
    barred = office.grid_worker.open(f"{at(report)}steps/pass_check/")
    assert "Not possible now." in barred.text
    assert f"{at(report)}steps/pass_check/" in office.second_grid_worker.open(at(report)).links


def test_a_bound_that_is_reached_says_what_is_left(office: Office) -> None:
    district = office.district
    report = district.report(LAMP)
    district.handled(report)
    for after in (20, 40):
        district.act(report, "hand_back", district.second_handler, after, reason="Not ours.")
        team = district.teams["lamps"]
        district.act(report, "dispatch", district.dispatcher, after + 5, team=team)
    page = office.second_handler.open(at(report))
    assert "“Hand back” was already done 2 times, which is the bound." in page.text
    assert "Decide finally who answers" in page.text


def test_a_whistle_goes_through_its_own_loop(office: Office) -> None:
    report = office.district.report()
    office.district.handled(report)
    roads = office.district.teams["roads"]
    page = office.dispatcher.open(f"{at(report)}ask/whistle/")
    none = office.dispatcher.send(page, page.path, words="Come to the gate.")
    assert "Please fill this in." in none.text
    office.dispatcher.send(none, none.path, teams=[str(roads)])
    task = Task.objects.get(kind="whistle")
    own = f"{at(report)}tasks/{task.pk}/"
    shown = office.handler.open(at(report))
    assert "Whistle: Roads" in shown.text
    for verb in ("accept", "arrive"):
        shown = office.handler.send(shown, f"{own}{verb}/")
    sent(office.handler, f"{own}conclude/", result="The gate is cleared jointly.")
    refused = sent(office.duty_chief, f"{own}score/", score="101")
    assert "Give a whole number from 0 to 100." in refused.text
    sent(office.duty_chief, f"{own}score/", score="85")
    task.refresh_from_db()
    assert (task.stage, task.score, task.is_open) == ("scored", 85, False)


def test_more_time_is_asked_for_and_decided_on_two_levels(office: Office) -> None:
    report = office.district.report(LAMP, standard=office.district.standards[LAMP])
    office.district.handled(report)
    page = office.second_handler.open(f"{at(report)}requests/extension/")
    assert "working days" in page.text
    much = office.second_handler.send(page, page.path, amount="9", reason="Parts are missing.")
    assert "Give a whole number from 1 to 2." in much.text
    office.second_handler.send(much, much.path, amount="1")
    approval = Approval.objects.get()
    assert approval.seconds == 86_400
    path = f"{at(report)}decisions/{approval.pk}/"
    assert office.second_handler.open(path).status == 403
    sent(office.duty_chief, path, grant="yes", reason="It is so.")
    due = now_at(report).due_at
    sent(office.leader, path, grant="yes", reason="Agreed.")
    approval.refresh_from_db()
    moved = now_at(report).due_at
    assert approval.state == "granted"
    assert due is not None and moved is not None and moved > due
    assert "More time (1 d) – granted" in office.leader.open(at(report)).text


def test_a_suspension_ends_with_the_day_that_was_named(office: Office) -> None:
    report = office.district.report(LAMP, at=timezone.now())
    office.district = type(office.district)(**{**vars(office.district), "at": timezone.now()})
    office.district.handled(report)
    day = timezone.localdate() + timedelta(days=20)
    sent(
        office.second_handler, f"{at(report)}requests/suspension/",
        until=day.isoformat(), reason="The mast is ordered.",
    )  # fmt: skip
    until = Approval.objects.get().until
    assert until is not None
    assert timezone.localtime(until).isoformat()[:16] == f"{day + timedelta(days=1)}T00:00"


def test_photos_prove_a_step_and_are_public_only_after_a_look(
    office: Office, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    report = office.district.report(LAMP, public=True)
    office.district.handled(report)
    page = office.second_handler.open(f"{at(report)}steps/finish/")
    looked = office.second_handler.send(page, page.path, result="Changed.")
    broken = SimpleUploadedFile("a.jpg", b"nothing", "image/jpeg")
    refused = office.second_handler.send(looked, looked.path, photos=broken)
    assert "not a photo that can be read" in refused.text
    assert now_at(report).stage == "handle"
    picture = SimpleUploadedFile("a.png", _png(), "image/png")
    office.second_handler.send(refused, refused.path, photos=picture)
    assert now_at(report).stage == "feed_back"
    photo = Photo.objects.get()
    assert (photo.moment, photo.public) == ("after", False)
    file = f"{at(report)}photos/file/{photo.name}"
    assert office.second_handler.open(file).status == 200
    assert office.handler.open(file).status == 404
    look = f"{at(report)}photos/look/{photo.name}"
    assert "Show it to the public" not in office.second_handler.open(look).text
    sent(office.duty_chief, look)
    photo.refresh_from_db()
    assert photo.public
    hidden = sent(office.duty_chief, look)
    assert "Please fill this in." in hidden.text
    sent(office.duty_chief, look, reason="A face is on it.")
    photo.refresh_from_db()
    assert not photo.public


def _png() -> bytes:
    import io  # noqa: PLC0415

    from PIL import Image  # noqa: PLC0415

    kept = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(kept, "PNG")
    return kept.getvalue()


def test_a_case_is_joined_by_the_number_and_a_mistyped_one_is_told(office: Office) -> None:
    main, same = office.district.report(), office.district.report()
    page = office.dispatcher.open(f"{at(same)}steps/join/")
    wrong = office.dispatcher.send(page, page.path, number="nothing", words="The same heap.")
    assert "There is no case nothing" in wrong.text
    office.dispatcher.send(wrong, wrong.path, number=main.case.number.lower())
    assert now_at(same).joined_to_id == main.case_id
    shown = office.dispatcher.open(at(main))
    assert same.case.number in shown.text
    assert "Joined to another case" in office.dispatcher.open(at(same)).text


def test_a_case_is_split_into_parts(office: Office) -> None:
    report = office.district.report()
    sent(
        office.dispatcher, f"{at(report)}split/",
        words1="The rubbish.", category1=RUBBISH, words2="The lamp.", category2=LAMP,
    )  # fmt: skip
    children = Case.objects.filter(parent=report.case_id).order_by("id")
    assert [c.summary for c in children] == ["The rubbish.", "The lamp."]
    assert children[0].number in office.dispatcher.open(at(report)).text


def test_the_call_back_of_each_reporter_is_noted(office: Office) -> None:
    report = office.district.report()
    office.district.closed(report)
    path = f"{at(report)}call-back/{report.number}/"
    assert path in office.intake_officer.open(at(report)).links
    sent(office.intake_officer, path, reached="yes", solved="no", satisfied="2")
    report.refresh_from_db()
    assert (report.reached, report.solved, report.satisfied) == (True, False, 2)
    assert office.dispatcher.open(path).status == 403


def test_not_content_is_told_with_what_the_resident_said(office: Office) -> None:
    report = office.district.report()
    office.district.closed(report)
    sent(
        office.intake_officer, f"{at(report)}steps/not_content/",
        reason="Half is still there.", solved="no", satisfied="1",
    )  # fmt: skip
    report.refresh_from_db()
    assert now_at(report).stage == "answer_again"
    assert (report.solved, report.satisfied) == (False, 1)


def test_the_clock_is_drawn_and_each_earlier_one_can_be_asked_why(office: Office) -> None:
    report = office.district.report(LAMP, standard=office.district.standards[LAMP])
    office.district.handled(report)
    page = office.second_handler.open(at(report))
    assert 'class="span-ahead"' in page.html or 'class="span-over"' in page.html
    assert "It may take 2 working days, counted from" in page.text
    assert " style=" not in page.html
    first = min(int(link.split("=")[1].split("#")[0]) for link in page.links if "clock=" in link)
    earlier = office.second_handler.open(at(report), clock=first)
    assert "It may take 15 minutes, counted from" in earlier.text
    assert "It ended on" in earlier.text


def test_the_preview_is_short_and_cheap(office: Office) -> None:
    report = office.district.report()
    office.dispatcher.open("/desk/")
    with CaptureQueriesContext(connection) as captured:
        page = office.dispatcher.open(at(report), part="preview")
    assert "Rubbish beside the gate." in page.text
    assert "<html" not in page.html
    assert len(captured) <= 20, [q["sql"][:90] for q in captured.captured_queries]


def test_a_full_page_asks_a_bounded_number_of_times(office: Office) -> None:
    report = office.district.report()
    office.district.handled(report)
    roads, lamps = office.district.teams["roads"], office.district.teams["lamps"]
    office.dispatcher.open(at(report))
    with CaptureQueriesContext(connection) as few:
        office.dispatcher.open(at(report))
    when = office.district.at + timedelta(minutes=20)
    who = office.district.dispatcher
    cases.ask_tasks(report.case.number, "whistle", [roads, lamps], "Come.", who, when)
    for minute in range(30):
        office.district.act(report, "note", who, 21 + minute, words="Seen.")
    with CaptureQueriesContext(connection) as many:
        office.dispatcher.open(at(report))
    assert len(many) <= len(few) + 4
    assert len(many) <= 50, [q["sql"][:90] for q in many.captured_queries]


def test_the_page_speaks_chinese(office: Office) -> None:
    report = office.district.report()
    page = office.browser("dispatcher", "zh-CN").open(at(report))
    assert "信息收集" in page.text
    assert "暴露垃圾" in page.text


def test_the_way_forward_stands_out_and_neither_joining_nor_answering_is_made_to_look_grave() -> (
    None
):
    looks = {
        (name, verb): weight(parse(shipped(name)).verbs[verb])
        for name, verb in (
            ("service_matter", "dispatch"), ("service_matter", "join"), ("service_matter", "void"),
            ("enquiry", "answer"), ("enquiry", "join"), ("enquiry", "refuse"),
        )
    }  # fmt: skip
    assert looks == {
        ("service_matter", "dispatch"): "forward", ("service_matter", "join"): "side",
        ("service_matter", "void"): "grave", ("enquiry", "answer"): "forward",
        ("enquiry", "join"): "side", ("enquiry", "refuse"): "grave",
    }  # fmt: skip
