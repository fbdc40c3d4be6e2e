"""Pages on which administrators set up their authorities' papers, with a sample beside the form."""

import base64
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from certification.actions import layouts
from certification.designs import Design, design_of
from certification.errors import CertificationError
from certification.forms_layout import LayoutForm, LogoForm, initial
from certification.models import Authority
from certification.samples import sample_pdf, sample_picture
from formats.logo import MOST_BYTES
from formats.typesetting import UnprintableText
from people.access import grants_of
from people.permissions import Permission


def _managed(request: HttpRequest, pk: int) -> Authority:
    rows = Authority.objects.visible_to(request.user).select_related("organisation")
    return get_object_or_404(rows, pk=pk)


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The authorities that the reader sets up."""
    if not grants_of(request.user).anywhere(Permission.MANAGE_ORGANISATION):
        raise Http404
    rows = Authority.objects.visible_to(request.user).select_related("organisation")
    context = {"authorities": rows.order_by("organisation__path")}
    return render(request, "certification/authorities.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def layout(request: HttpRequest, pk: int) -> HttpResponse:
    """The form with the sample; «show a sample» needs no JavaScript and saves nothing."""
    authority = _managed(request, pk)
    design = design_of(authority)
    form = LayoutForm(request.POST or None, authority=authority, initial=initial(authority, design))
    if request.method == "POST" and form.is_valid():
        design = form.design(design.logo)
        if request.POST.get("step") != "sample" and _save(request, authority, form, design):
            return redirect("certification:layout", authority.pk)
    context = {
        "authority": authority,
        "form": form,
        "logo_form": LogoForm(),
        "has_logo": bool(design.logo),
        **_sample(authority, design),
    }
    return render(request, "certification/layout.html", context)


def _save(request: HttpRequest, authority: Authority, form: LayoutForm, design: Design) -> bool:
    rules = {name: form.cleaned_data[name] for name in ("is_automatic", "asks_second_person")}
    try:
        layouts.save(authority=authority, by=request.user, design=design, **rules)
    except CertificationError as error:
        form.add_error(None, str(error.message))
        return False
    messages.success(request, _("The layout is saved. It holds for what is issued from now on."))
    return True


@login_required
@require_POST
def sample(request: HttpRequest, pk: int) -> HttpResponse:
    """The sample alone, of what is in the form now."""
    authority = _managed(request, pk)
    design = design_of(authority)
    form = LayoutForm(request.POST, authority=authority)
    if form.is_valid():
        design = form.design(design.logo)
    return render(request, "certification/parts/sample.html", _sample(authority, design))


@login_required
@require_GET
def sample_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The sample of the saved layout as a PDF."""
    authority = _managed(request, pk)
    answer = HttpResponse(
        sample_pdf(authority, design_of(authority)), content_type="application/pdf"
    )
    answer["Content-Disposition"] = 'inline; filename="sample.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
@require_POST
def logo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a picture as the logo, or take it away."""
    authority = _managed(request, pk)
    if request.POST.get("step") == "remove":
        layouts.set_logo(authority=authority, by=request.user, data=None)
        messages.success(request, _("The logo was removed."))
        return redirect("certification:layout", authority.pk)
    form = LogoForm(request.POST, request.FILES)
    if form.is_valid():
        data = form.cleaned_data["picture"].read(MOST_BYTES + 1)
        try:
            layouts.set_logo(authority=authority, by=request.user, data=data)
        except CertificationError as error:
            form.add_error("picture", str(error.message))
        else:
            messages.success(request, _("The logo is saved."))
            return redirect("certification:layout", authority.pk)
    design = design_of(authority)
    context = {
        "authority": authority,
        "form": LayoutForm(authority=authority, initial=initial(authority, design)),
        "logo_form": form,
        "has_logo": bool(design.logo),
        **_sample(authority, design),
    }
    return render(request, "certification/layout.html", context)


def _sample(authority: Authority, design: Design) -> dict[str, Any]:
    try:
        png = sample_picture(authority, design)
    except UnprintableText as error:
        return {"sample": "", "unprintable": error.text}
    return {"sample": f"data:image/png;base64,{base64.b64encode(png).decode()}"}
