"""The record of processing is what the rooms' registers say, whole, in both languages."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from commonward.cases.access import contact_of
from commonward.doors.commands.assessing import BASES, RISKS, assessment
from commonward.doors.commands.recording import PARTS, chinese, read_by, registers
from commonward.doors.commands.recording_lying import PLAIN, is_sealed, lying, reasons
from commonward.people.models import Account
from tests.district import small_district

pytestmark = pytest.mark.django_db


def printed(*words: str) -> str:
    out = StringIO()
    call_command("privacy", "record", *words, stdout=out)
    return out.getvalue()


def test_every_line_of_every_register_is_in_the_record_in_both_languages() -> None:
    told = {lang: printed("--language", lang) for lang in ("en", "zh-hans")}
    lines = list(registers())
    assert len(lines) > 80
    for room, kept in lines:
        place = f"`{kept.model}`: {', '.join(f'`{name}`' for name in kept.fields)}"
        for at, lang in enumerate(told):
            [row] = [
                line
                for line in told[lang].splitlines()
                if line.startswith("| ") and line.endswith(f"| {place} |")
            ]
            assert read_by(room, kept)[at] in row
            assert all(way[at] in row for way in lying(kept))
            for part in PARTS:
                sentence = getattr(kept, part)
                assert (sentence if lang == "en" else chinese()[sentence]) in row


def test_each_personal_field_is_sealed_or_says_why_it_lies_in_clear() -> None:
    kept = [(one.model, field) for _, one in registers() for field in one.fields]
    wrong = {
        f"{model}.{field}": why
        for model, field in kept
        if len(why := reasons(model, field)) != (0 if is_sealed(model, field) else 1)
    }
    assert not wrong, "Seal it, or say why not in doors/commands/recording_lying.py."
    names = {f"{model}.{field}" for model, field in kept}
    told = {one for named in PLAIN.values() for one in named}
    idle = {one for one in told if not any(name.startswith(one) for name in names)}
    assert not idle, f"No register says this any more: {idle}"


def test_each_sentence_of_a_register_has_its_chinese_and_no_other_has() -> None:
    said = {getattr(kept, part) for _, kept in registers() for part in PARTS}
    assert said - set(chinese()) == set(), "Add it to doors/commands/recording_zh.json."
    assert set(chinese()) - said == set(), "No register says this any more: take it out."
    assert all(
        any("\u4e00" <= sign <= "\u9fff" or sign.isdigit() for sign in zh)
        for zh in chinese().values()
    )


def test_each_kind_of_data_has_its_own_assessment_in_both_languages() -> None:
    lines = list(registers())
    both = [assessment(language) for language in ("en", "zh-hans")]
    assert [one.line.model for one in both[0]] == [kept.model for _, kept in lines]
    for en, zh in zip(*both, strict=True):
        assert (en.before, en.after) == (zh.before, zh.after)
        assert 1 <= en.after <= en.before <= 3, en.line.model  # no risk is told as gone
        assert all((en.basis, en.risk, en.measures)) and en.basis != zh.basis and en.risk != zh.risk
    told = {lang: printed_of("assessment", lang) for lang in ("en", "zh-hans")}
    for _room, kept in lines:
        assert all(f"`{kept.model}`" in one for one in told.values())
    assert "PIPL art. 13" in told["en"] and "个人信息保护法第十三条" in told["zh-hans"]
    models = [kept.model for _, kept in lines]
    for named in (*BASES, *RISKS):
        assert any(model.startswith(named) for model in models)
    out = StringIO()
    call_command("privacy", "assessment", "--json", stdout=out)
    assert len(json.loads(out.getvalue())["assessed"]) == len(lines)


def printed_of(word: str, language: str) -> str:
    out = StringIO()
    call_command("privacy", word, "--language", language, stdout=out)
    return out.getvalue()


def test_programs_get_the_same_as_json() -> None:
    told = json.loads(printed("--json"))
    assert [one["model"] for one in told["kept"]] == [kept.model for _, kept in registers()]
    first = told["kept"][0]
    assert {"en", "zh-hans"} == set(first["read_by"]) == set(first["what"])
    assert told["risks"] and told["office"] and told["made_on"]


def test_both_languages_come_after_one_another_with_what_the_office_must_add() -> None:
    told = printed()
    assert told.index("# Record of processing") < told.index("# 个人信息处理活动记录")
    assert "What the office must add" in told
    assert "须由机构补充的内容" in told


def test_who_looked_into_a_case_is_told_to_whoever_inspects() -> None:
    here = small_district()
    report = here.report(contact={"phone": "13812345678"})
    contact_of(report, here.intake_officer, here.at, door="desk")
    out = StringIO()
    call_command("privacy", "looks", report.case.number, stdout=out)
    [line] = out.getvalue().splitlines()
    moment, who, what, door = line.split("\t")
    assert moment.startswith(f"{timezone.localtime(here.at):%Y-%m-%d %H:%M}")
    assert here.intake_officer.account is not None
    assert who == Account.objects.get(pk=here.intake_officer.account).name
    assert (what, door) == ("contact", "desk")
    with pytest.raises(CommandError, match="none-such"):
        call_command("privacy", "looks", "none-such")
