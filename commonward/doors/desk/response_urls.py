"""The addresses of urgent help at the desk."""

from django.urls import path

from commonward.doors.desk.views.admin import response as administration
from commonward.doors.desk.views.response import (
    banks,
    board,
    centres,
    duty,
    incident,
    payments,
    place,
    support,
    unit,
)

INCIDENT = "response/incidents/<str:number>/"

response_patterns = [
    path("response/", board.incidents, name="incidents"),
    path("response/call/", board.call, name="incident_call"),
    path("response/unit/", unit.own, name="unit_own"),
    path("response/duty/", duty.on_and_off, name="duty"),
    path("response/unit/place/", place.position, name="unit_position"),
    path("response/centres/", centres.centre_box, name="centre_box"),
    path("response/centres/<str:number>.json", centres.centre_package, name="centre_package"),
    path("response/payments/", payments.payment_list, name="payments"),
    path("response/payments/new/", payments.payment_new, name="payment_new"),
    path("response/payments/box/", banks.payment_box, name="payment_box"),
    path("response/payments/<str:number>/", payments.payment, name="payment"),
    path("response/support/<str:number>/", support.payment_support, name="payment_support"),
    path(
        "response/support/<str:number>/<slug:letter>/",
        support.support_letter,
        name="payment_letter",
    ),
    path(INCIDENT, incident.incident, name="incident"),
    path(f"{INCIDENT}assembly/", incident.assembly, name="incident_assembly"),
    path(f"{INCIDENT}report/", incident.report, name="incident_report"),
    path("admin/units/", administration.units, name="admin_units"),
    path("admin/units/<str:code>/", administration.unit, name="admin_unit"),
    path("admin/banks/", banks.banks, name="admin_banks"),
    path("admin/cards/", administration.question_cards, name="admin_cards"),
]
