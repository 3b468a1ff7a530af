"""The desk's addresses of plans with targets."""

from django.urls import URLPattern

patterns: list[URLPattern] = []
