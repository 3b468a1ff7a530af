"""The desk's pages of proposals, votes, consultations and councils."""
