"""The portal's addresses of surveys."""

from django.urls import URLPattern

patterns: list[URLPattern] = []
