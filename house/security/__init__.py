"""`./dev check security`: code, libraries, secrets, the API's document and a crawl of a real site.

`told` and `leaks` use the standard library alone; the rest runs inside the finished environment,
and what reads code and libraries (bandit, pip-audit) in one of its own, out of the same lock file.
"""
