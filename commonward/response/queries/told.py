"""What a system that told of danger may learn again: how far its own call has come, no more."""

from collections.abc import Mapping

from commonward.core.refusals import N_, Missing
from commonward.response.models import Call, Incident

STATUS: Mapping[str, str] = {
    "call": "taken", "located": "taken", "graded": "taken", "recommended": "taken",
    "planned": "taken", "ordered": "on_the_way", "acknowledged": "on_the_way",
    "en_route": "on_the_way", "on_scene": "there", "handed": "handed_on", "noting": "ended",
    "closed": "ended",
}  # fmt: skip
"""Stage of the incident → the word that its teller reads."""


def said_under(teller: int, key: str) -> str:
    """The key of a call that a system sent: its own, so that two systems may choose one word."""
    return f"api {teller}:{key}"


def incident_told(number: str, teller: int) -> Incident:
    """The incident that this system told of, or the one that it was joined to. Raises Missing
    alike where there is none, where another told of it, and where its calls were forgotten."""
    found = Incident.objects.select_related("case").filter(case__number=number).first()
    own = said_under(teller, "")
    while found is not None:
        if Call.objects.filter(incident=found, key__startswith=own).exists():
            return found
        # Calls of an incident that was joined lie with the one it was joined to.
        joined = found.case.joined_to_id
        found = (
            None
            if joined is None
            else Incident.objects.select_related("case").filter(pk=joined).first()
        )
    raise Missing(N_("You told of no call {number}."), number=number)


def status_of(incident: Incident) -> str:
    """How far it is, in one of the words of `STATUS`."""
    return STATUS.get(incident.case.stage, "taken")
