"""Rosters (排班): who works which shift on which day, in plain numbers.

A *team* here is whoever is planned as one: a patrol team, a volunteer team, or one employee of a
benchmark. Teams and their members are numbers; nothing here knows a name.
"""
