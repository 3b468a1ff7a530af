"""Mediation on the portal: a file per subject.

A subject that has a page of its own for a party adds a line to `sections.SECTIONS`; the party's
page then links to it while that party may see the object.
"""
