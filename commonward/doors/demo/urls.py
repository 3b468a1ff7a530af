"""The addresses of the door; only a demonstration has them."""

from django.urls import path

from commonward.doors.demo import views

app_name = "demo"

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.sign_in, name="sign_in"),
    path("tour/begin/", views.begin, name="begin"),
    path("tour/on/", views.go_on, name="go_on"),
    path("tour/end/", views.end, name="end"),
    path("clock/", views.clock, name="clock"),
]
