"""All addresses. Pages for people carry their language as a prefix; machines and printed codes do not."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from certification.views import verify
from config import api_docs, health
from config.api import api, nowhere
from config.views import gallery, robots
from home.serving import serve
from people.views import sso
from training import feeds
from training.views import check_in, entry, join, scan

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", robots, name="robots"),
    path("cms/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("v/<str:token>/", verify.by_token_short, name="verify-short"),
    path("in/", check_in.typed_short, name="check-in-typed"),
    path("in/<int:pk>/<str:code>/", check_in.short, name="check-in-short"),
    path("s/<int:pk>/", entry.short, name="entry-short"),
    path("j/<str:token>/", join.short, name="join-short"),
    path("p/<str:token>/", scan.short, name="scan-short"),
    path("sso/<int:pk>/callback/", sso.callback, name="sso-callback"),
    path("log/", include("certification.log_urls")),
    path("issuers/", include("certification.issuer_urls")),
    path("calendar/public.ics", feeds.public, name="feed-public"),
    path("calendar/<str:token>.ics", feeds.personal, name="feed-personal"),
    path("api/v1/", api.urls),
    path("api/", RedirectView.as_view(pattern_name="api-docs"), name="api"),
    path("api/<path:rest>", nowhere, name="api-nowhere"),
    path("outbox/", include("notifications.urls")),
]
urlpatterns += i18n_patterns(
    path("account/", include("people.account_urls")),
    path("account/", include("allauth.urls")),
    path("me/", include("people.urls")),
    path("learn/", include("courses.urls")),
    path("notices/", include("notifications.choices_urls")),
    path("webhooks/", include("notifications.webhook_urls")),
    path("training/", include("training.urls")),
    path("", include("certification.urls")),
    path("gallery/", gallery, name="gallery"),
    path("api/", api_docs.page, name="api-docs"),
    # Wagtail brings a sign-in page of its own, which asks for no second factor
    path("_util/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    re_path(wagtail_urls.serve_pattern, serve, name="wagtail_serve"),
    path("", include(wagtail_urls)),
)
if settings.DEBUG:
    urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)
