"""The desk's addresses of surveys."""

from django.urls import URLPattern, path

from commonward.doors.desk.views.programmes.surveys import asking, keeping

_ONE = "programmes/surveys/<slug:code>/"

patterns: list[URLPattern] = [
    path("programmes/surveys/", keeping.surveys, name="programme_surveys"),
    path("programmes/surveys/new/", keeping.survey_new, name="programme_survey_new"),
    path(_ONE, keeping.survey, name="programme_survey"),
    path(f"{_ONE}edit/", keeping.survey_edit, name="programme_survey_edit"),
    path(f"{_ONE}plan/", keeping.survey_plan, name="programme_survey_plan"),
    path(f"{_ONE}numbers/", asking.survey_numbers, name="programme_survey_numbers"),
    path(f"{_ONE}calls/", asking.survey_calls, name="programme_survey_calls"),
    path(f"{_ONE}links/", asking.survey_links, name="programme_survey_links"),
    path(f"{_ONE}paper/", asking.survey_paper, name="programme_survey_paper"),
    path(f"{_ONE}type/", asking.survey_type, name="programme_survey_type"),
    path(f"{_ONE}results/", asking.survey_results, name="programme_survey_results"),
]
