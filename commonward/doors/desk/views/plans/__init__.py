"""Pages of the planners: the list, asking, how far it is, and the answer of each kind."""
