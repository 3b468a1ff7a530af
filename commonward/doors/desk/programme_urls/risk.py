"""The desk's addresses of reviews of risk."""

from django.urls import URLPattern, path

from commonward.doors.desk.views.programmes import risk, risk_parts

patterns: list[URLPattern] = [
    path("programmes/risk/", risk.reviews, name="programme_risks"),
    path("programmes/risk/new/", risk.review_new, name="programme_risk_new"),
    path("programmes/risk/days/", risk.days, name="programme_risk_days"),
    path("programmes/risk/<str:review>/", risk.review, name="programme_risk"),
    path("programmes/risk/<str:review>/facts/", risk_parts.facts, name="programme_risk_facts"),
    path(
        "programmes/risk/<str:review>/questions/",
        risk_parts.questions,
        name="programme_risk_questions",
    ),
    path(
        "programmes/risk/<str:review>/hearing/", risk_parts.hearings, name="programme_risk_hearing"
    ),
    path(
        "programmes/risk/<str:review>/experts/", risk_parts.experts, name="programme_risk_experts"
    ),
    path("programmes/risk/<str:review>/risks/", risk_parts.items, name="programme_risk_items"),
    path("programmes/risk/<str:review>/decide/", risk_parts.decide, name="programme_risk_decide"),
    path(
        "programmes/risk/<str:review>/conditions/",
        risk_parts.conditions,
        name="programme_risk_conditions",
    ),
    path("programmes/risk/<str:review>/hidden/", risk_parts.hidden, name="programme_risk_hidden"),
    path("programmes/risk/<str:review>/report.pdf", risk.report, name="programme_risk_report"),
]
