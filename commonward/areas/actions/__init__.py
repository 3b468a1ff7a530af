"""Every change to the tree of areas, its outlines, calendars and who answers."""

from commonward.areas.actions.answering import end_rule, set_rule
from commonward.areas.actions.bordering import (
    close_area,
    draw_area,
    merge_areas,
    redraw_area,
    rename_area,
    split_area,
)
from commonward.areas.actions.calendars import (
    CalendarPlan,
    YearChange,
    import_calendar,
    set_office_hours,
)
from commonward.areas.actions.drawing import add_area, end_area, redraw, use_calendar
from commonward.areas.actions.growing import Growth, grow_district, grow_grids
from commonward.areas.actions.importing import import_areas
from commonward.areas.actions.revisions import bump
from commonward.areas.actions.telling import end_news, publish_news

__all__ = [
    "CalendarPlan",
    "Growth",
    "YearChange",
    "add_area",
    "bump",
    "close_area",
    "draw_area",
    "end_area",
    "end_news",
    "end_rule",
    "grow_district",
    "grow_grids",
    "import_areas",
    "import_calendar",
    "merge_areas",
    "publish_news",
    "redraw",
    "redraw_area",
    "rename_area",
    "set_office_hours",
    "set_rule",
    "split_area",
    "use_calendar",
]
