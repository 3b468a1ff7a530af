"""Mediation at the desk: a file per subject.

A subject that has a page of its own for one dispute adds a line to `sections.SECTIONS`; the page
of the dispute then links to it for whoever may see that object.
"""
