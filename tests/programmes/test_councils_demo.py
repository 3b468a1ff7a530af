"""The demonstration's councils, on a small district: each stage is there, and it stays cheap."""

import json
from datetime import timedelta

from django.core.management import call_command

from commonward.core.ballots import recount
from commonward.core.rights import SYSTEM
from commonward.doors.demo.programmes import councils as demo
from commonward.people import actions as people
from commonward.programmes.models import Council, Proposal, Vote
from tests.district import SINCE, District


def test_each_stage_has_its_proposal_and_the_closed_vote_can_be_counted_again(
    district: District,
) -> None:
    for login, role in (("demo-programmes", "programme_officer"), ("demo-leader", "leader")):
        account = people.add_account(SYSTEM, login, login, at=SINCE).pk
        people.grant(SYSTEM, account, role, at=SINCE)
    made = demo.live(district.at - timedelta(days=8), district.at)
    assert made == Council.objects.count() + Proposal.objects.count() + Vote.objects.count() + 2
    stages = set(Proposal.objects.values_list("case__stage", flat=True))
    assert stages == {*demo._STAGES, "merged"}
    closed = Vote.objects.get(case__stage="published")
    assert recount.check(json.loads(closed.published), closed.root) == []
    assert demo.pages("portal:vote")
    assert call_command("votes", "mix") is None
