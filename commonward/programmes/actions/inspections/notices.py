"""The code on a place's notice (告知书): made from what the site alone knows, kept as a hash."""

import base64
import hashlib
from collections.abc import Sequence

from django.utils.crypto import salted_hmac

from commonward.core.refusals import N_, Forbidden
from commonward.core.rights import Actor
from commonward.programmes.models import Visit
from commonward.programmes.queries.inspections.access import SEES, SUBJECT, VISITS

_SALT = "commonward.inspection.notice"


def code_of(campaign: int, place: int) -> str:
    """Sixteen letters and digits that only this site can make; the same each time."""
    made = salted_hmac(_SALT, f"{campaign}:{place}", algorithm="sha256").digest()
    return base64.b32encode(made[:10]).decode().lower()


def door_of(code: str) -> str:
    """What is kept of a code."""
    plain = "".join(c for c in code.lower() if c.isalnum())
    return hashlib.sha256(f"{_SALT}:{plain}".encode()).hexdigest()


def notice_codes(visits: Sequence[Visit], actor: Actor) -> dict[int, str]:
    """The codes of these visits' places, for their notices, by visit.

    Raises Forbidden for whoever neither sees the place's area nor visits it.
    """
    for one in visits:
        path = one.place.area_path
        visits_it = one.team_id in actor.teams and actor.roles_for(VISITS, "visit", path, SUBJECT)
        if not (visits_it or actor.roles_for(SEES, "see", path, SUBJECT)):
            raise Forbidden(N_("Notices are printed by who keeps the campaign or makes the visit."))
    return {one.pk: code_of(one.campaign_id, one.place_id) for one in visits}
