"""Training elsewhere: handing in, deciding, files. The namespace is certification's."""

from django.urls import path, re_path

from certification.views import earlier, evidence, reliefs, review

urlpatterns = [
    path("", evidence.mine, name="evidence"),
    path("new/", evidence.new, name="evidence-new"),
    path("people/<int:pk>/new/", evidence.new_for, name="evidence-new-for"),
    path("review/", review.listing, name="evidence-review"),
    path("<int:pk>/", evidence.detail, name="evidence-detail"),
    path("<int:pk>/files/<int:file_pk>/", evidence.file, name="evidence-file"),
    path("<int:pk>/answer/", evidence.answer, name="evidence-answer"),
    path("<int:pk>/withdraw/", evidence.withdraw, name="evidence-withdraw"),
    re_path(
        rf"^(?P<pk>\d{{1,18}})/(?P<act>{'|'.join(review.ACTS)})/$",
        review.act,
        name="evidence-act",
    ),
    path("certificates/", earlier.upload, name="earlier-upload"),
    re_path(
        r"^certificates/template\.(?P<kind>csv|xlsx)$", earlier.template, name="earlier-template"
    ),
    path("certificates/lists/<int:pk>/", earlier.review, name="earlier-review"),
    path("certificates/lists/<int:pk>/result.csv", earlier.result, name="earlier-result"),
    path("certificates/<int:pk>/", earlier.detail, name="earlier"),
    path("exemptions/", reliefs.listing, name="reliefs"),
    path("exemptions/people/<int:pk>/new/", reliefs.new, name="relief-new"),
    path("exemptions/<int:pk>/", reliefs.detail, name="relief"),
    re_path(
        rf"^exemptions/(?P<pk>\d{{1,18}})/(?P<act>{'|'.join(reliefs.ACTS)})/$",
        reliefs.act,
        name="relief-act",
    ),
]
