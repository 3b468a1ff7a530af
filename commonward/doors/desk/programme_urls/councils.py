"""The desk's addresses of councils, proposals and votes."""

from django.urls import URLPattern

patterns: list[URLPattern] = []
