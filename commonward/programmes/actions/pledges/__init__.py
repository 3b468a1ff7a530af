"""Every write of pledges and alliances; a file per subject."""
