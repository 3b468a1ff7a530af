"""The addresses of the call intake, the callbacks, and the words that officers use."""

from django.urls import path

from commonward.doors.desk.views import answers, answers_kept, callbacks, intake, telephone, texts

intake_patterns = [
    path("intake/", intake.intake, name="intake"),
    path("intake/beside/", intake.intake_beside, name="intake_beside"),
    path("lines/", telephone.telephone, name="telephone"),
    path("lines/mine/", telephone.telephone_mine, name="telephone_mine"),
    path("callbacks/", callbacks.callback_list, name="callbacks"),
    path("callbacks/<str:number>/", callbacks.callback, name="callback"),
    path("texts/", texts.texts, name="texts"),
    path("texts/new/", texts.add, name="text_add"),
    path("texts/<int:text>/", texts.text, name="text"),
    path("answers/", answers.answers, name="answers"),
    path("answers/new/", answers.add, name="answer_add"),
    path("answers/kept/", answers_kept.kept, name="answers_kept"),
    path("answers/gaps/", answers_kept.unanswered, name="answer_gaps"),
    path("answers/file/", answers_kept.file, name="answers_file"),
    path("answers/import/", answers_kept.bring, name="answers_import"),
    path("answers/<int:answer>/", answers.answer, name="answer"),
]
