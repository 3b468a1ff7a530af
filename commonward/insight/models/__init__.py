"""The tables of the room; a file per subject."""

from commonward.insight.models.books import FigureBook
from commonward.insight.models.forecasts import Forecast, StaffingTerms
from commonward.insight.models.hot import HotAct, HotIssue, HotMember, HotRun
from commonward.insight.models.hotspots import HotspotRun
from commonward.insight.models.releases import Release

__all__ = [
    "FigureBook",
    "Forecast",
    "HotAct",
    "HotIssue",
    "HotMember",
    "HotRun",
    "HotspotRun",
    "Release",
    "StaffingTerms",
]
