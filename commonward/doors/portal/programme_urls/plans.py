"""The portal's addresses of plans with targets."""

from django.urls import URLPattern

patterns: list[URLPattern] = []
