"""Agreements as clauses that can be checked, followed and said in plain words (调解协议)."""
