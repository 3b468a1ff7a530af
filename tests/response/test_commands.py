"""The commands of urgent help: setting it up, the tick that calls the silent, the night's forgetting."""

from datetime import timedelta
from io import StringIO

from django.core.management import call_command
from django.utils import timezone

from commonward.cases.models import Category
from commonward.response.actions.reporting import report_position
from commonward.response.models import Assignment, Position
from tests.help import Help


def told(*words: str) -> str:
    """What a command says."""
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_set_up_makes_what_is_missing_once(db: None) -> None:
    assert "11" in told("response", "set-up")
    assert Category.objects.filter(code__startswith="E-").count() == 11
    assert "0" in told("response", "set-up")


def test_the_tick_of_the_site_calls_the_silent(aid: Help) -> None:
    aid.ordered("other")
    told("tick", "--at", aid.later(40).isoformat())
    one = Assignment.objects.get()
    assert one.alarmed_at is not None and one.escalated_at is None
    told("tick", "--at", aid.later(51).isoformat())
    assert Assignment.objects.get().escalated_at == aid.later(51)


def test_the_night_deletes_old_positions(aid: Help) -> None:
    # The district's moment lies months before the real one, which the command goes by.
    assert aid.at < timezone.now() - timedelta(days=30)
    report_position("fire-1", 27.81, 113.11, aid.crews["fire-1"], aid.at)
    assert "1" in told("forget")
    assert not Position.objects.exists()
