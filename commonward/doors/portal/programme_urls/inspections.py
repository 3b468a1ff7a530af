"""The portal's addresses of inspected places, for their owners and the public."""

from django.urls import URLPattern

patterns: list[URLPattern] = []
