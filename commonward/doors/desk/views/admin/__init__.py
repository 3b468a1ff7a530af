"""Administration without code (系统管理): everything a site may change, for its administrators."""
