"""A backup that is put back knows nothing of what was forgotten since: the list of it says so."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import translation

from commonward.cases.access import contact_of
from commonward.cases.actions.data_requests import answer_data, ask_data
from commonward.cases.actions.forgetting import forget_one
from commonward.cases.actions.forgetting_again import forget_again
from commonward.cases.actions.sealing import shred
from commonward.cases.actions.sequencing import sequence
from commonward.cases.models import Case, Report
from commonward.cases.queries.forgotten import Forgotten, forgotten
from commonward.cases.queries.ledger_checking import check
from commonward.core.rights import SYSTEM
from tests.district import District


def as_a_week_ago(happens: Callable[[], object]) -> list[Forgotten]:
    """What the list says of something that the record, put back, knows nothing of."""
    with transaction.atomic():
        happens()
        told = list(forgotten())
        transaction.set_rollback(True)
    assert not list(forgotten())
    return told


def wish(here: District, report: Report, kind: str, what: str, **wanted: str) -> None:
    at = here.at + timedelta(minutes=30)
    made = ask_data(report.pk, kind, what, wanted, here.holder(report), at)
    answer_data(made.pk, True, "Yes.", here.intake_officer, at)


def test_what_was_forgotten_since_a_backup_is_forgotten_again(here: District, log: Path) -> None:
    ended = here.report(words="zqendedqz", contact={"phone": "13911112222"})
    shredded = here.report(words="It stays", contact={"phone": "13933334444"})
    unreached = here.report(words="It stays, too", contact={"phone": "13955556666"})
    wrong = here.report(words="zqwrongqz of somebody")
    stays = here.report(words="Nobody asked for this", contact={"phone": "13977778888"})
    sequence()

    def happens() -> None:
        forget_one(ended.case.number, here.at)
        shred(Case.objects.get(pk=shredded.case_id), here.at, SYSTEM)
        wish(here, unreached, "erase", "contact")
        wish(here, wrong, "correct", "words", words="A lamp is out")

    told = as_a_week_ago(happens)
    later = here.at + timedelta(days=7)
    assert forget_again(told, later) == len(told) == 5
    for row in (*Report.objects.values(), *Case.objects.values()):
        assert "zq" not in str(row)
    for one in (shredded, unreached):
        one.refresh_from_db()
        assert contact_of(one, here.intake_officer, later, door="desk") == {}
        assert one.words.startswith("It stays")
    assert contact_of(stays, here.intake_officer, later, door="desk")
    assert forget_again(told, later) == 0
    sequence()
    assert check().findings == []


def test_the_list_names_numbers_alone_and_is_taken_by_the_command(
    here: District, tmp_path: Path
) -> None:
    report = here.report(words="zqendedqz")
    out = io.StringIO()

    def happens() -> None:
        forget_one(report.case.number, here.at)
        call_command("forget", "--list", stdout=out)

    as_a_week_ago(happens)
    file = tmp_path / "forgotten.jsonl"
    file.write_text(out.getvalue())
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert {line["case"] for line in lines} == {report.case.number}
    assert all(set(line) == {"at", "case", "report", "what"} for line in lines)
    said = io.StringIO()
    with translation.override("en"):
        call_command("forget", "--again", str(file), stdout=said)
    assert "Forgotten again after a restore: 1." in said.getvalue()
    report.refresh_from_db()
    assert report.words == ""
    file.write_text("[]")
    with (
        translation.override("en"),
        pytest.raises(CommandError, match="no list of what was forgotten"),
    ):
        call_command("forget", "--again", str(tmp_path / "none"))
