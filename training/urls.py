"""Addresses below /<language>/training/."""

from django.urls import path

from training.views import enrol, public

app_name = "training"
urlpatterns = [
    path("editions/<int:pk>/", public.edition, name="edition"),
    path("enrolments/", enrol.enrolments, name="enrolments"),
    path("enrolments/<int:pk>/", enrol.enrolment, name="enrolment"),
]
