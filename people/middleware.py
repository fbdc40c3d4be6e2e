"""Around every page: a second factor for staff and the CMS, a record before courses, and merged records lead on."""

from collections.abc import Callable

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse

from people.access import grants_of
from people.adapters import welcome_url
from people.backends import has_second_factor
from people.duplicates import present
from people.models import Person
from people.sso.factor import is_vouched_for, went_beyond
from people.sso.reasons import Why

Handler = Callable[[HttpRequest], HttpResponse]
OPEN_TO_ALL = ("/healthz", "/readyz", "/robots.txt", "/static/", "/media/", "/v/", "/calendar/")
# What somebody may do before the second factor is set up: set it up, or leave.
SETTING_UP = frozenset(
    {"mfa_index", "mfa_activate_totp", "mfa_list_webauthn", "mfa_add_webauthn", "account_reauthenticate",
     "account_logout", "account_set_password", "account_inactive",
     # or to come again with a second factor that the institution asked for
     "sso-start", "sso-callback", "sso-refused"}
)  # fmt: skip
# Addresses whose number is a person's.
OF_A_PERSON = frozenset(
    {"people:person", "people:person-edit", "people:person-account", "people:person-erase",
     "certification:standing-person", "certification:circumstances", "certification:passport-of"}
)  # fmt: skip
NEEDS_PERSON = frozenset({"people", "courses", "training", "certification"})


def require_second_factor(get_response: Handler) -> Handler:
    """Whoever holds a staff role and has no second factor yet is led to set one up, and nowhere else.

    A login without a person is led to the short form that makes one, before any page that is about a person. Whom an
    institution signed in, and who has more by now than it could open, signs in anew.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(OPEN_TO_ALL) or not request.user.is_authenticated:
            return get_response(request)
        if provider := went_beyond(request, request.user):
            get_adapter(request).logout(request)
            return redirect("sso-refused", provider, Why.BEYOND.value)
        elsewhere = _first_things_first(request)
        return redirect(elsewhere) if elsewhere else get_response(request)

    return middleware


def lead_to_merged(get_response: Handler) -> Handler:
    """An address of a record that became part of another leads to that one, for whoever may see it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        match = request.resolver_match
        if response.status_code != 404 or request.method != "GET" or match is None:
            return response
        if match.view_name not in OF_A_PERSON or not request.user.is_authenticated:
            return response
        last = present(match.kwargs["pk"])
        if last is None or not Person.objects.visible_to(request.user).filter(pk=last).exists():
            return response
        return redirect(match.view_name, **{**match.kwargs, "pk": last})

    return middleware


def _first_things_first(request: HttpRequest) -> str | None:
    user = request.user
    needs = grants_of(user).needs_second_factor and not has_second_factor(user)
    is_nobody = user.person_id is None and not user.is_superuser
    if not needs and not is_nobody:
        return None
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return None
    if needs and not is_vouched_for(request, user):
        return None if match.url_name in SETTING_UP else reverse("mfa_index")
    if is_nobody:
        about_people = (
            NEEDS_PERSON.intersection(match.app_names) and match.view_name != "people:welcome"
        )
        if about_people:
            return welcome_url(request.get_full_path() if request.method == "GET" else "")
    return None
