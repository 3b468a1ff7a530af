"""Every write of the room; a file per verb or subject."""
