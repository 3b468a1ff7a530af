"""Every operation of the API × every standing person's key × cases in and out of reach, by the table."""

from commonward.core.rights import SYSTEM
from commonward.people.actions import issue_key
from commonward.people.queries import KEY_RIGHTS, now
from tests.rights.asking import met, quiet
from tests.rights.calling import OFTEN, OPERATIONS, Keys, call
from tests.rights.checking import Check, held_against, http_checks, told
from tests.rights.table import expected, rows
from tests.rights.things import Things
from tests.rights.town import Town

ROWS = rows("api")
OWN_RIGHT = {
    "calls": ("tell_call", "read_call_status"),
    "positions": ("report_unit_positions",),
    "payment_stops": ("list_payment_stops", "answer_payment_stop"),
}
"""Right of a key → the operations that it opens, and no other right does."""
HOLDERS = ("read_proof",)
"""Opened by what a reporter holds, and by no key."""


def test_every_operation_says_who_may_call_it() -> None:
    assert set(OPERATIONS) - set(ROWS) == set(), "say in tests/rights/table/api.toml who may"
    assert set(ROWS) - set(OPERATIONS) == set(), "these are no operations"


def test_each_key_opens_what_the_table_says(town: Town, things: Things) -> None:
    keys = Keys(town)

    def answered(check: Check) -> str:
        return met(call(town, things, check, keys.of(check.person.login)))

    mine = {name: row for name, row in ROWS.items() if name not in HOLDERS}
    with quiet():
        count, wrong = held_against(
            http_checks(mine, things, "get"),
            answered,
            lambda c: expected(c.row, c.person, "get", c.thing),
        )
    assert not wrong, told(wrong)
    assert count > 600, count


def test_a_key_opens_what_its_own_right_is_for_and_nothing_else(town: Town, things: Things) -> None:
    wrong = []
    for right in KEY_RIGHTS:
        # Whoever keeps the list of accounts acts with nobody's grants.
        account = None if right == "scim" else town.accounts["leader-everywhere"]
        _, secret = issue_key(SYSTEM, right, [right], at=now(), account=account, per_minute=OFTEN)
        opens = set(OWN_RIGHT.get(right, ()))
        with quiet():
            for row in ROWS.values():
                check = next(iter(http_checks({row.name: row}, things, "get")))
                answer = call(town, things, check, secret)
                code = answer.json().get("code", "") if answer.status_code in (401, 403) else ""
                let_in = code not in ("key", "right", "secret")
                ours = row.posts and right == "api"
                if not ours and let_in != (row.name in opens):
                    wrong.append(f"{right}: {row.name} {answer.status_code} {code}")
    assert wrong == []
