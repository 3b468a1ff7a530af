"""`./dev test faults [NAME …] [--rounds N]`: break things on purpose, one row for each."""

import argparse
import sys
import time
import traceback
from collections.abc import Callable

from faults import clocking, cutting, failing_over, filling, killing, recovering
from faults.installation import Broken
from faults.outcome import Outcome, Skipped

FAULTS: dict[str, tuple[Callable[[Outcome, int], None], int]] = {
    "sqlite": (killing.sqlite, 200),
    "postgresql": (killing.postgresql, 40),
    "patroni": (failing_over.patroni, 20),
    "disk": (filling.full_sqlite, 2),
    "disk-postgresql": (filling.full_postgresql, 2),
    "photos": (filling.photos, 4),
    "clock": (clocking.clock, 1),
    "network": (cutting.network, 3),
    "recovery": (recovering.recovery, 10),
}
"""By name: what is done, and how often unless --rounds says otherwise."""


def main(arguments: list[str]) -> int:
    """1 where the site did not keep its word; what cannot be tried here is said and no failure."""
    asked = argparse.ArgumentParser(prog="./dev test faults")
    asked.add_argument("names", nargs="*", choices=[[], *FAULTS], metavar="NAME")
    asked.add_argument("--rounds", type=int, default=None)
    given = asked.parse_args(arguments)
    rows, failed = [], False
    for name in given.names or FAULTS:
        what, rounds = FAULTS[name]
        told = Outcome(name)
        print(f"\n── {name}: {what.__doc__}", flush=True)
        try:
            what(told, given.rounds or rounds)
        except Skipped as why:
            print(f"SKIPPED: {why}", flush=True)
            rows.append(f"| {name} | not tried: {why} | – | – |")
            continue
        except Broken as why:
            told.wrong.append(str(why))
        except Exception:
            told.wrong.append(traceback.format_exc())
        for one in told.wrong[:40]:
            print(f"   WRONG: {one}", flush=True)
        failed = failed or bool(told.wrong)
        rows.append(told.row())
    print("\n| fault | what was measured | word | took |", "|---|---|---|---|", *rows, sep="\n")
    print(f"{time.strftime('%Y-%m-%d %H:%M')}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
