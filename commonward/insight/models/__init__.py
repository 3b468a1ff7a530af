"""The tables of the room; a file per subject."""

from commonward.insight.models.forecasts import Forecast, StaffingTerms

__all__ = ["Forecast", "StaffingTerms"]
