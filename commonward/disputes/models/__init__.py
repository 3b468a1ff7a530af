"""The tables of the room; a file per subject."""

from commonward.disputes.models.dispute import Dispute
from commonward.disputes.models.sides import Party, Side

__all__ = ["Dispute", "Party", "Side"]
