"""Addresses below /<language>/notices/: which mails one wants."""

from django.urls import path

from notifications import choices

app_name = "notices"
urlpatterns = [
    path("", choices.mine, name="mine"),
    path("stop/<str:token>/", choices.stop, name="stop"),
]
