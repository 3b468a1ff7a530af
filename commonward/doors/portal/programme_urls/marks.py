"""The portal's addresses of marks of quality."""

from django.urls import URLPattern, path

from commonward.doors.portal.views.programmes import marks

patterns: list[URLPattern] = [
    path("together/marks/", marks.marks, name="marks"),
    path("together/marks/criteria/", marks.mark_criteria, name="mark_criteria"),
    path("together/marks/<str:number>/", marks.mark, name="mark"),
]
