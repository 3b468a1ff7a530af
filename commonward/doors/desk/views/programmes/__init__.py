"""The pages of the programmes at the desk; a file per part."""
