"""The addresses of one case, its steps, and the dispatch board."""

from django.urls import path

from commonward.doors.desk.views import (
    alarms,
    board,
    case,
    own_data,
    papers,
    publicity,
    sorting,
    steps,
)

CASE = "cases/<str:number>/"

case_patterns = [
    path("board/", board.board, name="board"),
    path("sort/", sorting.to_sort, name="sort"),
    path(f"{CASE}sort/", sorting.case_sort, name="case_sort"),
    path(CASE, case.case, name="case"),
    path(f"{CASE}steps/<str:verb>/", steps.step, name="step"),
    path(f"{CASE}tasks/<int:task>/<str:verb>/", steps.task_step, name="task_step"),
    path(f"{CASE}ask/<str:kind>/", steps.ask, name="ask"),
    path(f"{CASE}requests/<str:kind>/", steps.request_more, name="request"),
    path(f"{CASE}decisions/<int:approval>/", steps.decision, name="decide"),
    path(f"{CASE}kept/<int:data_request>/", own_data.data_request, name="data_request"),
    path(f"{CASE}split/", steps.split, name="split"),
    path(f"{CASE}call-back/<str:report>/", steps.call_back, name="call_back"),
    path(f"{CASE}reports/<str:report>/details/", case.contact, name="contact"),
    path(f"{CASE}danger/", steps.danger, name="danger"),
    path(f"{CASE}danger/seen/", alarms.danger_seen, name="danger_seen"),
    path("dangers/", alarms.dangers, name="dangers"),
    path(f"{CASE}danger/decided/", alarms.danger_decided, name="danger_decided"),
    path("read-first/", alarms.read_first, name="read_first"),
    path(f"{CASE}papers/file/", papers.file, name="paper_file"),
    path(f"{CASE}papers/receipt/<str:report>/", papers.receipt, name="paper_receipt"),
    path(f"{CASE}papers/order/<int:task>/", papers.order, name="paper_order"),
    path(f"{CASE}public/", publicity.publicity, name="publicity"),
    path(f"{CASE}public/<str:report>/", publicity.publicity, name="publicity_words"),
    path(f"{CASE}checked/", publicity.checked, name="checked"),
    path(f"{CASE}photos/", steps.photos, name="photos"),
    path(f"{CASE}photos/file/<path:name>", case.photo_file, name="photo_file"),
    path(f"{CASE}photos/look/<path:name>", case.photo, name="photo"),
]
