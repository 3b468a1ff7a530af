"""What others may read of places, campaigns and visits; a file per subject."""
