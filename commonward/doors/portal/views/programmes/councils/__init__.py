"""Public pages of proposals, votes, consultations and councils."""
