"""The addresses of the call intake, the callbacks, and the words that officers use."""

from django.urls import path

from commonward.doors.desk.views import answers, callbacks, intake, texts

intake_patterns = [
    path("intake/", intake.intake, name="intake"),
    path("intake/beside/", intake.intake_beside, name="intake_beside"),
    path("callbacks/", callbacks.callback_list, name="callbacks"),
    path("callbacks/<str:number>/", callbacks.callback, name="callback"),
    path("texts/", texts.texts, name="texts"),
    path("texts/new/", texts.add, name="text_add"),
    path("texts/<int:text>/", texts.text, name="text"),
    path("answers/", answers.answers, name="answers"),
    path("answers/new/", answers.add, name="answer_add"),
    path("answers/<int:answer>/", answers.answer, name="answer"),
]
