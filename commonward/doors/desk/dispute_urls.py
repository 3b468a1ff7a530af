"""The addresses of mediation at the desk; each subject adds its own lines."""

from django.urls import path

from commonward.doors.desk.views.disputes import (
    agreement,
    explorer,
    figures,
    grading,
    listed,
    offers,
    one,
    papers,
    performance,
    places,
    registering,
    steps,
    terms,
)

DISPUTE = "disputes/<str:number>/"

dispute_patterns = [
    path("disputes/", listed.disputes, name="disputes"),
    path("disputes/explorer/", explorer.explorer, name="explorer"),
    path("disputes/explorer/<slug:letter>/", explorer.letter, name="explorer_letter"),
    path("disputes/places/", places.places, name="dispute_places"),
    path("disputes/new/", registering.new, name="dispute_new"),
    path("disputes/forms/", papers.forms, name="dispute_forms"),
    path("disputes/forms/<slug:code>/", papers.form, name="dispute_form"),
    path("disputes/figures/", figures.dispute_figures, name="dispute_figures"),
    path("disputes/figures.csv", figures.dispute_return, name="dispute_return"),
    path("disputes/owed/", terms.disputes_owed, name="disputes_owed"),
    path(DISPUTE, one.dispute, name="dispute"),
    path(f"{DISPUTE}steps/<slug:verb>/", steps.step, name="dispute_step"),
    path(f"{DISPUTE}grade/", grading.grade, name="dispute_grade"),
    path(f"{DISPUTE}terms/", terms.terms, name="dispute_terms"),
    path(f"{DISPUTE}sides/", steps.sides, name="dispute_sides"),
    path(f"{DISPUTE}papers/", papers.papers, name="dispute_papers"),
    path(f"{DISPUTE}papers/scans/<int:paper>/", papers.scanned, name="dispute_scan"),
    path(f"{DISPUTE}papers/<slug:code>/<int:which>/", papers.paper, name="dispute_paper"),
    path(f"{DISPUTE}performance/", performance.performance, name="dispute_performance"),
    path(f"{DISPUTE}agreement/", agreement.agreement, name="dispute_agreement"),
    path(f"{DISPUTE}agreement/check/", agreement.check, name="dispute_agreement_check"),
    path(f"{DISPUTE}offers/", offers.offers, name="dispute_offers"),
]
