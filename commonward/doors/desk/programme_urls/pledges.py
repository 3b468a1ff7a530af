"""The desk's addresses of pledges and alliances."""

from django.urls import URLPattern

patterns: list[URLPattern] = []
