"""The desk's addresses of courses, drills and surveys of staff."""

from django.urls import URLPattern, path

from commonward.doors.desk.views.programmes import course_import, drills, learning, wellbeing

_HERE = "programmes/learning/"

patterns: list[URLPattern] = [
    path(_HERE, learning.own, name="programme_learning"),
    path(f"{_HERE}due/", learning.due, name="programme_learning_due"),
    path(f"{_HERE}import/", course_import.course_import, name="programme_course_import"),
    path(f"{_HERE}courses/", learning.courses, name="programme_courses"),
    path(f"{_HERE}courses/<slug:course>/", learning.course, name="programme_course"),
    path(f"{_HERE}sessions/<int:sitting>/", learning.sitting, name="programme_sitting"),
    path(f"{_HERE}drills/", drills.drills, name="programme_drills"),
    path(f"{_HERE}drills/new/", drills.drill_new, name="programme_drill_new"),
    path(f"{_HERE}drills/<slug:drill>/", drills.drill, name="programme_drill"),
    path(f"{_HERE}surveys/", wellbeing.staff_surveys, name="programme_staff_surveys"),
    path(f"{_HERE}surveys/<slug:staff>/", wellbeing.staff_survey, name="programme_staff_survey"),
]
