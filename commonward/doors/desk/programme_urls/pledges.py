"""The desk's addresses of pledges and alliances."""

from django.urls import URLPattern, path

from commonward.doors.desk.views.programmes import pledge_import, pledge_page, pledges

_ONE = "programmes/pledges/<slug:code>/"

patterns: list[URLPattern] = [
    path("programmes/pledges/", pledges.pledges, name="programme_pledges"),
    path("programmes/pledges/new/", pledges.pledge_new, name="programme_pledge_new"),
    path("programmes/pledges/units/", pledges.pledge_units, name="programme_pledge_units"),
    path("programmes/pledges/units/<int:unit>/", pledges.pledge_unit, name="programme_pledge_unit"),
    path(_ONE, pledge_page.pledge, name="programme_pledge"),
    path(f"{_ONE}edit/", pledges.pledge_edit, name="programme_pledge_edit"),
    path(f"{_ONE}import/", pledge_import.pledge_import, name="programme_pledge_import"),
    path(f"{_ONE}pool/", pledge_page.pledge_pool, name="programme_pledge_pool"),
    path(f"{_ONE}meetings/", pledge_page.pledge_meetings, name="programme_pledge_meetings"),
    path(
        f"{_ONE}meetings/<int:meeting>/",
        pledge_page.pledge_minutes,
        name="programme_pledge_minutes",
    ),
]
