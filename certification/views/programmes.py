"""Programmes for those who manage them: the rule in force, what is unknown, and the courses that lead there."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.validators import MaxLengthValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from certification.actions.programmes import set_courses, set_paper_name
from certification.days import today
from certification.errors import CertificationError
from certification.finding_words import WITH_REQUIREMENTS, requirements_in_words
from certification.models import Programme
from certification.programme_queries import programmes_with_rules
from courses.models import Course
from people.access import grants_of
from people.fields import TranslatedFormField
from people.permissions import Permission

LONGEST_NAME = 60


class CoursesForm(forms.Form):
    """Which courses lead to the programme."""

    courses = forms.ModelMultipleChoiceField(
        Course.objects.none(),
        label=_("Courses that lead to this programme's certificate"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["courses"].queryset = Course.objects.in_language_or_source().order_by("title")


class PaperNameForm(forms.Form):
    """What the programme's certificate is called."""

    names = TranslatedFormField(
        label=_("Name of the certificate"),
        help_text=_("It stands in large letters on the paper. Empty: “Certificate”."),
        required=False,
    )

    def clean_names(self) -> dict[str, str]:
        """It has one line of the paper."""
        found: dict[str, str] = self.cleaned_data["names"] or {}
        for text in found.values():
            MaxLengthValidator(LONGEST_NAME)(text)
        return found


def _managed(request: HttpRequest) -> None:
    if not grants_of(request.user).at_the_top(Permission.MANAGE_PROGRAMMES):
        raise Http404


def managed(request: HttpRequest, pk: int) -> Programme:
    """A programme of this deployment, for those who manage programmes."""
    _managed(request)
    rows = Programme.objects.filter(jurisdiction__code=settings.JURISDICTION)
    return get_object_or_404(rows, pk=pk)


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """All programmes of this deployment's jurisdiction."""
    _managed(request)
    return render(
        request,
        "certification/programmes.html",
        {"programmes": programmes_with_rules(settings.JURISDICTION)},
    )


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A programme: its draft if there is one, and every version that was ever published, the newest first."""
    programme = managed(request, pk)
    versions = programme.versions.prefetch_related(*WITH_REQUIREMENTS)
    rows = [(version, requirements_in_words(version)) for version in versions]
    context = {
        "programme": programme,
        "drafts": [row for row in rows if row[0].is_draft],
        "versions": [row for row in rows if not row[0].is_draft],
        "today": today(),
    }
    return render(request, "certification/programme.html", context)


@login_required
def courses(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the courses of a programme."""
    programme = managed(request, pk)
    choices = Course.objects.in_language_or_source()
    keys = programme.courses.values("translation_key")
    form = CoursesForm(
        request.POST or None, initial={"courses": choices.filter(translation_key__in=keys)}
    )
    if request.method == "POST" and form.is_valid():
        set_courses(
            programme=programme, courses=list(form.cleaned_data["courses"]), by=request.user
        )
        messages.success(request, _("The courses of the programme are saved."))
        return redirect("certification:programme", programme.pk)
    return render(
        request, "certification/programme_courses.html", {"programme": programme, "form": form}
    )


@login_required
def paper_name(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the certificate of a programme is called in each language."""
    programme = managed(request, pk)
    form = PaperNameForm(request.POST or None, initial={"names": programme.paper_name})
    if request.method == "POST" and form.is_valid():
        try:
            set_paper_name(programme=programme, names=form.cleaned_data["names"], by=request.user)
        except CertificationError as error:
            form.add_error("names", str(error.message))
        else:
            messages.success(
                request, _("The name is saved. It holds for what is issued from now on.")
            )
            return redirect("certification:programme", programme.pk)
    context = {"programme": programme, "form": form}
    return render(request, "certification/programme_paper_name.html", context)
