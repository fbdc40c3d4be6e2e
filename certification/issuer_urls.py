"""Addresses of issuers for machines: they stand in credentials, so they have no language and never change."""

from django.urls import path, re_path

from certification.views import credentials

urlpatterns = [
    path("<slug:code>/did.json", credentials.did, name="issuer-did"),
    re_path(
        r"^(?P<code>[-\w]+)/status/(?P<number>\d{1,9})/(?P<purpose>revocation|suspension)$",
        credentials.status_list,
        name="issuer-list",
    ),
]
