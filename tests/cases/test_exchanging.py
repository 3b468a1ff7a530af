"""Bulk from other systems: each order once, nothing of a faulty row, statuses back, both lists compared."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from commonward.cases.access import contact_of
from commonward.cases.actions import exchanging, forget, set_category
from commonward.cases.actions.exchanging import running
from commonward.cases.actions.exchanging.keeping import folder, unsealed, unwrapped
from commonward.cases.actions.exchanging.reporting import report_bytes
from commonward.cases.actions.exchanging.rights import may_run
from commonward.cases.actions.exchanging.taking import take_rows
from commonward.cases.actions.exchanging.telling import statuses_file
from commonward.cases.models import (
    Case,
    Clock,
    Event,
    Exchange,
    ExchangeItem,
    ExchangeMapping,
    ExchangeRow,
    ExchangeRun,
    Remark,
    Report,
)
from commonward.cases.queries.verifying import verify
from commonward.core.refusals import Forbidden, Invalid, Missing, Refusal
from commonward.core.rights import SYSTEM
from tests.district import AT, LAMP, RUBBISH, District, small_district
from tests.exchanges import MAPPING, csv_bytes, json_bytes, made, order, run


@pytest.fixture
def here(db: None, tmp_path: Path, settings: Any) -> District:
    """The small district, with a folder of its own for files."""
    settings.VAR = tmp_path
    return small_district()


def rows(of: ExchangeRun, state: str) -> list[tuple[str, Any]]:
    """Each row of a state: its number there, and what was sealed of it."""
    key = unwrapped(of.key)
    found = ExchangeRow.objects.filter(run=of, state=state).order_by("id")
    return [(one.ref, unsealed(one.content, key) if one.content else None) for one in found]


def sums(of: ExchangeRun) -> tuple[int, int, int, int, int]:
    return of.taken, of.updated, of.same, of.differing, of.refused


def test_an_order_becomes_a_case_with_its_own_deadline_and_sealed_contact(here: District) -> None:
    made()
    due = (AT + timedelta(hours=30)).strftime("%Y-%m-%d %H:%M")
    told = order(姓名="Li Lei", 电话="13900001111", 同意="是", 时限=due)
    assert sums(run(csv_bytes([told]))) == (1, 0, 0, 0, 0)
    case = Case.objects.get()
    report = Report.objects.get()
    assert (case.source, case.source_ref, case.origin) == ("hotline", "H1", "hotline")
    assert (case.category.code, case.opened_at, case.public) == (RUBBISH, AT, False)
    assert (report.channel, report.words) == ("hotline", "Rubbish beside the gate.")
    assert case.team_id is not None
    assert Clock.objects.get(case=case, kind="total").due_at == AT + timedelta(hours=30)
    assert contact_of(report, SYSTEM, AT, door="test") == {
        "last_name": "Li Lei", "phone": "13900001111",
    }  # fmt: skip
    for place in [*folder().iterdir()]:
        assert b"13900001111" not in place.read_bytes()
    assert list(verify()) == []


def test_without_consent_nobodys_details_are_read(here: District) -> None:
    made()
    run(csv_bytes([order(姓名="Li Lei", 电话="13900001111", 同意="否")]))
    assert Report.objects.get().contact is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_usual_encodings_are_read(here: District, encoding: str) -> None:
    made()
    run(csv_bytes([order(内容="东门外有垃圾")], encoding))
    assert Report.objects.get().words == "东门外有垃圾"


def test_json_is_read_at_its_path(here: District) -> None:
    made(form="json", path="data.orders")
    assert run(json_bytes([order("A"), order("B")])).taken == 2


def test_of_a_faulty_row_nothing_is_taken_and_every_fault_is_told(here: District) -> None:
    made()
    wrong = order("H2", 类别="无此类", 受理时间="31.12.2025", 内容="")
    done = run(csv_bytes([order("H1"), wrong, order("H3", 纬度="127")]))
    assert (done.taken, done.refused) == (1, 2)
    assert list(Case.objects.values_list("source_ref", flat=True)) == ["H1"]
    (ref, content), (other, _) = rows(done, "refused")
    assert (ref, other) == ("H2", "H3")
    assert [one["field"] for one in content["faults"]] == ["words", "category", "opened_at"]
    told = report_bytes(done, "csv").decode("utf-8-sig")
    assert "2026-03-02 09:05" in told, "what would be right"


def test_the_same_number_is_never_taken_twice(here: District) -> None:
    made()
    run(csv_bytes([order("H1"), order("H1")]))
    again = run(csv_bytes([order("H1"), order("H2")]))
    assert (again.taken, again.same) == (1, 1)
    assert Case.objects.count() == 2
    made("other")
    assert run(csv_bytes([order("H1")]), name="other").taken == 1, "a number is one exchange's own"


def test_changed_words_are_added_and_what_a_person_must_decide_is_listed(here: District) -> None:
    made()
    run(csv_bytes([order("H1"), order("H2")]))
    later = [order("H1", 内容="It burns now.", 类别="路灯"), order("H2", 地址="West gate")]
    done = run(csv_bytes(later), after=1)
    assert sums(done) == (0, 2, 0, 1, 0)
    first, second = Case.objects.order_by("id")
    assert (first.category.code, second.address) == (RUBBISH, "West gate")
    event = Event.objects.get(case=first, verb="exchange_updated")
    assert Remark.objects.get(event=event).words == "It burns now."
    assert Report.objects.get(case=first).words == "Rubbish beside the gate.", "never written over"
    assert rows(done, "differs") == [("H1", {"fields": {"category": [RUBBISH, LAMP]}})]
    assert sums(run(csv_bytes(later[1:]), after=2)) == (0, 0, 1, 0, 0)
    assert sums(run(csv_bytes(later[:1]), after=3)) == (0, 0, 0, 1, 0), "listed until decided"


def test_of_a_closed_case_changed_words_are_listed_and_not_added(here: District) -> None:
    made()
    run(csv_bytes([order("H1")]))
    here.closed(Report.objects.get())
    done = run(csv_bytes([order("H1", 内容="Again.")]), after=9)
    assert (done.updated, done.differing) == (0, 1)
    assert not Event.objects.filter(verb="exchange_updated").exists()


def test_a_run_goes_on_where_it_stopped(here: District, monkeypatch: pytest.MonkeyPatch) -> None:
    made()
    data = csv_bytes([order(f"H{n}") for n in range(7)])
    begun = exchanging.begin(SYSTEM, "hotline", "in", data, at=AT)
    stopped = exchanging.carry_on(begun.pk, lambda: AT, most=4, batch=2)
    assert (stopped.taken, stopped.ended_at) == (4, None)
    assert exchanging.begin(SYSTEM, "hotline", "in", data, at=AT).pk == begun.pk

    def broken(*_given: Any) -> None:
        raise RuntimeError("the machine goes down")

    monkeypatch.setattr(running, "take_rows", broken)
    with pytest.raises(RuntimeError):
        exchanging.carry_on(begun.pk, lambda: AT, batch=2)
    monkeypatch.undo()
    settings.VAR = folder().parent
    done = exchanging.carry_on(begun.pk, lambda: AT, batch=2)
    assert (done.taken, Case.objects.count()) == (7, 7)
    assert done.ended_at is not None


def test_statuses_are_told_in_their_words_until_they_are_acknowledged(here: District) -> None:
    made()
    run(csv_bytes([order("H1"), order("=H2")]))
    stages = {"intake": "已接收", "filing": "待立案"}
    one = exchanging.make_statuses(SYSTEM, "hotline", AT + timedelta(hours=2))
    assert one is not None
    _, told = statuses_file(one)
    lines = list(csv.reader(io.StringIO(told.decode("utf-8-sig"))))
    first = Case.objects.get(source_ref="H1")
    assert lines[0] == ["工单号", "受理编号", "办理状态"]
    assert lines[1] == ["H1", first.number, stages.get(first.stage, first.stage)]
    assert lines[2][0] == "'=H2", "no cell is taken for a formula"
    lost = exchanging.make_statuses(SYSTEM, "hotline", AT + timedelta(hours=3))
    assert lost is not None and lost.taken == 2, "not acknowledged: told again"
    assert statuses_file(one)[1] == told, "the same bytes, as often as it is asked for"
    exchanging.acknowledge(SYSTEM, "hotline", lost.number, AT + timedelta(hours=4))
    with pytest.raises(Refusal, match="later file"):
        exchanging.acknowledge(SYSTEM, "hotline", one.number, AT + timedelta(hours=4))
    assert exchanging.make_statuses(SYSTEM, "hotline", AT + timedelta(hours=5)) is None
    here.closed(Report.objects.get(case=first))
    news = exchanging.make_statuses(SYSTEM, "hotline", AT + timedelta(hours=9))
    assert news is not None and news.taken == 1
    assert "已办结" in statuses_file(news)[1].decode()


def test_two_lists_are_compared_field_by_field(here: District) -> None:
    made()
    run(csv_bytes([order("H1"), order("H2"), order("H3")]))
    before = Event.objects.count()
    theirs = [
        order("H1"),
        order("H2", 地址="West gate", 状态="已办结"),
        order("H9"),
        order("H8", 内容=""),
    ]
    done = run(csv_bytes(theirs), "reconcile", after=1)
    assert (done.same, done.differing, done.only_there, done.only_here, done.refused) == (
        1, 1, 1, 1, 1,
    )  # fmt: skip
    assert rows(done, "differs") == [
        ("H2", {"fields": {"address": ["East gate", "West gate"], "status": ["open", "closed"]}})
    ]
    assert [ref for ref, _ in rows(done, "only_here")] == ["H3"]
    assert [ref for ref, _ in rows(done, "only_there")] == ["H9"]
    assert Event.objects.count() == before, "comparing changes nothing"
    for form in ("csv", "xlsx"):
        assert report_bytes(done, form)


def decided(here: District, of: ExchangeRun, what: str, **more: Any) -> ExchangeRow:
    row = ExchangeRow.objects.filter(run=of, state="differs").order_by("id").last()
    assert row is not None
    given = {"reason": "Asked by telephone.", "at": AT + timedelta(hours=5), **more}
    return exchanging.decide(here.dispatcher, row.pk, what, **given)


def test_what_was_decided_and_why_stands_on_the_case(here: District) -> None:
    made()
    run(csv_bytes([order("H1")]))
    changed = csv_bytes([order("H1", 地址="West gate")])
    done = run(changed, "reconcile", after=1)
    with pytest.raises(Invalid, match="why"):
        decided(here, done, "theirs", reason=" ")
    with pytest.raises(Forbidden):
        exchanging.decide(here.intake_officer, 1, "theirs", "because", AT)
    decided(here, done, "ask")
    decided(here, done, "theirs")
    assert Case.objects.get().address == "West gate"
    asked, took = Event.objects.filter(verb="exchange_decided").order_by("id")
    assert [one.data["decision"] for one in (asked, took)] == ["ask", "theirs"]
    assert Remark.objects.get(event=took).words == "Asked by telephone."
    with pytest.raises(Refusal, match="decided already"):
        decided(here, done, "ours")
    assert run(changed, "reconcile", after=2).same == 1
    assert list(verify()) == []


def test_ours_once_kept_is_not_asked_again_by_the_same_content(here: District) -> None:
    made()
    run(csv_bytes([order("H1")]))
    changed = csv_bytes([order("H1", 类别="路灯")])
    decided(here, run(changed, after=1), "ours")
    assert sums(run(changed, after=2)) == (0, 0, 1, 0, 0)
    assert run(changed, "reconcile", after=3).differing == 1, "a comparison tells it all the same"


def test_what_cannot_be_taken_over_is_refused_and_changes_nothing(here: District) -> None:
    made()
    run(csv_bytes([order("H1")]))
    lat, lon = here.inside(1, 1)
    moved = order("H1", 地址="West gate", 纬度=str(lat), 经度=str(lon))
    done = run(csv_bytes([moved]), "reconcile", after=1)
    with pytest.raises(Invalid, match="place"):
        decided(here, done, "theirs")
    assert Case.objects.get().address == "East gate"


def test_every_version_of_a_mapping_is_kept_and_a_wrong_one_refused(here: District) -> None:
    made()
    exchanging.set_mapping(here.administrator, "hotline", dict(MAPPING), at=AT)
    assert ExchangeMapping.objects.count() == 1, "the same is no new version"
    other = json.loads(json.dumps(MAPPING))
    other["fields"]["channel"] = {"constant": "visit"}
    exchanging.set_mapping(here.administrator, "hotline", other, at=AT)
    assert list(ExchangeMapping.objects.values_list("number", flat=True)) == [1, 2]
    del other["fields"]["consent"]
    with pytest.raises(Invalid, match="consent"):
        exchanging.set_mapping(here.administrator, "hotline", other, at=AT)
    with pytest.raises(Forbidden):
        exchanging.set_mapping(here.dispatcher, "hotline", dict(MAPPING), at=AT)


def test_officers_of_dispatch_run_and_nobody_else(here: District) -> None:
    made()
    assert {
        name for name in ("resident", "grid_worker", "intake_officer", "dispatcher", "duty_chief",
                          "handler", "leader", "administrator", "outsider")
        if may_run(getattr(here, name))
    } == {"dispatcher", "duty_chief"}  # fmt: skip
    with pytest.raises(Forbidden):
        exchanging.begin(here.leader, "hotline", "in", csv_bytes([order()]), at=AT)
    with pytest.raises(Forbidden):
        exchanging.make_statuses(here.administrator, "hotline", AT)


def test_files_samples_and_what_rows_hold_of_them_end_on_time(here: District) -> None:
    made()
    exchanging.set_sample(SYSTEM, "hotline", csv_bytes([order()]), at=AT)
    done = run(csv_bytes([order("H1"), order("H2", 内容="")]))
    kept = ExchangeRun.objects.get(pk=done.pk).file
    assert exchanging.forget_exchanges(AT + timedelta(days=29)) == 0
    assert Exchange.objects.get().sample is None, "after a week"
    assert (folder() / kept).exists()
    assert exchanging.forget_exchanges(AT + timedelta(days=31)) == 1
    assert not (folder() / kept).exists()
    row, found = ExchangeRow.objects.get(), ExchangeRun.objects.get(pk=done.pk)
    assert (row.content, found.key, found.name) == (None, None, "")
    assert [item.ref for item in ExchangeItem.objects.all()] == ["H1"], "still known once"
    assert run(csv_bytes([order("H1")]), after=24 * 40).same == 1


def test_what_was_sent_of_a_forgotten_case_is_known_and_compared_no_more(here: District) -> None:
    made()
    run(csv_bytes([order("H1")]))
    run(csv_bytes([order("H1", 地址="West gate")]), "reconcile", after=1)
    assert ExchangeRow.objects.get().content is not None
    Case.objects.update(is_open=False, closed_at=AT + timedelta(hours=2))
    forget(AT + timedelta(days=3000))
    assert ExchangeItem.objects.get().marks == {}, "a digest of an address can be guessed"
    assert ExchangeRow.objects.get().content is None
    later = 24 * 3001
    assert run(csv_bytes([order("H1", 内容="Rubbish, again.")]), after=later).same == 1
    done = run(csv_bytes([order("H1", 内容="Rubbish, again.")]), "reconcile", after=later + 1)
    assert (done.same, done.differing) == (1, 0)


def test_a_case_that_stands_apart_is_told_to_nobody(here: District) -> None:
    made()
    run(csv_bytes([order("H1")]))
    case = Case.objects.get()
    apart = set_category("D-9", "Dispute", kind="dispute", procedure="dispute", reportable=False)
    Case.objects.filter(pk=case.pk).update(category=apart)
    assert exchanging.make_statuses(SYSTEM, "hotline", AT + timedelta(hours=2)) is None
    done = run(csv_bytes([order("H1", 地址="West gate")]), "reconcile", after=1)
    assert (done.same, done.differing, done.only_here) == (1, 0, 0)


def test_an_exchange_that_is_ended_takes_nothing_more(here: District) -> None:
    made()
    exchanging.end_exchange(here.administrator, "hotline", at=AT)
    with pytest.raises(Missing):
        run(csv_bytes([order()]))


def test_a_file_whose_key_is_lost_or_that_breaks_holds_up_no_other(
    here: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("lost", "broken", "good"):
        made(name)
        begun = exchanging.begin(SYSTEM, name, "in", csv_bytes([order(name)]), at=AT)
        if name == "lost":
            key = b"\x01" + b"lost" * 17
            ExchangeRun.objects.filter(pk=begun.pk).update(key=key)

    def taking(run: ExchangeRun, *given: Any) -> None:
        if run.exchange.name == "broken":
            raise OSError("the disk is full")
        take_rows(run, *given)

    monkeypatch.setattr(running, "take_rows", taking)
    now = AT + timedelta(hours=1)
    assert exchanging.carry_on_all(lambda: now) == 3
    lost, broken, good = ExchangeRun.objects.order_by("id")
    assert (lost.ended_at, good.ended_at, good.taken) == (now, now, 1)
    assert "master key" in lost.fault
    assert (broken.ended_at, broken.fault) == (None, "OSError"), "tried again, and shown"
    monkeypatch.undo()
    exchanging.carry_on_all(lambda: now)
    broken.refresh_from_db()
    assert (broken.taken, broken.fault) == (1, "")
