"""What a party's page leads to: one line per subject, shown while they may see its object."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from commonward.core.refusals import N_
from commonward.core.rights import Actor
from commonward.disputes.access import sees
from commonward.disputes.models import Dispute


@dataclass(frozen=True, slots=True)
class Section:
    """A page of a party: its address by name (one argument, the key), its text, and the object of
    the table of confidentiality (`core.confidentiality`) that it shows."""

    address: str
    text: str
    shows: str


SECTIONS: Sequence[Section] = (
    Section("portal:dispute_mediator", N_("Who mediates"), "mediators"),
    Section("portal:dispute_needs", N_("What you ask for, and when you can come"), "words"),
    Section("portal:dispute_sessions", N_("Sessions"), "sessions"),
    Section("portal:dispute_agreement", N_("The agreement"), "agreement"),
    Section("portal:dispute_offers", N_("Offers"), "offers"),
    Section("portal:dispute_performance", N_("What is owed, and what was done"), "performance"),
    Section("portal:dispute_holds", N_("Was it carried out?"), "performance"),
    Section("portal:dispute_grade", N_("How urgent it is"), "summary"),
    Section("portal:dispute_papers", N_("Papers"), "papers"),
)


def sections_of(dispute: Dispute, actor: Actor, key: str) -> list[dict[str, str]]:
    """The pages that this party may open now."""
    return [
        {"href": reverse(one.address, args=[key]), "text": _(one.text)}
        for one in SECTIONS
        if sees(dispute, actor, one.shows)
    ]
