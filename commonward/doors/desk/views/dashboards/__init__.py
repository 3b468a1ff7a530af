"""Dashboards (看板): what is late, why and where; for the leader, for a team, for a grid."""
