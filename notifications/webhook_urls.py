from django.urls import path

from notifications import webhook_views as views

app_name = "webhooks"
urlpatterns = [
    path("", views.everything, name="all"),
    path("add/", views.add, name="add"),
    path("<int:pk>/", views.one, name="one"),
    path("<int:pk>/end/", views.end, name="end"),
    path("delivery/<int:pk>/again/", views.again, name="again"),
]
