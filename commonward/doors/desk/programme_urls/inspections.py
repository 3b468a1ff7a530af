"""The desk's addresses of inspections and campaigns."""

from django.urls import URLPattern

patterns: list[URLPattern] = []
