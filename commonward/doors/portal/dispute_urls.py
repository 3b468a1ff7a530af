"""The addresses of mediation on the portal; what stands after my/ is a secret of one party.

Each subject adds its own lines.
"""

from django.urls import path

from commonward.doors.portal.views.disputes import (
    agreement,
    explorer,
    grade,
    mediator,
    mine,
    needs,
    offers,
    papers,
    performance,
    registering,
    sessions,
)

MINE = "disputes/my/<str:key>/"

dispute_patterns = [
    path("disputes/", explorer.explorer, name="explorer"),
    path("disputes/letter/<slug:letter>/", explorer.letter, name="explorer_letter"),
    path("disputes/register/", registering.register, name="dispute_register"),
    path("disputes/follow/", mine.follow, name="dispute_follow"),
    path("disputes/calendar/<str:key>.ics", sessions.calendar, name="dispute_calendar"),
    path(f"{MINE}mediator/", mediator.mediator, name="dispute_mediator"),
    path(f"{MINE}needs/", needs.needs, name="dispute_needs"),
    path(f"{MINE}sessions/", sessions.sessions, name="dispute_sessions"),
    path(f"{MINE}kept/", registering.kept, name="dispute_kept"),
    path(MINE, mine.mine, name="dispute_mine"),
    path(f"{MINE}answer/", mine.answer, name="dispute_answer"),
    path(f"{MINE}bring/", mine.bring, name="dispute_bring"),
    path(f"{MINE}grade/", grade.grade, name="dispute_grade"),
    path(f"{MINE}holds/", grade.holds, name="dispute_holds"),
    path(f"{MINE}agreement/", agreement.agreement, name="dispute_agreement"),
    path(f"{MINE}performance/", performance.performance, name="dispute_performance"),
    path(f"{MINE}offers/", offers.offers, name="dispute_offers"),
    path(f"{MINE}papers/", papers.papers, name="dispute_papers"),
    path(f"{MINE}papers/scans/<int:paper>/", papers.scanned, name="dispute_scan"),
    path(f"{MINE}papers/<slug:code>/<int:which>/", papers.paper, name="dispute_paper"),
]
