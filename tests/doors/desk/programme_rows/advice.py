"""Who opens the pages of advice."""

from tests.doors.desk.programme_rows.row import Row

OFFICER = "programme_officer"
ROWS = {
    "programme_advice": Row((OFFICER, "leader", "administrator")),
    "programme_advice_text": Row((OFFICER, "administrator"), {"code": "new"}),
}
