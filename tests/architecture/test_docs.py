"""The documentation says what is: commands, options, addresses, steps and deadlines exist so."""

import re
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator
from datetime import date, datetime
from inspect import unwrap
from zoneinfo import ZoneInfo

import pytest
from django.core.management import get_commands, load_command_class
from django.urls import resolve

from commonward.core.calendars import Calendar, DayTable, Limit
from commonward.core.clocks import Clock
from commonward.core.procedures import Procedure, parse, shipped
from commonward.doors.api.problems import not_here
from commonward.doors.open311.asking import nowhere
from house.__main__ import WORDS
from tests.architecture.tracked import PACKAGE, ROOT, files, short

PAGES = [
    path
    for path in files()
    if path.suffix == ".md" and (path.is_relative_to(ROOT / "docs") or path.parent == ROOT)
]
TEXTS = {short(path): path.read_text(encoding="utf-8") for path in PAGES}
COMMANDS = PACKAGE / "doors" / "commands" / "management" / "commands"
LOOP = {"en": "docs/guide/the-loop.md", "zh": "docs/guide/the-loop.zh.md"}
ZONE = ZoneInfo("Asia/Shanghai")

ROLES = {
    "grid_worker": ("grid worker", "监督员"),
    "intake_officer": ("intake officer", "受理员"),
    "dispatcher": ("dispatcher", "派遣员"),
    "duty_chief": ("duty chief", "值班长"),
    "handler": ("handler", "处置人员"),
    "leader": ("leader", "领导"),
    "reporter": ("reporter", "诉求人"),
    "system": ("by itself", "系统自动"),
}


def told_commands() -> Iterator[tuple[str, list[str]]]:
    """Each `./dev …` that a page names, as its words; lines that go on with a backslash joined."""
    for page, text in TEXTS.items():
        for found in re.finditer(r"\./dev ([^\n`]*)", text.replace("\\\n", " ")):
            words = re.split(r"\s+#|[|;&(<—]", found[1])[0].split()
            if words:
                yield page, words


def parser_of(command: str, words: list[str]) -> ArgumentParser:
    """What reads the options of a command, or of the verb of it that the words name."""
    parser: ArgumentParser = load_command_class(get_commands()[command], command).create_parser(
        "manage", command
    )
    for action in parser._actions:
        if isinstance(action, _SubParsersAction) and words:
            assert words[0] in action.choices, f"`manage {command}` has no “{words[0]}”"
            chosen: ArgumentParser = action.choices[words[0]]
            return chosen
    return parser


def options_of(parser: ArgumentParser) -> set[str]:
    return {name for action in parser._actions for name in action.option_strings}


def test_every_word_and_option_of_a_command_in_the_pages_exists() -> None:
    seen = 0
    for page, (word, *rest) in told_commands():
        word = word.rstrip(".,:)")
        assert word in WORDS, f"{page}: ./dev {word}"
        if word in ("manage", "demo"):
            command, *given = [word, *rest] if word == "demo" else rest
            if command == "help":  # Django's own, without a module
                continue
            assert command in get_commands(), f"{page}: manage {command}"
            options = options_of(parser_of(command, given)) | {"--verbosity"}
            wrong = {o for o in given if o.startswith("--") and o not in options}
            assert not wrong, f"{page}: manage {command} {wrong}"
            seen += 1
    assert seen > 20


def test_every_command_of_ours_is_told_in_the_documentation() -> None:
    ours = {path.stem for path in COMMANDS.glob("*.py")} - {"__init__"}
    told = {
        words[1] if words[0] == "manage" and len(words) > 1 else words[0]
        for page, words in told_commands()
        if page.startswith("docs/")
    }
    assert "tick" in ours
    assert not ours - told, "Say in docs/how-to/ what it is for."


def test_every_option_that_a_table_of_options_names_exists() -> None:
    rows = re.findall(r"^\| `(--[a-z0-9-]+)", TEXTS["docs/how-to/areas-and-calendars.md"], re.M)
    assert rows
    assert set(rows) <= options_of(parser_of("areas", ["import"]))


def test_every_address_of_the_examples_is_answered_by_a_resource() -> None:
    seen = set()
    for page, text in TEXTS.items():
        if page == "docs/reference/api.md":  # made of the document, with names for numbers
            continue
        for found in re.findall(
            r"(?<![\w.])(?:https?://[\w.:]+|\$SITE)?(/(?:open311|api)/[^\s`\"'?|)<]+)", text
        ):
            if found.endswith("/"):
                continue
            view = unwrap(resolve(found).func)
            assert view not in (nowhere, not_here), f"{page}: nothing answers at {found}"
            seen.add(found)
    assert len(seen) > 15


@pytest.fixture(scope="module")
def service_matter() -> Procedure:
    return parse(shipped("service_matter"))


def row(page: str, name: str) -> str:
    """The row of a table that begins with this name."""
    found = re.findall(rf"^\| `{name}` ?[^|]*\|.*$", TEXTS[page], re.MULTILINE)
    assert found, f"{page}: no row for `{name}`"
    return "\n".join(found)


@pytest.mark.parametrize("language", sorted(LOOP))
def test_the_page_of_the_loop_tells_every_stage_with_its_limit(
    language: str, service_matter: Procedure
) -> None:
    for stage in service_matter.stages.values():
        told = row(LOOP[language], stage.name)
        assert stage.title.zh in told
        assert stage.plain.in_language(language) in told
        if stage.limit is not None:
            assert f"`{stage.limit}`" in told, f"{stage.name}: {stage.limit}"


@pytest.mark.parametrize("language", sorted(LOOP))
def test_the_page_of_the_loop_tells_every_step_with_who_may_take_it_and_its_bound(
    language: str, service_matter: Procedure
) -> None:
    for verb in service_matter.verbs.values():
        told = row(LOOP[language], verb.name)
        assert verb.title.in_language(language) in told, verb.name
        for role in verb.who:
            assert ROLES[role][language == "zh"] in told, f"{verb.name}: {role}"
        if verb.to in service_matter.stages:
            assert f"→ `{verb.to}`" in told, f"{verb.name} leads to {verb.to}"
        if verb.at_most is not None:
            bound = f"{verb.at_most} 次，之后" if language == "zh" else f"at most {verb.at_most},"
            assert bound in told and f"`{verb.then}`" in told, f"{verb.name}: {verb.at_most}"
        public, waits = ("公开", "须已结束") if language == "zh" else ("public", "waits")
        assert (public in told.split("→")[1]) == verb.public, f"{verb.name}: public"
        assert (waits in told) == verb.waits, f"{verb.name}: waits"


@pytest.mark.parametrize("language", sorted(LOOP))
def test_the_page_of_the_loop_tells_every_kind_of_task(language: str) -> None:
    for name in ("assist", "whistle", "supervision"):
        task = parse(shipped(name))
        told = row(LOOP[language], name)
        waits = {"en": "| yes |", "zh": "| 是 |"}[language]
        assert (waits in told) == task.blocks, name


def test_the_deadlines_of_the_page_of_clocks_come_out_as_told() -> None:
    """Its calendar: the State Council's notice for 2025, as far as National Day goes."""
    off = frozenset(date(2025, 10, day) for day in range(1, 9))
    work = frozenset({date(2025, 9, 28), date(2025, 10, 11)})
    calendar = Calendar(str(ZONE), DayTable(off=off, work=work, years=frozenset({2025})))
    rows = re.findall(
        r"^\| `([^`]+)` \| (\d{4}-[\d: -]+) \| (\d{4}-[\d: -]+) \|$",
        TEXTS["docs/guide/clocks.md"],
        re.MULTILINE,
    )
    assert len(rows) >= 6
    for limit, begins, due in rows:
        started = datetime.fromisoformat(begins).replace(tzinfo=ZONE)
        found = Clock(Limit.parse(limit), started).due(calendar)
        assert found is not None
        assert found.at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") == due, f"{limit} {begins}"


def test_every_page_stands_in_the_table_of_contents() -> None:
    menu = re.split(r"^nav:$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), flags=re.M)[1]
    listed = set(re.findall(r": (\S+\.md)$", menu, re.MULTILINE))
    pages = {page.removeprefix("docs/") for page in TEXTS if page.startswith("docs/")}
    assert listed == pages, "Add the page to nav in mkdocs.yml."
