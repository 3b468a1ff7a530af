"""The addresses of the outbox: what waits, what was given up, and the words of messages."""

from django.urls import path

from commonward.doors.desk.views.admin import letters, outbox

outbox_patterns = [
    path("admin/outbox/", outbox.outbox, name="admin_outbox"),
    path("admin/letters/", letters.letter_texts, name="admin_letters"),
    path("admin/letters/<str:use>/<slug:length>/", letters.letter_text, name="admin_letter"),
]
