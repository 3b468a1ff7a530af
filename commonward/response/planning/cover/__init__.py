"""Where units should stand (布点方案), from the places and times of past calls.

The run knows counts of calls by cell and their moments: no case, no caller, no word of either.
"""

from commonward.response.planning.cover.checking import checked
from commonward.response.planning.cover.gathering import gathered
from commonward.response.planning.cover.running import planned

__all__ = ["checked", "gathered", "planned"]
