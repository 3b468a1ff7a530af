"""A bare site gets its first people, teams, rules and keys by command."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from commonward.areas.queries import revisions
from commonward.areas.queries.answering import answering_for
from commonward.people.queries import account_by_login, actor_for, key_for


def people(*words: str) -> str:
    """What the command says."""
    said = StringIO()
    with translation.override("en"):
        call_command("people", *words, stdout=said)
    return said.getvalue().strip()


@pytest.mark.django_db
def test_from_nothing_to_a_team_that_answers_and_a_key_that_opens() -> None:
    call_command("procedures", "shipped", stdout=StringIO())
    people("account", "zhou", "周宁")
    people("grant", "zhou", "intake_officer")
    people("team", "intake", "受理席", "--kind", "centre")
    people("join", "zhou", "intake")
    assert "no. 1" in people("rule", "intake everywhere", "intake", "intake")
    secret = people("key", "zhou", "api", "--login", "zhou")
    now = timezone.now()
    holder = key_for(secret, now)
    assert holder is not None
    assert holder.may("api")
    actor = actor_for(account_by_login("zhou"), now)
    assert [r.role for r in actor.rights] == ["intake_officer"]
    found = answering_for("intake", "01", "", "ordinary", now, True, revisions())
    assert found.team in actor.teams
    people("leave", "zhou", "intake")
    later = timezone.now()
    assert answering_for("intake", "01", "", "ordinary", later, True, revisions()).team is None


@pytest.mark.django_db
def test_a_refusal_says_what_is_wrong() -> None:
    with pytest.raises(CommandError, match="There is no account “nobody”"):
        people("grant", "nobody", "leader")
    people("account", "li", "李")
    with pytest.raises(CommandError, match="spy"):
        people("grant", "li", "spy")
    with pytest.raises(CommandError, match="There is no team"):
        people("rule", "x", "intake", "nowhere")
