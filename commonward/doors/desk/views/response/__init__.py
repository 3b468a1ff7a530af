"""Urgent help at the desk: calls, incidents, assemblies, units and their own page."""
