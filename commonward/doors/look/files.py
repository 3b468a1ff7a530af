"""Hand a file over: never shown inside a page, stored by nobody on the way."""

from django.http import HttpResponse

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def as_file(data: bytes, name: str) -> HttpResponse:
    """A download under this name, whose ending says what it is; it may hold somebody's words."""
    response = HttpResponse(data, content_type=TYPES[name.rpartition(".")[2]])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Content-Type-Options"] = "nosniff"
    return response
