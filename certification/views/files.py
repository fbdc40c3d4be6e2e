"""Sending files."""

from django.http import FileResponse, Http404, HttpResponse

from certification.models import Certificate


def pdf_response(certificate: Certificate) -> FileResponse:
    """The PDF of a certificate, named by its number; opened in the browser, saved by nobody on the way."""
    name = certificate.number.replace("/", "-") + ".pdf"
    try:
        file = certificate.document.pdf.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(file, content_type="application/pdf", filename=name)
    response["Cache-Control"] = "no-store"
    return response


def attachment(data: bytes, name: str, content_type: str) -> HttpResponse:
    """A file to save."""
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
