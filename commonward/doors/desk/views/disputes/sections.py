"""What a dispute's page leads to: one line per subject, shown to those who may see its object."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from commonward.core.refusals import N_
from commonward.core.rights import Actor
from commonward.disputes.access import sees
from commonward.disputes.models import Dispute


@dataclass(frozen=True, slots=True)
class Section:
    """A page of one dispute: its address by name, its text, and the object of the table of
    confidentiality (`core.confidentiality`) that it shows."""

    address: str
    text: str
    shows: str


SECTIONS: tuple[Section, ...] = (
    Section("desk:dispute_sides", N_("Sides"), "contacts"),
    Section("desk:dispute_mediation", N_("Mediator"), "mediators"),
    Section("desk:dispute_sessions", N_("Sessions"), "sessions"),
    Section("desk:dispute_caucus", N_("Notes of talks with one side"), "caucus"),
    Section("desk:dispute_grade", N_("Grade"), "invitations"),
    Section("desk:dispute_terms", N_("Time limits of law"), "invitations"),
    Section("desk:dispute_papers", N_("Papers"), "papers"),
    Section("desk:dispute_agreement", N_("Agreement"), "agreement"),
    Section("desk:dispute_inquiries", N_("Inquiries"), "record"),
    Section("desk:dispute_handovers", N_("Hand-overs"), "handovers"),
    Section("desk:dispute_performance", N_("Performance"), "performance"),
    Section("desk:dispute_offers", N_("Offers"), "record"),
)


def sections_of(dispute: Dispute, actor: Actor) -> list[dict[str, str]]:
    """The pages of this dispute that this person may open now."""
    return [
        {"href": reverse(one.address, args=[dispute.case.number]), "text": _(one.text)}
        for one in SECTIONS
        if sees(dispute, actor, one.shows)
    ]
