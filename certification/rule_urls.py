"""Writing and publishing the rules of a programme. The namespace is certification's."""

from django.urls import path

from certification.views import programmes, rules

urlpatterns = [
    path("", programmes.listing, name="programmes"),
    path("<int:pk>/", programmes.detail, name="programme"),
    path("<int:pk>/courses/", programmes.courses, name="programme-courses"),
    path("<int:pk>/certificate-name/", programmes.paper_name, name="programme-paper-name"),
    path("<int:pk>/new-version/", rules.new, name="rules-new"),
    path("versions/<int:pk>/", rules.draft, name="rules"),
    path("versions/<int:pk>/figures/", rules.figures, name="rules-figures"),
    path("versions/<int:pk>/requirements/new/", rules.add, name="rules-add"),
    path("versions/<int:pk>/preview/", rules.preview, name="rules-preview"),
    path("versions/<int:pk>/publish/", rules.publish, name="rules-publish"),
    path("versions/<int:pk>/delete/", rules.discard, name="rules-discard"),
    path("requirements/<int:pk>/", rules.requirement, name="rules-requirement"),
    path("requirements/<int:pk>/equal/", rules.equal, name="rules-equal"),
    path("equal/<int:pk>/remove/", rules.unequal, name="rules-unequal"),
    path("requirements/<int:pk>/remove/", rules.remove, name="rules-remove"),
]
