"""A site's time that may run at another speed than the world's: for demonstrations only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from commonward.core.refusals import N_, Invalid

SPEEDS = (0, 1, 60, 600)
"""How many seconds of the site's time pass in one real second; 0 is a pause."""


@dataclass(frozen=True, slots=True)
class SiteTime:
    """At the real moment `real` it is `site` on the site, and goes on at `speed`."""

    real: datetime
    site: datetime
    speed: int

    def at(self, real: datetime) -> datetime:
        """The site's time at a real moment; before `real` it stands still.

        >>> from datetime import UTC
        >>> noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
        >>> SiteTime(noon, noon, 60).at(noon + timedelta(seconds=2)).isoformat()
        '2026-01-01T12:02:00+00:00'
        """
        return self.site + max(timedelta(), real - self.real) * self.speed

    def changed(self, real: datetime, speed: int) -> "SiteTime":
        """From this real moment on at another speed, without a leap. Raises Invalid."""
        if speed not in SPEEDS:
            raise Invalid(
                N_("The clock runs at one of the speeds {known}, not {speed}."),
                field="speed",
                known=", ".join(str(known) for known in SPEEDS),
                speed=speed,
            )
        return SiteTime(max(real, self.real), self.at(real), speed)
