"""The log that nobody can quietly change (公开账本): an append-only Merkle tree in open formats.

Every event is a leaf: a salted hash, so that what it says can be forgotten and the proof remains.
Trees as RFC 9162 (and RFC 6962) has them; checkpoints, signed notes, cosignatures and tiles as the
C2SP community specifications do. Whoever follows the log (`following`) needs no database and
nothing of this project but these files.
"""
