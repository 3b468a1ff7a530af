"""Which door answers under which path."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("open311/", include("commonward.doors.open311.urls")),
]
