"""The portal's addresses of marks of quality."""

from django.urls import URLPattern

patterns: list[URLPattern] = []
