"""Inspections of places in plain Python: checklists, spread of visits, figures, drawn re-checks.

What is inspected is a shop, a building, a workshop, a market, a school's gate, a river's bank, a
building site; never who is there.
"""
