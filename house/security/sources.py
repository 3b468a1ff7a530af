"""The code by bandit: what it finds needs a reason that stands in the code, or in accepted.toml.

Most of bandit's rules have a twin of the same number in ruff (B608 is S608). Where a line carries
ruff's `noqa` of that number with a reason, the reason is given already and is not asked for twice.
"""

import json
import re
import subprocess
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from house.installing import ROOT
from house.security.told import Part

ACCEPTED = Path(__file__).parent / "accepted.toml"
FOLDERS = ("commonward", "house")
_REASON = re.compile(r"# noqa: ([A-Z0-9, ]+?)\s*(?:--\s*(\S.*)|\((\S.*)\)\s*$|$)")
TWINS = {"B703": "308"}
"""bandit tells mark_safe twice; ruff knows it once."""


def read(bandit: Path) -> Part:
    """Run it over the code and judge each finding."""
    part = Part("code (bandit)")
    told = subprocess.run(
        [str(bandit), "-q", "-r", *FOLDERS, "-f", "json"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if told.returncode not in (0, 1):
        part.not_asked = f"bandit failed: {told.stderr.strip()[-200:]}"
        return part
    found = json.loads(told.stdout)
    for fault in found["errors"]:
        part.find("unread", fault["filename"], fault["reason"])
    files = {path: (ROOT / path).read_text(encoding="utf-8") for path in _files(found["results"])}
    judge(found["results"], files, tomllib.loads(ACCEPTED.read_text("utf-8"))["accepted"], part)
    code = found["metrics"]["_totals"]["loc"]
    part.looked = f"{code:,} lines, {len(found['results'])} places each with its reason"
    return part


def judge(
    results: Iterable[Mapping[str, Any]],
    files: Mapping[str, str],
    accepted: Iterable[Mapping[str, Any]],
    part: Part,
) -> None:
    """Keep what has no reason; a reason for what is no longer there is a finding too."""
    used: Counter[int] = Counter()
    rules = list(accepted)
    for one in results:
        path, rule = one["filename"].removeprefix("./"), one["test_id"]
        if reason_in(files[path], one["line_range"], rule):
            continue
        for at, row in enumerate(rules):
            if rule in row["rules"] and fnmatch(path, row["files"]):
                used[at] += 1
                break
        else:
            place = f"{path}:{one['line_number']}"
            part.find(rule, place, f"{one['issue_text']} – mend it, or give the reason")
    for at, row in enumerate(rules):
        if not used[at]:
            part.find("stale", row["files"], f"nothing is found there of {row['rules']}")
        elif used[at] > row["most"]:
            more = f"{used[at]} places where {row['most']} were looked at: read the new ones"
            part.find("more", row["files"], more)


def reason_in(text: str, span: list[int], rule: str) -> bool:
    """Whether the statement carries ruff's twin of the rule with a reason; also on its last line."""
    number = TWINS.get(rule, rule[1:])
    every = text.splitlines()
    end = max(span)
    # A text over several lines ends where its quotes do, and there the comment stands.
    while end < len(every) and "noqa" not in every[end - 1] and end - max(span) < 4:
        end += 1
    for line in every[min(span) - 1 : end]:
        found = _REASON.search(line)
        if found and f"S{number}" in found[1].replace(" ", "").split(","):
            return bool(found[2] or found[3])
    return False


def _files(results: Iterable[Mapping[str, Any]]) -> set[str]:
    return {one["filename"].removeprefix("./") for one in results}
