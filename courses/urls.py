from django.urls import path

from courses.views import learn

app_name = "courses"
urlpatterns = [
    path("lessons/<int:pk>/done/", learn.lesson_done, name="lesson-done"),
    path("tests/<int:pk>/hand-in/", learn.test_hand_in, name="test-hand-in"),
    path("results/<int:pk>/", learn.test_result, name="test-result"),
]
