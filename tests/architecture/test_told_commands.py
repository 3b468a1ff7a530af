"""Every line of a shell that the documentation tells is run, parsed by its command, or named as
somebody else's with the reason. A line that is none of these fails.
"""

import re
import shlex
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands, load_command_class
from django.core.management.base import CommandError

from house.__main__ import WORDS
from tests.architecture.tracked import ROOT, files, short

PAGES = [
    path
    for path in files()
    if path.suffix == ".md" and (path.is_relative_to(ROOT / "docs") or path.parent == ROOT)
]
SHELLS = ("sh", "bash", "console")
OURS = ("./dev ", "commonward ")
"""What is looked at in a block without a language, which may hold something else as well."""
ELSEWHERE = {
    "curl": "asks a running site; tests/architecture/test_docs.py resolves each address",
    "docker": "needs a daemon; tests/house/test_deploy.py reads the compose file",
    "systemctl": "needs systemd; tests/house/test_deploy.py reads the units",
    "journalctl": "needs systemd",
    "jq": "a tool of the reader's machine",
    "useradd": "needs root", "install": "needs root", "cp": "copies files named beside it",
    "chmod": "rights of a file named beside it", "cat": "writes a file of PostgreSQL",
    "touch": "a file of PostgreSQL", "cd": "a folder", "git": "the network",
    "pg_basebackup": "a server of PostgreSQL; tests/house/test_recovery.py does it",
    "granian": "serves until it is ended; the application named is imported by the site's tests",
    "uv": "installs; the lock file is tested", "pip": "installs", "pipx": "installs",
    "python3": "a script that the reader fetched; its own tests run it",
    "helm": "needs a cluster", "kubectl": "needs a cluster", "psql": "needs a server",
    "openssl": "a tool of the reader's machine", "patronictl": "needs a cluster",
    "etcdctl": "needs a cluster", "nginx": "a server of the reader's machine",
    "export": "sets a variable", "sudo": "needs root", "rsync": "another machine",
    "ssh": "another machine", "mkdir": "a folder", "ls": "looks", "tar": "files named beside it",
}  # fmt: skip
"""Programs of somebody else, each with why no test of this file runs it."""
INSTALLED = ("demo", "run", "--version")
"""Words of the installed program that are no command of the site (`commonward/config/cli.py`)."""
RUN = (
    ("procedures", "shipped"), ("people", "account"), ("people", "grant"), ("people", "team"),
    ("people", "join"), ("people", "rule"), ("people", "key"), ("people", "start"),
    ("privacy", "record"), ("gazetteer", "list"), ("search", "waiting"), ("words", "state"),
)  # fmt: skip
"""Lines that are cheap and change this test's database alone: they are run as they stand."""
AFTER = re.compile(r"^(&&|\|\|?|;|&)$")


def told_lines() -> Iterator[tuple[str, str]]:
    """Each command of a block of shell lines: continued lines joined, here-documents left out."""
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        for language, block in re.findall(r"^```(\w*)\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            if language in SHELLS:
                yield from ((short(path), line) for line in whole_lines(block))
            elif not language:
                yield from (
                    (short(path), line)
                    for line in block.replace("\\\n", " ").splitlines()
                    if line.startswith(OURS)
                )


def whole_lines(block: str) -> Iterator[str]:
    """The lines of a block as a shell reads them."""
    ends, kept = "", ""
    for raw in block.replace("\\\n", " ").splitlines():
        if ends:
            ends = "" if raw.strip() == ends else ends
            continue
        kept = f"{kept}\n{raw}" if kept else raw.removeprefix("$ ")
        try:
            words = split(kept)
        except ValueError:  # a quoted text that goes on in the next line
            continue
        begun = re.search(r"<<-?\s*'?(\w+)'?", kept)
        ends = begun[1] if begun else ""
        if words:
            yield kept
        kept = ""
    assert not kept, f"a quote is not closed: {kept}"


def split(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    return list(lexer)


def parts(line: str) -> Iterator[list[str]]:
    """The programs of a line with their arguments; where output goes is left out."""
    part: list[str] = []
    words = iter(split(line))
    for word in words:
        if AFTER.match(word):
            yield part
            part = []
        elif re.fullmatch(r"[<>]+", word):
            next(words, None)
        else:
            part.append(word)
    yield part


def wrong(words: list[str]) -> str:
    """What is wrong with a command that a page tells, or nothing."""
    while words and re.match(r"[A-Z_]+=", words[0]):
        words = words[1:]
    if not words:
        return ""
    program, *given = words
    if program == "./dev":
        if not given or given[0] not in WORDS:
            return "no such word of ./dev"
        if given[0] != "manage":
            return wrong_word(*given)
        given = given[1:]
    elif program in ("python", "python3") and given[:1] == ["-m"]:
        return "" if find_spec(given[1]) else f"no module {given[1]}"
    elif program != "commonward":
        return "" if program in ELSEWHERE else "somebody else's program: say in ELSEWHERE why"
    elif given[:1] == ["manage"]:
        given = given[1:]
    elif given and given[0] in INSTALLED:
        return ""
    return wrong_command(*given)


def wrong_word(word: str, *given: str) -> str:
    """An argument of another word is named in the word's own line, is a file, or an option."""
    known = WORDS[word].__doc__ or ""
    for one in given[:1]:
        if not one.startswith("-") and one not in re.findall(r"\w+", known):
            inside = (ROOT, ROOT / "tests")
            if not any(Path(base, one.partition("::")[0]).exists() for base in inside):
                return f"./dev {word} tells of no “{one}”"
    return ""


def wrong_command(name: str = "help", *given: str) -> str:
    """The parser of the command takes these arguments."""
    if name in ("help", "--help"):
        return ""
    if name not in get_commands():
        return f"no command {name}"
    command = load_command_class(get_commands()[name], name)
    try:
        command.create_parser("manage", name).parse_args(list(given))
    except CommandError as refused:
        return str(refused)
    return ""


def test_every_line_is_one_that_its_program_takes() -> None:
    seen = 0
    for page, line in told_lines():
        for words in parts(line):
            if words and words[0] not in ("(", ")"):
                told = wrong(words)
                assert not told, f"{page}: {line}: {told}"
                seen += 1
    assert seen > 120


def test_what_no_command_takes_is_found() -> None:
    assert wrong(["./dev", "fly"])
    assert wrong(["./dev", "manage", "tick", "--never"])
    assert wrong(["commonward", "ledger", "verify"])
    assert wrong(["./dev", "test", "nothing-of-that-name"])
    assert wrong(["frobnicate", "--now"])
    assert not wrong(["COMMONWARD_DEMO=1", "./dev", "manage", "tick", "--every", "60"])
    assert [*parts("a | b > c && d  # e")] == [["a"], ["b"], ["d"]]


@pytest.mark.django_db
def test_the_cheap_ones_are_run_as_they_stand(capsys: pytest.CaptureFixture[str]) -> None:
    done: set[tuple[str, str]] = set()
    for _page, line in told_lines():
        for words in parts(line):
            if words[:2] != ["./dev", "manage"] or tuple(words[2:4]) not in RUN:
                continue
            call_command(*words[2:])
            done.add((words[2], words[3]))
    assert done == set(RUN), "Take away what no page tells any more."
    assert capsys.readouterr().out
