"""Planning ahead and sending now, in plain numbers: roads, dispatch, cover, queues, rosters, rounds,
districts.

Everything here takes and gives arrays and plain values: travel times in seconds, loads in the unit
the caller names. Nothing knows a database, a person or a unit's name. Seed in, same out.

numba, HiGHS and PyVRP belong to the extra `commonward[plans]`: other rooms import these modules
late, inside the function that plans, so that a site without the extra runs without them. OR-Tools
is a peer of the measurements only: it brings a HiGHS of its own, and one process cannot hold both.
"""
