"""The desk's addresses of marks of quality."""

from django.urls import URLPattern, path

from commonward.doors.desk.views.programmes import mark_kinds, marks

patterns: list[URLPattern] = [
    path("programmes/marks/", marks.marks, name="programme_marks"),
    path("programmes/marks/new/", marks.mark_new, name="programme_mark_new"),
    path("programmes/marks/kinds/", mark_kinds.mark_kinds, name="programme_mark_kinds"),
    path("programmes/marks/kinds/new/", mark_kinds.mark_kind_new, name="programme_mark_kind_new"),
    path(
        "programmes/marks/kinds/<slug:kind>/", mark_kinds.mark_kind, name="programme_mark_kind"
    ),
    path("programmes/marks/<str:number>/", marks.mark, name="programme_mark"),
]  # fmt: skip
