"""Counted time as sorted windows of instants, tabulated year by year when first needed.

One look-up costs two bisections, however far apart the moments are: each year keeps the seconds
counted before each of its windows.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable

from commonward.core.calendars.instants import YEAR_STARTS

_YEARS = len(YEAR_STARTS) - 1
# Windows (from, to) of counted instants inside [start, end), in order.
WindowsOf = Callable[[int, int], Iterable[tuple[int, int]]]


class _Year:
    """The windows of one year: `starts`, `ends`, and the seconds counted by each end."""

    __slots__ = ("counted", "ends", "starts", "total")

    def __init__(self, windows: Iterable[tuple[int, int]]) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.counted: list[int] = []
        self.total = 0
        for start, end in windows:
            self.total += end - start
            if self.ends and self.ends[-1] == start:
                self.ends[-1] = end
                self.counted[-1] = self.total
            else:
                self.starts.append(start)
                self.ends.append(end)
                self.counted.append(self.total)

    def before(self, instant: int) -> int:
        """Seconds of this year counted before the instant."""
        i = bisect_right(self.starts, instant) - 1
        if i < 0:
            return 0
        return self.counted[i] - max(0, self.ends[i] - instant)

    def reach(self, seconds: int) -> int:
        """The earliest instant before which so many seconds (1 to total) are counted."""
        i = bisect_left(self.counted, seconds)
        return self.ends[i] - (self.counted[i] - seconds)


class Track:
    """Some of all seconds count."""

    __slots__ = ("_windows_of", "_years")

    def __init__(self, windows_of: WindowsOf) -> None:
        self._windows_of = windows_of
        self._years: list[_Year | None] = [None] * _YEARS

    def measure(self, start: int, end: int) -> int:
        """Seconds counted in `[start, end)`; 0 where the end is not after the start."""
        if end <= start:
            return 0
        first = bisect_right(YEAR_STARTS, start) - 1
        last = bisect_right(YEAR_STARTS, end) - 1
        counted = self._year(last).before(end) - self._year(first).before(start)
        for i in range(first, last):
            counted += self._year(i).total
        return counted

    def reach(self, start: int, seconds: int) -> int | None:
        """The earliest instant from `start` on by which `seconds` are counted, if there is one."""
        if seconds <= 0:
            return start
        i = bisect_right(YEAR_STARTS, start) - 1
        year = self._year(i)
        seconds += year.before(start)
        while seconds > year.total:
            seconds -= year.total
            i += 1
            if i == _YEARS:
                return None
            year = self._year(i)
        return year.reach(seconds)

    def _year(self, i: int) -> _Year:
        year = self._years[i]
        if year is None:
            # Two threads may both make it; they make the same.
            year = self._years[i] = _Year(self._windows_of(YEAR_STARTS[i], YEAR_STARTS[i + 1]))
        return year


class Always:
    """Every second counts."""

    __slots__ = ()

    def measure(self, start: int, end: int) -> int:
        """Seconds in `[start, end)`; 0 where the end is not after the start."""
        return max(0, end - start)

    def reach(self, start: int, seconds: int) -> int | None:
        """The instant so many seconds after `start`."""
        reached = start + max(0, seconds)
        return reached if reached < YEAR_STARTS[-1] else None
