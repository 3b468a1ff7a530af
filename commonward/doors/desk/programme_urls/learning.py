"""The desk's addresses of learning, drills and how staff fare."""

from django.urls import URLPattern

patterns: list[URLPattern] = []
