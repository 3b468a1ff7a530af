"""Volumes to come (来件预测): per area, category and hour for 14 days, with intervals, and honestly
tested against the same hour last week. It plans desks and rosters; it never speaks of persons.

`making.made` forecasts and tests; `outlook.Outlook` is what is kept; `staffing` turns hours into
officers. docs/models/forecast.md has the formulas, the papers and the measured tests.
"""
