"""Every read of the room that others may make."""
