"""Ways to an offer that both sides can take: double-blind bids, and dividing several things."""
