"""Every write of the room; each is one verb that all doors call, with time as an argument."""
