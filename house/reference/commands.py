"""Every `./dev` word and every command of ours with its words, arguments and help."""

from argparse import SUPPRESS, Action, ArgumentParser, _HelpAction, _SubParsersAction
from collections.abc import Iterator

from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

from house.__main__ import WORDS
from house.reference.marks import NOTE, code, table

ALONE = "demo"
"""Doors whose commands only a demonstration has."""


def ours() -> dict[str, BaseCommand]:
    """The commands that the project brings, by name."""
    return {
        name: load_command_class(app, name)
        for name, app in sorted(get_commands().items())
        if str(app).startswith("commonward.") and not str(app).endswith(f".{ALONE}")
    }


def page() -> str:
    """`./dev`, then a section for each command."""
    told = f"# Commands\n\n{NOTE}\n\n## Words of the house\n\nEach after `./dev`.\n\n"
    told += table(("word", "what it does"), ((code(n), w.__doc__ or "") for n, w in WORDS.items()))
    told += (
        "\n## Commands of the site\n\nCalled by `manage`, the last of those words. An installed package has them as `commonward COMMAND`. Beside these stand "
        "Django's own, such as `migrate`; all take `--verbosity`, `--settings`, `--traceback`.\n"
    )
    for name, command in ours().items():
        parser = command.create_parser("manage", name)
        told += f"\n### {name}\n\n{_sentence(str(command.help))}\n"
        told += _arguments(parser, f"manage {name}")
    return told


def _arguments(parser: ArgumentParser, called: str) -> str:
    told = ""
    rows = list(_rows(parser))
    if rows:
        told += "\n" + table(("argument", "default", "meaning"), rows)
    for action in parser._actions:
        if isinstance(action, _SubParsersAction):
            helps = {one.dest: one.help or "" for one in action._choices_actions}
            for word, below in action.choices.items():
                told += f"\n**`{called} {word}`** {_sentence(helps.get(word, ''))}".rstrip() + "\n"
                told += _arguments(below, f"{called} {word}")
    return told


def _rows(parser: ArgumentParser) -> Iterator[tuple[str, str, str]]:
    common = {
        "version", "verbosity", "settings", "pythonpath", "traceback", "no_color",
        "force_color", "skip_checks",
    }  # fmt: skip
    for action in parser._actions:
        if isinstance(action, _HelpAction | _SubParsersAction) or action.dest in common:
            continue
        yield code(_called(action)), _default(action), str(action.help or "")


def _called(action: Action) -> str:
    value = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    if action.choices is not None and len(list(action.choices)) <= 12:
        value = "{" + ",".join(map(str, action.choices)) + "}"
    if not action.option_strings:
        many = {"+": f"{value} …", "*": f"[{value} …]", "?": f"[{value}]"}
        return many.get(str(action.nargs), value)
    return action.option_strings[-1] + ("" if action.nargs == 0 else f" {value}")


def _default(action: Action) -> str:
    if action.default in (None, "", [], False, SUPPRESS) or action.nargs == 0:
        return "needed" if action.required else ""
    return code(str(action.default))


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if text.endswith((".", "!", "?")) or not text else f"{text}."
