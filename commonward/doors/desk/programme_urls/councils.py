"""The desk's addresses of councils, proposals and votes."""

from django.urls import URLPattern, path

from commonward.doors.desk.views.programmes.councils import proposals, sitting, votes

patterns: list[URLPattern] = [
    path("programmes/councils/", sitting.programme_councils, name="programme_councils"),
    path(
        "programmes/councils/proposals/", proposals.programme_proposals, name="programme_proposals"
    ),
    path(
        "programmes/councils/proposals/<str:number>/",
        proposals.programme_proposal,
        name="programme_proposal",
    ),
    path("programmes/councils/votes/", votes.programme_votes, name="programme_votes"),
    path("programmes/councils/votes/<str:number>/", votes.programme_vote, name="programme_vote"),
    path(
        "programmes/councils/votes/<str:number>/letters/",
        votes.programme_letters,
        name="programme_letters",
    ),
    path(
        "programmes/councils/consultations/",
        sitting.programme_consultations,
        name="programme_consultations",
    ),
    path(
        "programmes/councils/consultations/<slug:code>/",
        sitting.programme_consultation,
        name="programme_consultation",
    ),
    path("programmes/councils/<slug:code>/", sitting.programme_council, name="programme_council"),
]
