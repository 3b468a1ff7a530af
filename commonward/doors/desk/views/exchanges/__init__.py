"""Bulk from other systems on the desk: the mapping drawn, runs, differences decided."""
