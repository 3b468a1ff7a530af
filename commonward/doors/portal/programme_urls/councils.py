"""The portal's addresses of councils, proposals and votes."""

from django.urls import URLPattern, path

from commonward.doors.portal.views.programmes.councils import consulting, proposals, votes

patterns: list[URLPattern] = [
    path("together/proposals/", proposals.proposals, name="proposals"),
    path("together/proposals/new/", proposals.proposal_new, name="proposal_new"),
    path("together/proposals/<str:number>/", proposals.proposal, name="proposal"),
    path(
        "together/proposals/<str:number>/sent/", proposals.proposal_thanks, name="proposal_thanks"
    ),
    path(
        "together/proposals/<str:number>/support/",
        proposals.proposal_support,
        name="proposal_support",
    ),
    path("together/proposals/<str:number>/say/", proposals.proposal_say, name="proposal_say"),
    path(
        "together/proposals/<str:number>/say/<int:comment>/appeal/",
        proposals.proposal_appeal,
        name="proposal_appeal",
    ),
    path("together/votes/", votes.votes, name="votes"),
    path("together/votes/recount.py", votes.vote_recount, name="vote_recount"),
    path("together/votes/<str:number>/", votes.vote, name="vote"),
    path("together/votes/<str:number>/right/", votes.vote_right, name="vote_right"),
    path("together/votes/<str:number>/cast/", votes.vote_cast, name="vote_cast"),
    path("together/votes/<str:number>/thanks/", votes.vote_thanks, name="vote_thanks"),
    path("together/votes/<str:number>/ballots.json", votes.vote_list, name="vote_list"),
    path("together/consultations/", consulting.consultation_list, name="consultations"),
    path("together/consultations/<slug:code>/", consulting.consultation, name="consultation"),
    path("together/councils/", consulting.councils, name="councils"),
    path("together/councils/<slug:code>/", consulting.council, name="council"),
]
