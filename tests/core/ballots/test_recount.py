"""Whoever adds, drops or changes a ballot is found by the file that everybody can download."""

import hashlib
import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonward.core.ballots import blind, recount

SCRIPT = Path(recount.__file__)


@cache
def key() -> blind.Key:
    return blind.new_key(1024)


def ballot(number: int, choice: Any) -> list[Any]:
    token, randomizer = f"{number:064x}", f"{number + 7:064x}"
    return [
        token, randomizer,
        blind.sign(key(), recount.message("v1", token, randomizer)).hex(), choice,
    ]  # fmt: skip


@cache
def text() -> str:
    options = [{"number": n, "name": f"工程{n}", "cost": 20} for n in (1, 2, 3)]
    terms = {
        "code": "v1", "method": "equal_shares", "options": options, "budget": 40,
        "key": key().public,
    }  # fmt: skip
    ballots = [ballot(n, [1 + n % 3]) for n in range(9)]
    return json.dumps(
        {
            "format": recount.FORMAT,
            "terms": terms,
            "issued": {"codes_spent": 8, "counter_checked": 1},
            "ballots": ballots,
            "root": recount.root_of(terms, ballots),
            "result": recount.result_of(terms, ballots),
        }
    )


def published() -> dict[str, Any]:
    return dict(json.loads(text()))


def run(folder: Path, given: dict[str, Any], *more: str) -> tuple[int, str]:
    """The script as somebody runs it who has nothing but Python."""
    file = folder / "ballots.json"
    file.write_text(json.dumps(given), encoding="utf-8")
    alone = folder / "recount.py"
    alone.write_text(SCRIPT.read_text(encoding="utf-8"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(alone), str(file), *more],
        capture_output=True, text=True, check=False, cwd=folder, encoding="utf-8",
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_the_file_alone_counts_to_the_same_result(tmp_path: Path) -> None:
    given = published()
    code, said = run(tmp_path, given, "--root", given["root"])
    assert code == 0, said
    assert json.dumps(given["result"], sort_keys=True) in said


def _drop(given: dict[str, Any]) -> None:
    given["ballots"].pop()


def _change(given: dict[str, Any]) -> None:
    given["ballots"][0][3] = [2, 3]


def _add(given: dict[str, Any]) -> None:
    given["ballots"].append(["ab" * 32, "cd" * 32, given["ballots"][0][2], [1]])


def _repeat(given: dict[str, Any]) -> None:
    given["ballots"].append([*given["ballots"][0][:3], [3]])


def _stuff(given: dict[str, Any]) -> None:
    given["ballots"].append(ballot(99, [1]))


def _terms(given: dict[str, Any]) -> None:
    given["terms"]["budget"] = 60


@pytest.mark.parametrize("tamper", [_drop, _change, _add, _repeat, _stuff, _terms])
@pytest.mark.parametrize("again", [False, True])
def test_every_tampering_is_found(tmp_path: Path, tamper: Any, again: bool) -> None:
    given = published()
    known = given["root"]
    tamper(given)
    if again:  # whoever tampers puts root and result right as well
        given["root"] = recount.root_of(given["terms"], given["ballots"])
        given["result"] = recount.result_of(given["terms"], given["ballots"])
    code, said = run(tmp_path, given, *(("--root", known) if again else ()))
    assert code == 1
    assert "FAULT" in said


@pytest.mark.parametrize(
    ("tamper", "told"),
    [(_add, "signature"), (_repeat, "stands twice"), (_stuff, "rights were used")],
)
def test_what_is_added_is_found_without_a_root_from_elsewhere(tamper: Any, told: str) -> None:
    given = published()
    tamper(given)
    given["root"] = recount.root_of(given["terms"], given["ballots"])
    given["result"] = recount.result_of(given["terms"], given["ballots"])
    assert any(told in fault for fault in recount.check(given))


def test_a_wrong_result_is_found() -> None:
    given = published()
    given["result"]["winners"] = [3, 1]
    assert recount.check(given)


def test_the_order_in_the_file_tells_nothing_and_changes_nothing() -> None:
    given = published()
    given["ballots"].reverse()
    assert recount.check(given) == []


@given(st.integers(1, 40))
@settings(max_examples=40, deadline=None)
def test_the_root_is_that_of_the_transparency_log_s_tree(leaves: int) -> None:
    """RFC 9162's own words: split at the largest power of two below the number of leaves."""
    ballots = [[f"{n:064x}", "", "", [1]] for n in range(leaves)]
    hashes = [recount.canonical({}), *(recount.line(b) for b in ballots)]

    def tree(part: list[bytes]) -> bytes:
        if len(part) == 1:
            return hashlib.sha256(b"\x00" + part[0]).digest()
        split = 1 << (len(part) - 1).bit_length() - 1
        return hashlib.sha256(b"\x01" + tree(part[:split]) + tree(part[split:])).digest()

    assert recount.root_of({}, ballots) == tree(hashes).hex()
