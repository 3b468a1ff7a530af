"""Handing matters to other installations and taking theirs (跨区移送): every write of it."""
