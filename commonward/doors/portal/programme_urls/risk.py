"""The portal's addresses of reviews of risk."""

from django.urls import URLPattern, path, re_path

from commonward.doors.portal.views.programmes import risk

patterns: list[URLPattern] = [
    path("together/risk/", risk.risks, name="risks"),
    re_path(r"^together/risk/reviews\.(?P<form>csv|json)$", risk.risks_file, name="risks_file"),
    path("together/risk/follow/", risk.risk_follow, name="risk_follow"),
    path("together/risk/answers/<slug:key>/", risk.risk_question, name="risk_question"),
    path("together/risk/places/<slug:key>/", risk.risk_seat, name="risk_seat"),
    path("together/risk/<str:review>/", risk.risk, name="risk"),
    path("together/risk/<str:review>/ask/", risk.risk_ask, name="risk_ask"),
    path(
        "together/risk/<str:review>/hearing/<int:hearing_id>/",
        risk.risk_hearing,
        name="risk_hearing",
    ),
    path("together/risk/<str:review>/object/<int:mask>/", risk.risk_object, name="risk_object"),
    path("together/risk/<str:review>/report.pdf", risk.risk_report, name="risk_report"),
]
