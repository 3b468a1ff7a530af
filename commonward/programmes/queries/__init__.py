"""Every read that others may make; a file per subject."""
