"""The text form of the shift-scheduling benchmark of Curtois and Qu (schedulingbenchmarks.org).

T. Curtois, R. Qu: Computational results on new staff scheduling benchmark instances, 2014.
"""

import numpy as np

from commonward.core.plans.rostering.model import Kind, Rules, Team
from commonward.core.refusals import N_, Invalid


def read(text: str) -> Rules:
    """The task that such a file states.

    Raises:
        Invalid: a section is missing, or a line names an unknown team, kind or day.
    """
    sections: dict[str, list[list[str]]] = {}
    here: list[list[str]] = []
    for line in text.splitlines():
        plain = line.strip()
        if plain.startswith("SECTION_"):
            here = sections.setdefault(plain.removeprefix("SECTION_"), [])
        elif plain and not plain.startswith("#"):
            here.append([part.strip() for part in plain.split(",")])
    for section in ("HORIZON", "SHIFTS", "STAFF", "COVER"):
        if not sections.get(section):
            raise Invalid(N_("The file has no section {section}."), section=section)
    try:
        return _rules(sections)
    except (KeyError, IndexError, ValueError) as error:
        raise Invalid(N_("The file cannot be read at {place}."), place=str(error)) from error


def _rules(sections: dict[str, list[list[str]]]) -> Rules:
    days = int(sections["HORIZON"][0][0])
    kind_of = {row[0]: number for number, row in enumerate(sections["SHIFTS"])}
    kinds = tuple(
        Kind(row[0], int(row[1]), frozenset(kind_of[name] for name in row[2].split("|") if name))
        for row in sections["SHIFTS"]
    )
    team_of = {row[0]: number for number, row in enumerate(sections["STAFF"])}
    off = {
        row[0]: frozenset(int(day) for day in row[1:] if day)
        for row in sections.get("DAYS_OFF", [])
    }
    teams = []
    for row in sections["STAFF"]:
        most = dict(pair.split("=") for pair in row[1].split("|"))
        numbers = [int(part) for part in row[2:8]]
        teams.append(
            Team(
                most=tuple(int(most[kind.name]) for kind in kinds),
                minutes_most=numbers[0],
                minutes_least=numbers[1],
                run_most=numbers[2],
                run_least=numbers[3],
                rest_least=numbers[4],
                weekends_most=numbers[5],
                off=off.get(row[0], frozenset()),
            )
        )
    wishes = np.zeros((2, len(teams), days, len(kinds)), dtype=np.int64)
    for which, section in enumerate(("SHIFT_ON_REQUESTS", "SHIFT_OFF_REQUESTS")):
        for name, day, kind, weight in sections.get(section, []):
            wishes[which, team_of[name], int(day), kind_of[kind]] += int(weight)
    cover = np.zeros((3, days, len(kinds)), dtype=np.int64)
    for day, kind, need, under, over in sections["COVER"]:
        cover[:, int(day), kind_of[kind]] = int(need), int(under), int(over)
    return Rules(
        kinds,
        tuple(teams),
        wishes[0],
        wishes[1],
        cover[0],
        cover[1],
        cover[2],
    )
