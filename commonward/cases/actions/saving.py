"""Save a list's filters under a name, for oneself or for one of one's teams."""

from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from django.db import IntegrityError, transaction

from commonward.cases.models import SavedView
from commonward.core.finding import phrases
from commonward.core.refusals import N_, Forbidden, Invalid, Missing
from commonward.core.rights import Actor, refuse_onlooker

LONGEST_NAME = 80
LONGEST_QUERY = 1_000
MOST_VIEWS = 50
SEARCHED = ("text", "q")
"""Parameters that hold words somebody searches for."""
_PASSING = ("after", "lang", "page")


def save_view(
    actor: Actor, name: str, query: str, at: datetime, *, team: int | None = None
) -> SavedView:
    """Keep the filters of a list (保存视图); under a name that the actor has, they are replaced.

    `query` is what stands after the question mark; where a page begins is left out. With a `team`
    of the actor's own all its members see it. Raises Invalid or Forbidden.
    """
    refuse_onlooker(actor)
    if actor.account is None or not actor.rights:
        raise Forbidden(N_("Views are kept by members of staff."))
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid(
            N_("Give the view a name of 1 to {most} characters."), field="name", most=LONGEST_NAME
        )
    if team is not None and team not in actor.teams:
        raise Forbidden(N_("A view can be shared with your own teams."), field="team")
    kept = _checked(query)
    with transaction.atomic():
        mine = SavedView.objects.filter(owner_id=actor.account)
        known = mine.filter(name=name).first()
        if known is None and mine.count() >= MOST_VIEWS:
            raise Invalid(
                N_("You keep {most} views already: delete one that you need no more."),
                most=MOST_VIEWS,
            )
        if known is not None:
            known.query, known.team_id = kept, team
            known.save(update_fields=["query", "team"])
            return known
        try:
            with transaction.atomic():
                return SavedView.objects.create(
                    owner_id=actor.account, name=name, query=kept, team_id=team, made_at=at
                )
        except IntegrityError:
            raise Invalid(N_("You have a view of this name already."), field="name") from None


def delete_view(actor: Actor, view: int) -> None:
    """Delete a view: one's own, or as an administrator one that is shared. Raises Missing."""
    refuse_onlooker(actor)
    found = SavedView.objects.filter(pk=view)
    if not any(right.role == "administrator" for right in actor.rights):
        found = found.filter(owner_id=actor.account)
    else:
        found = found.filter(owner_id=actor.account) | found.filter(team__isnull=False)
    if not found.delete()[0]:
        raise Missing(N_("There is no such view, or it is not yours."), field="view")


def _checked(query: str) -> str:
    pairs = [
        (key, value)
        for key, value in parse_qsl(query.removeprefix("?"))
        if key not in _PASSING and not key.startswith("csrf")
    ]
    for key, value in pairs:
        if not key.isidentifier() or "\x00" in value:
            raise Invalid(N_("This is no address of a list: “{key}”."), field="query", key=key[:40])
        if key in SEARCHED:
            phrases(value)
    kept = urlencode(pairs)
    if len(kept) > LONGEST_QUERY:
        raise Invalid(N_("These filters are too long to be kept."), field="query")
    return kept
