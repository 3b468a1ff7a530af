"""Every write of a review of risk; a file per subject."""
