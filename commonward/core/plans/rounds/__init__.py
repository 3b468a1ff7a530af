"""Rounds: streets and points visited within a shift (巡查路线).

`streets` serves streets (arc routing), `points` visits places with windows (PyVRP), `fairness`
makes rounds hard to foresee and yet fair, `steps` turns a round into what the field app reads,
`gpx` writes it for other devices.
"""
