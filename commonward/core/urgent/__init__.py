"""Urgent help in plain values: question cards, what is needed, and who is nearest."""
