from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.mail_list, name="mailbox"),
    path("<str:name>/", views.mail_text, name="mail"),
    path("<str:name>/html/", views.mail_html, name="mail-html"),
]
