"""What others may read of the figures."""
