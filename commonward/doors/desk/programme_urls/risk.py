"""The desk's addresses of reviews of risk."""

from django.urls import URLPattern

patterns: list[URLPattern] = []
