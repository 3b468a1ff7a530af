"""Seats and sheets: what is read, what is refused, how hours become slots, and what is proposed."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from commonward.core.plans.rostering.checking import check
from commonward.core.plans.rostering.model import OFF
from commonward.core.plans.rostering.planning import Effort, plan_in_parts
from commonward.core.plans.rostering.proposing import propose
from commonward.core.plans.rostering.seats import Ask, Seat, Task
from commonward.core.plans.rostering.sheets import (
    read_minima,
    read_seats,
    read_shifts,
    write_seats,
    write_shifts,
)
from commonward.core.refusals import Invalid

MONDAY = date(2026, 11, 30)
THREE = "day 07:00-15:00\nevening 15:00-23:00\nnight 23:00-07:00"


def task(cover: str, seats: int = 6, shifts: str = THREE, **asked: int | bool) -> Task:
    """Some seats of one team in area "A", two weeks from a Monday."""
    return Task(
        read_shifts(shifts),
        tuple(Seat("T", n, ("A", "top")) for n in range(1, seats + 1)),
        read_minima(cover),
        Ask(**asked),  # type: ignore[arg-type]
        14,
        0,
    )


def test_a_sheet_is_read_and_written_the_same() -> None:
    shifts = read_shifts(THREE)
    text = (
        "\ufeffteam,seat,area,members,skills,least,most,off,wishes\r\n"
        "p-1,1,430211,,first_aid height,3,9,2026-12-05 2026-12-06,2026-12-01:night:-2\r\n"
        "p-1,2,,,,,,,2026-12-03:day:+1;2026-12-04:*:-3\r\n"
        "v-9,,430212,14,,,,,\r\n"
    )
    seats = read_seats(text, shifts, MONDAY, 14, "430200")
    assert seats[0].skills == ("first_aid", "height") and seats[0].off == (5, 6)
    assert seats[0].wishes == ((1, 2, -2),) and seats[1].wishes == ((3, 0, 1), (4, -1, -3))
    assert [one.areas for one in seats] == [("430211",), ("430200",), ("430212",)]
    assert (seats[2].seat, seats[2].members) == (0, 14)
    assert read_seats(write_seats(seats, shifts, MONDAY), shifts, MONDAY, 14, "") == seats
    assert read_shifts(write_shifts(shifts)) == shifts


def test_every_row_that_cannot_be_read_is_named_with_its_columns() -> None:
    text = "team,seat,most,off\nT,1,3,\nT,x,99,2026-12-01\n,2,,2025-01-01\n"
    with pytest.raises(Invalid) as refused:
        read_seats(text, read_shifts(THREE), MONDAY, 14, "")
    assert refused.value.values["rows"] == "3 (seat, most); 4 (team, off)"


@pytest.mark.parametrize("column", ["name", "姓名", "phone"])
def test_a_sheet_with_people_in_it_is_refused(column: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_seats(f"team,seat,{column}\nT,1,x\n", read_shifts(THREE), MONDAY, 14, "")
    assert "never people" in str(refused.value) and refused.value.values["column"] == column


def test_a_seat_stands_in_a_sheet_once() -> None:
    with pytest.raises(Invalid, match="seat 1 twice"):
        read_seats("队,席\nT,1\nT,1\n", read_shifts(THREE), MONDAY, 14, "")


@pytest.mark.parametrize(
    ("shifts", "cover"),
    [("day 07:00", ""), ("day 07:05-15:00", ""), ("a 7:00-8:00\na 8:00-9:00", ""),
     (THREE, "* 07:00-23:00"), (THREE, "* 7-9 2"), (THREE, ""), (THREE, "* 07:00-09:00 1 x y")],
)  # fmt: skip
def test_lines_that_say_nothing_are_refused(shifts: str, cover: str) -> None:
    with pytest.raises(Invalid):
        read_minima(cover) if read_shifts(shifts) else None


def test_a_night_is_counted_whole_on_the_day_on_which_it_begins() -> None:
    made = task("* 22:00-06:00 2 sat\nA 07:00-15:00 1")
    assert made.turn == 7 * 60
    night = next(n for n, s in enumerate(made.slots) if s.kinds == (2,))
    assert made.slots[night].spans == ((23 * 60, 6 * 60),)
    assert made.need[:, night].tolist() == [0] * 5 + [2, 0] + [0] * 5 + [2, 0]
    assert [one.night for one in made.shifts] == [False, False, True]
    assert made.begin_of(2) == 23 * 60


def test_hours_that_two_kinds_cover_are_counted_by_both() -> None:
    made = task("* 07:00-19:00 1", shifts="early 06:00-14:00\nlate 12:00-20:00")
    kinds = {slot.spans: slot.kinds for slot in made.slots}
    assert kinds == {
        ((420, 720),): (0,), ((720, 840),): (0, 1), ((840, 1140),): (1,),
    }  # fmt: skip
    rows = np.full((6, 14), OFF)
    rows[0, 0], rows[1, 0] = 0, 1
    assert sorted(made.counted(rows)[0].tolist()) == [1, 1, 2]


def test_an_hour_without_any_kind_of_shift_is_refused() -> None:
    with pytest.raises(Invalid, match="From 03:00 to 04:00 there is no kind of shift"):
        task("* 03:00-04:00 1", shifts="day 07:00-15:00").rules()


def test_members_or_lines_are_counted_as_asked() -> None:
    made = task("* 07:00-15:00 5")
    whole = replace(made, seats=(Seat("V", 0, ("A",), members=12), *made.seats))
    assert whole.serves[:, 0].tolist() == [12, 1, 1, 1, 1, 1, 1]
    assert replace(whole, ask=Ask(members=False)).serves[0, 0] == 1
    elsewhere = replace(made, minima=read_minima("B 07:00-15:00 1"))
    assert not elsewhere.serves.any()


def test_a_task_survives_json() -> None:
    made = task("* 07:00-23:00 1\n* 07:00-15:00 1 first_aid sun", hold=False)
    assert Task.unpacked(json.loads(json.dumps(made.packed()))) == made


def test_a_roster_of_seats_keeps_rules_and_minima_and_its_mending_changes_few() -> None:
    made = task("* 07:00-23:00 1\n* 23:00-07:00 1", seats=7)
    rules = made.rules()
    found = plan_in_parts(rules, 1, Effort(turns=4, nodes=4))
    assert not check(rules, found.roster.tolist()).faults
    assert (made.counted(found.roster) >= made.need).all()
    gone = [4, 5, 6, 7]
    absent = int((found.roster[:, gone] != OFF).sum(axis=1).argmax())
    loose = made.rules(even=False)
    offered = propose(loose, found.roster, absent, gone, {})
    fewest, leave = offered[0], offered[-1]
    assert fewest.changes and not fewest.lacking and fewest.proven
    assert not leave.changes and leave.lacking
    mended = found.roster.copy()
    mended[absent, gone] = OFF
    for seat, day, was, now in fewest.changes:
        assert found.roster[seat, day] == was and seat != absent and day >= 4
        mended[seat, day] = now
    assert (made.counted(mended) >= made.need).all()
    assert all(f.team == absent for f in check(loose, mended.tolist()).faults)
    # The seat stays away when the next one falls out, though its row breaks its own rules now.
    other = next(s for s in range(7) if s != absent and (mended[s, gone] != OFF).any())
    for one in propose(loose, mended, other, gone, {absent: gone}):
        assert all(seat != absent or day not in gone for seat, day, _, _ in one.changes)


def test_a_wish_is_broken_where_it_was_not_granted() -> None:
    made = task("* 07:00-15:00 1")
    seat = replace(made.seats[0], wishes=((0, 0, 2), (1, 2, -1), (2, -1, -3)))
    made = replace(made, seats=(seat, *made.seats[1:]))
    rows = np.full((6, 14), OFF)
    assert made.broken_wishes(rows) == [(0, 0, 0, 2)]
    rows[0, :3] = (0, 2, 1)
    assert made.broken_wishes(rows) == [(0, 1, 2, -1), (0, 2, -1, -3)]
