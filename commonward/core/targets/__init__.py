"""Plans with targets (目标任务) in plain numbers: what was wanted by when, and how far it has come."""
