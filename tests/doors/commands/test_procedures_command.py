"""The commands for procedures and for forgetting."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from commonward.core.procedures import shipped_names


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.django_db
def test_shipped_procedures_are_adopted_once_and_listed() -> None:
    first, again, listed = StringIO(), StringIO(), StringIO()
    call_command("procedures", "shipped", stdout=first)
    call_command("procedures", "shipped", stdout=again)
    call_command("procedures", "list", stdout=listed)
    assert len(first.getvalue().splitlines()) == len(shipped_names())
    assert again.getvalue() == ""
    assert "service_matter  version 1" in listed.getvalue()


@pytest.mark.django_db
def test_a_faulty_file_is_refused_with_its_faults_and_nothing_is_adopted(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(
        'name = "x"\nabout = "case"\ntitle = { en = "X", zh = "某" }\nstart = "a"\n'
        'total = "1 day"\n'
        '[stages.a]\nphase = "collect"\ntitle = { en = "A", zh = "甲" }\n'
        'plain = { en = "A", zh = "甲" }\n'
        '[[verbs]]\nname = "go"\ntitle = { en = "Go", zh = "走" }\nfrom = ["a"]\nto = "a"\n'
        'who = ["handler"]\n'
    )
    with pytest.raises(CommandError, match="neither a limit nor an explicit no_limit_because"):
        call_command("procedures", "check", str(file))
    with pytest.raises(CommandError, match="No stage ends"):
        call_command("procedures", "adopt", str(file))
    listed = StringIO()
    call_command("procedures", "list", stdout=listed)
    assert listed.getvalue() == ""


@pytest.mark.django_db
def test_forgetting_with_nothing_to_forget_says_so() -> None:
    said = StringIO()
    call_command("forget", stdout=said)
    assert said.getvalue() == "Cases forgotten: 0.\n"


@pytest.mark.django_db
def test_the_commands_speak_chinese_where_the_site_does() -> None:
    said = StringIO()
    with translation.override("zh-hans"):
        call_command("procedures", "shipped", stdout=said)
        call_command("forget", stdout=said)
    assert "service_matter 第 1 版已生效。" in said.getvalue()
    assert "已到期销毁的案件：0。" in said.getvalue()


@pytest.mark.django_db
def test_mediation_is_set_up_once() -> None:
    first, again = StringIO(), StringIO()
    call_command("disputes", "set-up", stdout=first)
    call_command("disputes", "set-up", stdout=again)
    assert "18 categories were missing" in first.getvalue()
    assert "0 categories were missing" in again.getvalue()
