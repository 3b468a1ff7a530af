"""What all writing in a survey shares: the lock, who may, what is noted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F

from commonward.core.refusals import N_, Forbidden, Invalid, Refusal
from commonward.core.rights import Actor, refuse_onlooker
from commonward.people.actions import record_change
from commonward.programmes.models import Survey, SurveyCount, SurveyStratum
from commonward.programmes.queries.surveys import asks, keeps, survey_of


def locked(code: str, actor: Actor) -> Survey:
    """The survey, locked in this transaction, for who asks in it. Raises Missing, Forbidden."""
    refuse_onlooker(actor)
    found = survey_of(code, actor)
    if not asks(found, actor):
        raise Forbidden(N_("Your post does not ask in this survey."))
    return Survey.objects.select_for_update(of=("self",)).select_related("area").get(pk=found.pk)


def kept(code: str, actor: Actor, *states: str) -> Survey:
    """The same for who keeps it; in one of these states. Raises Refusal too."""
    found = locked(code, actor)
    if not keeps(found, actor):
        raise Forbidden(N_("Only who keeps the programmes of this area does this."))
    in_state(found, *states)
    return found


def in_state(found: Survey, *states: str) -> None:
    """Raises Refusal where the survey stands elsewhere."""
    if states and found.state not in states:
        raise Refusal(N_("The survey does not stand where this can be done."), code="stage")


def stratum_of(found: Survey, key: str) -> SurveyStratum:
    """A stratum of it by its key. Raises Invalid."""
    row = SurveyStratum.objects.filter(survey=found, key=key).first()
    if row is None:
        raise Invalid(N_("Choose one of the list."), field="stratum")
    return row


def count(stratum: SurveyStratum, channel: str, outcome: str, many: int = 1) -> None:
    """Add to what came of asking in a stratum; the survey is locked."""
    row, _new = SurveyCount.objects.get_or_create(stratum=stratum, channel=channel, outcome=outcome)
    SurveyCount.objects.filter(pk=row.pk).update(count=F("count") + many)


def note(
    found: Survey, verb: str, actor: Actor, at: datetime, data: Mapping[str, Any] | None = None
) -> None:
    """Note who did what to the survey; never who answered, or whom somebody called."""
    record_change(actor, f"survey_{verb}", f"survey {found.code}", at, data)
