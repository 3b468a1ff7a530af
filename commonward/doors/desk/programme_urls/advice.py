"""The desk's addresses of advice."""

from django.urls import URLPattern

patterns: list[URLPattern] = []
