"""The addresses of SCIM 2.0, below /scim/v2/."""

from django.urls import path, re_path

from commonward.doors.scim import about, asking, groups, users

app_name = "scim"

urlpatterns = [
    path("v2/ServiceProviderConfig", about.config, name="config"),
    path("v2/ResourceTypes", about.types, name="types"),
    path("v2/ResourceTypes/<str:name>", about.types, name="type"),
    path("v2/Schemas", about.schemas, name="schemas"),
    path("v2/Schemas/<str:name>", about.schemas, name="schema"),
    path("v2/Users", users.users, name="users"),
    path("v2/Users/<str:user>", users.user, name="user"),
    path("v2/Groups", groups.groups, name="groups"),
    path("v2/Groups/<str:group>", groups.group, name="group"),
    re_path(r"^v2/(?P<rest>[\s\S]*)$", asking.nowhere, name="nowhere"),
]
