"""What `deploy/` promises exists: commands with their options, settings, numbers, what to do."""

import json
import re
import shlex
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from configparser import ConfigParser
from typing import Any

import pytest
import yaml
from django.core.management import get_commands, load_command_class
from granian.cli import cli

import house.__main__ as words
from house import installing
from tests.architecture.test_settings import documented
from tests.architecture.tracked import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
OF_OTHERS = {"POSTGRES_PASSWORD"}
FOR_BUILDING_AND_TESTING = {
    "COMMONWARD_PYTHON",
    "COMMONWARD_SECURITY_TOOLS",
    "COMMONWARD_SHARED",
    "COMMONWARD_TEST_DB",
}


def compose() -> dict[str, Any]:
    found = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def of_units() -> Iterator[tuple[str, list[str]]]:
    for path in UNITS:
        lines = re.findall(r"^ExecStart=(.*)$", path.read_text("utf-8"), re.MULTILINE)
        assert lines, path.name
        for line in lines:
            program, *given = shlex.split(line)
            assert program.startswith("/opt/commonward/.venv/bin/"), path.name
            yield path.name, [program.rpartition("/")[2], *given]


def of_compose() -> Iterator[tuple[str, list[str]]]:
    for name, service in compose()["services"].items():
        command = service.get("command")
        if isinstance(command, list):
            assert command[:2] == ["sh", "-c"]
            for part in command[2].split("&&"):
                yield name, shlex.split(part)
        elif command:
            yield name, shlex.split(command)


def parser(command: str) -> ArgumentParser:
    made: ArgumentParser = load_command_class(get_commands()[command], command).create_parser(
        "commonward", command
    )
    return made


@pytest.mark.parametrize(("where", "line"), [*of_units(), *of_compose()])
def test_every_command_exists_and_its_options_are_taken(where: str, line: Sequence[str]) -> None:
    program, *given = line
    if program == "granian":
        context = cli.make_context("granian", list(given))
        assert context.params["app"] in (
            "commonward.config.wsgi:application",
            "commonward.config.live:application",
        )
        return
    assert program == "commonward", where
    assert given[0] in get_commands(), where
    parser(given[0]).parse_args(given[1:])


def without_pauses(line: Sequence[str]) -> tuple[str, ...]:
    return tuple(one for one in line if not re.fullmatch(r"\d+", one))


def test_every_worker_of_run_has_a_unit_and_a_service(monkeypatch: pytest.MonkeyPatch) -> None:
    run: list[Sequence[str]] = []

    def served(_arguments: list[str], beside: Sequence[Sequence[str]] = ()) -> int:
        run.extend(beside)
        return 0

    monkeypatch.setattr(installing, "install", lambda: None)
    monkeypatch.setattr(words, "_prepared", words.Steps)
    monkeypatch.setattr(words, "serve", served)
    assert words.run([]) == 0
    workers = {without_pauses(one[2:]) for one in run}
    assert ("work", "--every") in workers
    for there in (of_units(), of_compose()):
        assert workers <= {without_pauses(line[1:]) for _name, line in there}


def test_units_name_units_that_exist_and_hold_what_they_can_do() -> None:
    names = {path.name for path in (DEPLOY / "systemd").iterdir()}
    for path in (DEPLOY / "systemd").iterdir():
        text = path.read_text("utf-8")
        assert set(re.findall(r"commonward[\w-]*\.(?:service|target|timer)", text)) <= names
        if path.suffix == ".service":
            unit = ConfigParser(strict=False, interpolation=None)
            unit.read_string(text)
            held = unit["Service"]
            assert held["User"] == "commonward" and held["ProtectSystem"] == "strict", path.name
            assert held["NoNewPrivileges"] == "yes", path.name
        if path.suffix == ".timer":
            assert path.with_suffix(".service").name in names


def test_every_volume_and_service_that_compose_names_is_there() -> None:
    found = compose()
    services, volumes = found["services"], set(found["volumes"])
    for name, service in services.items():
        needs = service.get("depends_on", [])
        assert set(needs) <= set(services), name
        for one in service.get("volumes", ()):
            source = one.partition(":")[0]
            assert source in volumes or (DEPLOY / source).exists(), name
        if service.get("image") == "commonward":
            assert service["environment"]["COMMONWARD_VAR"] == "/var/lib/commonward"
        else:
            # Whoever is not ours is told nothing of our secrets.
            assert "env_file" not in service, name
    assert (DEPLOY / services["web"]["build"]["dockerfile"].removeprefix("deploy/")).exists()


def test_the_example_of_the_environment_names_every_setting_and_no_other() -> None:
    text = (DEPLOY / "env.example").read_text("utf-8")
    named = re.findall(r"^#?([A-Z][A-Z0-9_]*)=", text, re.MULTILINE)
    assert len(named) == len(set(named))
    missing = documented() - FOR_BUILDING_AND_TESTING - set(named)
    assert not missing, "Add it to deploy/env.example, commented out where the default does."
    assert not set(named) - documented() - OF_OTHERS


def test_the_image_is_made_by_the_same_tool_as_the_environment() -> None:
    assert f" {installing.UV_RELEASE}\n" in (DEPLOY / "Dockerfile").read_text("utf-8")


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load((DEPLOY / "alerts.yml").read_text("utf-8"))["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def test_every_alert_says_how_much_it_presses_and_has_a_section_with_what_to_do() -> None:
    page = (ROOT / "docs" / "how-to" / "alerts.md").read_text("utf-8")
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    assert set(sections) == {one["alert"] for one in rules()}
    for name, section in sections.items():
        for part in ("What it means.", "What to look at.", "What to do."):
            words = re.search(rf"^\*\*{re.escape(part)}\*\* (.+)$", section, re.MULTILINE)
            assert words is not None and len(words[1]) > 20, (name, part)
    # The address that the documentation's own builder gives to a section.
    for one in rules():
        _where, _mark, place = one["annotations"]["runbook_url"].partition("/how-to/alerts/#")
        assert place == one["alert"].lower(), one["alert"]
    assert {one["labels"]["severity"] for one in rules()} == {"page", "ticket"}
    assert all(
        one["annotations"]["summary"] and re.fullmatch(r"\d+[mh]", one["for"]) for one in rules()
    )


def test_every_number_of_an_alert_or_a_panel_is_one_that_the_site_tells() -> None:
    """The page of operating names all of them; tests/doors/health holds it against the code."""
    page = (ROOT / "docs" / "how-to" / "operate.md").read_text("utf-8")
    told = set(re.findall(r"`(commonward_\w+)`", page))
    panels = json.loads((DEPLOY / "grafana.json").read_text("utf-8"))["panels"]
    asked = [one["expr"] for one in rules()]
    asked += [target["expr"] for panel in panels for target in panel["targets"]]
    for expression in asked:
        names = re.findall(r"\bcommonward_\w+", expression)
        assert names or expression.startswith("up{"), expression
        assert set(names) <= told, expression


def test_no_alert_and_no_panel_is_about_who_works() -> None:
    text = (DEPLOY / "alerts.yml").read_text("utf-8") + (DEPLOY / "grafana.json").read_text("utf-8")
    labels = set(re.findall(r"\{\{(\w+)\}\}", text)) | set(
        re.findall(r"\b(?:by|on) ?\((\w+)", text)
    )
    assert labels <= {"stage", "channel", "worker"}
