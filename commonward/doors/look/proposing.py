"""What became of a proposal, in words that the desk and the portal share."""

from commonward.core.refusals import N_

NOTES = {
    "checked": N_("Checked"),
    "cost": N_("What it would cost"),
    "answered": N_("Answer of the department"),
    "accepted": N_("Accepted"),
    "declined": N_("Declined"),
    "merged": N_("Merged"),
    "voted": N_("Put to a vote"),
    "work": N_("Work began"),
    "done": N_("Done"),
}
"""Titles of the notes on a proposal's page, by kind (programmes.models.NOTES)."""
