"""The desk's pages of places, checklists and campaigns."""
