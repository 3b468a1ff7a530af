"""Hot issues (热点问题): which reports speak of one problem at one place, found as they come.

`reading` takes a text apart into the names of places in it and what it says of them, `linking`
weighs how alike two texts are, `clustering` puts each new report into the cluster it belongs to,
or into a new one. Nothing of who reported is read.
"""
