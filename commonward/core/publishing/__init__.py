"""What may be published of counts (统计信息披露控制): no cell of one to four, and none that follows.

`sheets` says what a table of counts is; `hiding` chooses which of its numbers are shown; `attack`
is somebody who has all that was ever shown and reckons; `revising` compares two publications of
the same thing. The guarantee is written in docs/how-to/open-data.md, and tests/core/publishing
attacks it with an attacker of its own.
"""
