"""The project's own house: setting up, the words of `./dev`, and what the tests stand on.

`__main__`, `installing` and `postgres` use the standard library alone, because they run before
anything is installed; `testing` and `translating` run inside the finished environment.
"""
