"""SQLite as the product uses it: Django's own, with the writers of a process in a queue."""
