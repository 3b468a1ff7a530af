"""A district divided into grids of equal work, each in one piece and compact (网格划分).

`blocks` holds the district, `dividing` makes the division, `proof` says why none can be, `sheet`
scores one beside today's, `hand` answers while somebody moves blocks on the map. The numba kernels (`moves`, `pairs`, `start`, `lumps`) are
single long loops on purpose: a call inside costs more than the step it would name.
"""
