#!/usr/bin/env python
"""Django's command line, kept for habit; `commonward` and `./dev manage` do the same."""

from commonward.config.cli import main

if __name__ == "__main__":
    main()
