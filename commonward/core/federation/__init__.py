"""Federation (跨区移送): a matter handed between two installations, in plain data.

`letters` signs and reads what goes over the line, `handing` is the two-phase hand-over as a table
of states, `offering` the content of an offer, `promising` which clock the taker takes on, `parts`
how attachments follow, `geo311` the words of neighbours that speak Open311.
"""
