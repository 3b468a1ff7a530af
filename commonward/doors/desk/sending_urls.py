"""The addresses of all open needs together, and of the rules of sending."""

from django.urls import path

from commonward.doors.desk.views.admin import sending
from commonward.doors.desk.views.response import together

sending_patterns = [
    path("response/together/", together.together, name="incidents_together"),
    path("admin/sending/", sending.sending_rules, name="admin_sending"),
]
