"""The OpenAPI 3.1 document of an application, beyond what FastAPI derives from signatures.

Endpoints say their errors with `problems(...)`; domains add schemas and examples as `Components`.
Here they are joined with what holds for every operation: credentials, scopes, common errors.
"""

from fiscalxml_server.kit.http.openapi.answers import (
    events_answer,
    json_answer,
    pages_too,
    pdf_answer,
    problems,
    with_headers,
    xml_answer,
)
from fiscalxml_server.kit.http.openapi.bodies import document_body
from fiscalxml_server.kit.http.openapi.components import Components, Json, example_of, schema_ref
from fiscalxml_server.kit.http.openapi.credentials import KEY_OR_TOKEN
from fiscalxml_server.kit.http.openapi.document import build_openapi
from fiscalxml_server.kit.http.openapi.headers import ETAG, LOCATION, NOT_MODIFIED, REPLAYED
from fiscalxml_server.kit.http.openapi.problema import problema
from fiscalxml_server.kit.http.openapi.schemas import described, in_components, page_of

__all__ = [
    "ETAG",
    "KEY_OR_TOKEN",
    "LOCATION",
    "NOT_MODIFIED",
    "REPLAYED",
    "Components",
    "Json",
    "build_openapi",
    "described",
    "document_body",
    "events_answer",
    "example_of",
    "in_components",
    "json_answer",
    "page_of",
    "pages_too",
    "pdf_answer",
    "problema",
    "problems",
    "schema_ref",
    "with_headers",
    "xml_answer",
]
