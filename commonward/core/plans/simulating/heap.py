"""A heap of moments for numba: who is next."""

from commonward.core.plans.simulating.bare import bare
from commonward.core.plans.simulating.calls import Floats, Whole


@bare
def push(when: Floats, who: Whole, size: Whole, moment: float, one: int) -> None:
    """Add a moment; `size` (1) counts what the heap holds. Equal moments: the lower `one` first."""
    place = size[0]
    size[0] += 1
    while place > 0:
        above = (place - 1) // 2
        if when[above] < moment or (when[above] == moment and who[above] <= one):
            break
        when[place], who[place] = when[above], who[above]
        place = above
    when[place], who[place] = moment, one


@bare
def pop(when: Floats, who: Whole, size: Whole) -> int:
    """Take the first away and return whose it was."""
    first = who[0]
    size[0] -= 1
    many = size[0]
    moment, one = when[many], who[many]
    place = 0
    while True:
        below = 2 * place + 1
        if below >= many:
            break
        other = below + 1
        if other < many and (
            when[other] < when[below] or (when[other] == when[below] and who[other] < who[below])
        ):
            below = other
        if moment < when[below] or (moment == when[below] and one <= who[below]):
            break
        when[place], who[place] = when[below], who[below]
        place = below
    when[place], who[place] = moment, one
    return int(first)
