"""The addresses of the forecast at the desk."""

from django.urls import path

from commonward.doors.desk.views import forecast

forecast_patterns = [
    path("forecast/", forecast.forecast, name="forecast"),
    path("forecast/<str:name>", forecast.forecast_file, name="forecast_file"),
]
