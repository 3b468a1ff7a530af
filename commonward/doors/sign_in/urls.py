"""The addresses of signing in: django-allauth's, without those that make accounts or send mail."""

from allauth.account import views as account
from django.urls import include, path

from commonward.doors.sign_in import office

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("2fa/", include("allauth.mfa.urls")),
    # Without an office's log-in in the settings these answer 404.
    path("office/", include("allauth.socialaccount.urls")),
    path("oidc/<slug:provider_id>/login/", office.login, name="openid_connect_login"),
    path(
        "oidc/<slug:provider_id>/login/callback/", office.callback, name="openid_connect_callback"
    ),
]
