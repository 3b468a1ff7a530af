"""The portal's addresses of surveys."""

from django.urls import URLPattern, path

from commonward.doors.portal.views.programmes import surveys

_ONE = "together/surveys/<slug:code>/"

patterns: list[URLPattern] = [
    path("together/surveys/", surveys.surveys, name="surveys"),
    path(_ONE, surveys.survey, name="survey"),
    path(f"{_ONE}answer/", surveys.survey_answer, name="survey_answer"),
    path(f"{_ONE}counter/<str:key>/", surveys.survey_counter, name="survey_counter"),
    path(f"{_ONE}thanks/", surveys.survey_thanks, name="survey_thanks"),
    path(f"{_ONE}file/", surveys.survey_file, name="survey_file"),
]
