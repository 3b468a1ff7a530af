"""Changing an explorer's file: numbers to call filled in, and what a change would change."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from commonward.core.explorer.model import Asked, Explorer, Gated, Step
from commonward.core.explorer.read import parse, read_toml
from commonward.core.explorer.walk import ask
from commonward.core.refusals import N_, Invalid

MOST_WAYS = 3000
"""Ways that are compared: more than the shipped explorer has, and done in a second."""

_HEADER = re.compile(r"\[contacts\.([a-z0-9_]+)\]\s*(#.*)?")
_PHONE = re.compile(r"phone\s*=")


def with_phones(text: str, phones: Mapping[str, str]) -> str:
    """The file with these telephone numbers, by the contacts' codes; all else stays as it stood.

    Raises Invalid where a number is none, or the file is laid out so that one cannot be set here.
    """
    lines: list[str] = []
    section = ""
    for line in text.splitlines():
        header = _HEADER.fullmatch(line.strip())
        if line.startswith("["):
            section = header.group(1) if header else ""
        if section in phones and _PHONE.match(line.strip()):
            continue
        lines.append(line)
        if header and section in phones and phones[section]:
            lines.append(f'phone = "{phones[section]}"')
    changed = "\n".join(lines) + "\n"
    found = parse(read_toml(changed)).contacts
    for code, phone in phones.items():
        if code not in found or found[code].phone != phone:
            raise Invalid(
                N_("The number of “{contact}” cannot be set here; write it into the file below."),
                contact=code,
                field=f"phone-{code}",
            )
    return changed


def ways(explorer: Explorer) -> Iterator[tuple[tuple[str, ...], Step]]:
    """Every way through it: the answers and where they lead."""
    open_ones: list[tuple[str, ...]] = [()]
    while open_ones:
        answers = open_ones.pop()
        step = ask(explorer, answers)
        if isinstance(step, Asked):
            open_ones += [(*answers, a.code) for a in reversed(step.question.answers)]
        else:
            yield answers, step


def led_elsewhere(old: Explorer, new: Explorer) -> tuple[list[tuple[str, ...]], int]:
    """The ways of the new one that lead elsewhere than in the old one (or did not exist), and how
    many ways it has; both of the first `MOST_WAYS`."""
    changed = []
    count = 0
    for answers, step in islice(ways(new), MOST_WAYS):
        count += 1
        if _end(step) != _end_in(old, answers):
            changed.append(answers)
    return changed, count


def _end_in(explorer: Explorer, answers: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return _end(ask(explorer, answers))
    except Invalid:
        return ()


def _end(step: Step) -> tuple[str, ...]:
    if isinstance(step, Asked):
        return ()
    if isinstance(step, Gated):
        return ("gate", step.gate.code)
    return (step.kind.code, *(route.code for route in step.routes))
