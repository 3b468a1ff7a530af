"""A whole copy of a site that fits together: database, public log, photos. Keys lie elsewhere."""
