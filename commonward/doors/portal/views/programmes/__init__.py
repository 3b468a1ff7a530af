"""The public pages of the programmes; a file per part."""
