"""Where and when problems lie closer together than elsewhere and before (热点): places, not people.

Counts in H3 cells against what was to be expected (`exposure`), neighbourhoods that stand out
(`neighbourhoods`: Getis-Ord Gi*), clusters in place and time (`scan`: Kulldorff), and whether a
hotspot grows, stays or ends (`course`). `finding` puts them together for one table of points.
The modules load h3 and scipy: they are imported when somebody asks, never when the site starts.
"""
