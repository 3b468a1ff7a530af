"""Measurements: one command, one table, the budget beside each figure."""
