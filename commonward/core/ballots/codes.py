"""The words on letters and papers: one-time codes, of which the site keeps the hash alone.

Twelve signs of 31 that nobody mistakes for another (no 0 O 1 I L): 59 bits, which cannot be
guessed at a website. A paper of the mixed pile bears sixteen (79 bits), and they *are* its token.
"""

import hashlib
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LETTER, PAPER = 12, 16
_GAPS = str.maketrans(dict.fromkeys("-–—_."))


def new_code(length: int = LETTER) -> str:
    """A new random code, without its gaps."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def shown(code: str) -> str:
    """As it is printed: in fours, "2K7M-XQ4R-9TBD"."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def as_kept(typed: str) -> str:
    """What was typed, as the code was made: no gaps, large letters."""
    return "".join(typed.split()).upper().translate(_GAPS)


def mark(vote: str, code: str) -> str:
    """What is kept of a letter's code or a paper: a hash that is of use in this vote only."""
    return hashlib.sha256(f"commonward code\x00{vote}\x00{code}".encode()).hexdigest()


def paper_token(vote: str, code: str) -> tuple[str, str]:
    """The token and the randomizer (hex) that a paper's words stand for.

    In the published list they look like any other's: nobody sees who voted on paper.
    """
    token, randomizer = (
        hashlib.sha256(f"commonward paper {what}\x00{vote}\x00{code}".encode()).hexdigest()
        for what in ("token", "randomizer")
    )
    return token, randomizer
