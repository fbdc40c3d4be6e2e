from django.urls import path

from people.views import me

app_name = "people"
urlpatterns = [
    path("", me.start, name="start"),
    path("welcome/", me.welcome, name="welcome"),
    path("profile/", me.profile, name="profile"),
    path("profile/edit/", me.edit_profile, name="profile-edit"),
]
