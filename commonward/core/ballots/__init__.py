"""Secret ballots without a register: rights, blind signatures, the box, and the count.

`recount` is one file of plain Python that needs nothing else: the site counts with it, and
everybody may download the same file and count again. `blind` is what the site and a voter's
browser do with a token before there is a ballot; `codes` the words on letters and papers.
"""
