from django.urls import include, path, re_path

from certification.views import (
    certificates,
    credentials,
    demand,
    layouts,
    log,
    passport,
    programmes,
    standing,
    verify,
)

app_name = "certification"
urlpatterns = [
    path("verify/", verify.form, name="verify"),
    path("verify/<str:token>/", verify.by_token, name="verify-token"),
    path("verify/<str:token>/certificate.pdf", verify.pdf, name="verify-pdf"),
    re_path(
        rf"^verify/(?P<token>[^/]+)/(?P<kind>{credentials.KINDS})$",
        credentials.by_token,
        name="verify-credential",
    ),
    path("verify/<str:token>/log.json", log.proof, name="verify-log"),
    path("public-log/", log.page, name="log"),
    path("certificates/", certificates.mine, name="certificates"),
    path("certificates/<int:pk>/", certificates.detail, name="certificate"),
    path("certificates/<int:pk>/certificate.pdf", certificates.pdf, name="certificate-pdf"),
    re_path(
        rf"^certificates/(?P<pk>\d{{1,18}})/(?P<kind>{credentials.KINDS})$",
        credentials.of_certificate,
        name="certificate-credential",
    ),
    re_path(
        r"^certificates/(?P<pk>\d{1,18})/(?P<act>revoke|suspend|reinstate|review)/$",
        certificates.act,
        name="certificate-act",
    ),
    path("programmes/", programmes.listing, name="programmes"),
    path("programmes/<int:pk>/courses/", programmes.courses, name="programme-courses"),
    path("authorities/", layouts.listing, name="authorities"),
    path("authorities/<int:pk>/layout/", layouts.layout, name="layout"),
    path("authorities/<int:pk>/layout/sample/", layouts.sample, name="layout-sample"),
    path("authorities/<int:pk>/layout/sample.pdf", layouts.sample_file, name="layout-file"),
    path("authorities/<int:pk>/layout/logo/", layouts.logo, name="layout-logo"),
    path("standing/", standing.listing, name="standing"),
    re_path(r"^standing/standing\.(?P<kind>csv|xlsx)$", standing.file, name="standing-file"),
    path("standing/people/<int:pk>/", standing.person, name="standing-person"),
    path("passport/", passport.mine, name="passport"),
    path("passport/passport.pdf", passport.own_pdf, name="passport-pdf"),
    path("standing/people/<int:pk>/passport/", passport.of_person, name="passport-of"),
    path("standing/people/<int:pk>/passport.pdf", passport.pdf_of, name="passport-pdf-of"),
    path("evidence/", include("certification.evidence_urls")),
    path("demand/", demand.page, name="demand"),
    path("demand/draft/", demand.draft, name="demand-draft"),
    re_path(r"^demand/demand\.(?P<kind>csv|xlsx)$", demand.file, name="demand-file"),
]
