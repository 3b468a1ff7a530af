"""Every change to places, checklists, campaigns and visits; a file per verb or subject."""
