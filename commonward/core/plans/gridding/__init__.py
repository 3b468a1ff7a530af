"""Grids of a district for its office (网格划分): from files, outlines and lines to a division.

`reading` reads blocks and barriers, `covering` makes them a mosaic that covers each village
exactly, `mosaic` holds it with its borders, `sharing` says how many grids each part gets,
`dividing` divides, `naming` finds which of today's grids each one continues. The models of
`core.plans.districting` do the work; they and numba are imported by `dividing` alone.
"""
