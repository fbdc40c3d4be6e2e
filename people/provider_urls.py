"""/me/sign-in/: the sign-in of institutions, for administrators."""

from django.urls import path

from people.views import providers as views

urlpatterns = [
    path("", views.everything, name="providers"),
    path("add/", views.add, name="provider-add"),
    path("<int:pk>/", views.one, name="provider"),
    path("<int:pk>/test/", views.test, name="provider-test"),
    path("<int:pk>/edit/", views.edit, name="provider-edit"),
    path("<int:pk>/end/", views.end, name="provider-end"),
    path("<int:pk>/rules/add/", views.rule_add, name="provider-rule-add"),
    path("rules/<int:pk>/end/", views.rule_end, name="provider-rule-end"),
]
