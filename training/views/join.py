"""From a poster to the page where one enrols: by scanning, or by typing the code."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from training.forms.terms import JoinForm
from training.models import Edition
from training.models.enrolment import CODE_LETTERS


def short_url(code: str) -> str:
    """What stands on the poster."""
    return f"{settings.SITE_URL}{reverse('join-short', args=[code])}"


@require_GET
def short(request: HttpRequest, token: str) -> HttpResponse:
    """The printed address, without a language: on to the reader's own."""
    return redirect("training:join-code", token)


@require_GET
def by_code(request: HttpRequest, token: str) -> HttpResponse:
    """To where one enrols; whoever has not signed in first sees what it is. An old code says so."""
    edition = _edition_of(token)
    if edition is None:
        form = JoinForm({"code": token})
        form.is_valid()
        form.add_error("code", _unknown())
        return render(request, "training/join.html", {"form": form}, status=404)
    return _to(request, edition)


def typed(request: HttpRequest) -> HttpResponse:
    """The code, typed: small letters and spaces do no harm."""
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        edition = _edition_of(form.cleaned_data["code"])
        if edition:
            return _to(request, edition)
        form.add_error("code", _unknown())
    return render(request, "training/join.html", {"form": form})


def _to(request: HttpRequest, edition: Edition) -> HttpResponse:
    page = "training:enrol" if getattr(request.user, "person", None) else "training:edition"
    return redirect(page, edition.pk)


def _edition_of(text: str) -> Edition | None:
    code = "".join(letter for letter in text.upper() if letter in CODE_LETTERS)
    return Edition.objects.published().filter(join_code=code).first() if code else None


def _unknown() -> str:
    return _("No course has this code. Look at the poster again: it has eight letters and digits.")
