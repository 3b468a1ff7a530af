"""What breaks, broken on purpose: a real site under load while things are killed, filled, cut and
turned back. `./dev test faults [NAME …]`; no part of the ordinary tests, which must cost little.

A folder of its own beside `bench`: it starts the programs themselves as an operator does, needs
minutes, root for some of it, and packages that nobody else needs.
"""
