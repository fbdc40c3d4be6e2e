"""Addresses of the public log for machines: no language in them, and they never change."""

from django.urls import path, re_path

from certification.views import log

urlpatterns = [
    path("head", log.head, name="log-newest"),
    re_path(r"^heads/(?P<day>\d{4}-\d\d-\d\d)$", log.head, name="log-head"),
    re_path(r"^leaves/(?P<first>\d{1,15})$", log.leaves, name="log-leaves"),
    re_path(r"^growth/(?P<size>\d{1,15})/(?P<later>\d{1,15})$", log.growth, name="log-growth"),
]
