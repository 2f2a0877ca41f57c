"""The bodies of requests."""

from __future__ import annotations

from fiscalxml_server.kit.http.openapi.components import Json, example_of


def document_body(xml: str, base64: str) -> Json:
    """The `requestBody` of an operation that reads one document. The arguments name examples."""
    raw = {"schema": _XML, "examples": {xml: example_of(xml)}}
    file = {"type": "string", "format": "binary", "description": "O XML, como um arquivo."}
    return {
        "required": True,
        "description": (
            "Um documento. Também comprimido, com `Content-Encoding: gzip`. O XML diz a própria "
            "codificação: `charset` não é lido."
        ),
        "content": {
            "application/xml": raw,
            "text/xml": raw,
            "application/octet-stream": {"schema": {"type": "string", "description": _RAW}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["arquivo"],
                    "properties": {"arquivo": file},
                    "additionalProperties": False,
                }
            },
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["xml"],
                    "properties": {
                        "xml": {
                            "type": "string",
                            "contentEncoding": "base64",
                            "description": "O XML em base64.",
                        }
                    },
                    "additionalProperties": False,
                },
                "examples": {base64: example_of(base64)},
            },
        },
    }


_RAW = "Os bytes do XML."
# A text; `object` and `xml` let Swagger UI show the example instead of wrapping it.
_XML: Json = {"type": ["object", "string"], "xml": {"name": "NFe"}, "description": _RAW}
