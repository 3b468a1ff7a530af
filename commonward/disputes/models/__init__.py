"""The tables of the room; a file per subject."""

from commonward.disputes.models.dispute import Dispute
from commonward.disputes.models.explorer import ExplorerVersion
from commonward.disputes.models.sides import Party, Side

__all__ = ["Dispute", "ExplorerVersion", "Party", "Side"]
