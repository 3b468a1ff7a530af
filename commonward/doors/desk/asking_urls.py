"""The addresses of questions to reporters."""

from django.urls import path

from commonward.doors.desk.views import asking

_CASE = "cases/<str:number>/questions/"

asking_patterns = [
    path(f"{_CASE}ask/", asking.ask, name="question_ask"),
    path(f"{_CASE}<int:question>/answer/", asking.answer, name="question_answer"),
    path(f"{_CASE}<int:question>/withdraw/", asking.withdraw, name="question_withdraw"),
]
