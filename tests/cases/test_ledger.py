"""The log of what happened, from the record to the receipt."""

import json
from datetime import timedelta
from pathlib import Path

from commonward.cases.actions.sequencing import sequence
from commonward.cases.queries.ledger import receipt_of, state
from commonward.core.ledger.notes import Verifier
from commonward.core.ledger.receipts import verify
from tests.district import AT, District


def test_a_report_is_proven_by_its_receipt(here: District, log: Path) -> None:
    report = here.report(words="rubbish by the gate")
    assert receipt_of(report.pk, AT).receipt is None
    assert sequence() == 1
    found = receipt_of(report.pk, AT + timedelta(minutes=1))
    assert found.complete
    (told,) = verify(json.dumps(found.receipt), [Verifier.read(state().keys[0].verifier)])
    assert told.facts["case"] == report.case.number
    assert told.opened["told"] == "rubbish by the gate"
    assert told.opened["report"] == report.number
