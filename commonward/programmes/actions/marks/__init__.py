"""Every write of marks of quality; a file per subject."""
