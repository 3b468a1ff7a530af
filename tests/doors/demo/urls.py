"""The site's addresses as a demonstration has them."""

from django.urls import include, path

from commonward.config import urls

urlpatterns = [path("demo/", include("commonward.doors.demo.urls")), *urls.urlpatterns]
handler404 = urls.handler404
