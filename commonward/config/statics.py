"""What a static file carries: whitenoise answers before the middleware that all pages pass."""

from collections.abc import MutableMapping


def headers(given: MutableMapping[str, str], path: str, url: str) -> None:
    """A file of ours stands in no other site's frame either."""
    given["Content-Security-Policy"] = "frame-ancestors 'none'"
    given["X-Frame-Options"] = "DENY"
