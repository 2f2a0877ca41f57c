"""`waf/servico.conf`: what the rules must know of the services, from their settings and routes."""

from __future__ import annotations

from typing import Final

from fiscalxml_ops.edge.limits import JSON_DEPTH, document_bytes
from fiscalxml_ops.edge.routes import DOCUMENTS, alternatives
from fiscalxml_server.api.lotes.uploads import ARCHIVE_TYPES
from fiscalxml_server.kit.http.body import FORM, JSON, MULTIPART, RAW_TYPES
from fiscalxml_server.kit.settings import Settings

SECRETS: Final = ("senha", "nova", "atual")
"""members that are any characters: passwords"""
ADDRESSES: Final = ("url", "onde")
"""that are addresses: of receivers, of where a key was found"""
TELLING: Final = ("descricao", "dados", "medidas", "motivo")
"""of an incident or a hold, which may tell of an attack in its own words"""
_TELLS: Final = ("/v1/privacidade/incidentes", "/v1/privacidade/retencoes")
_LEAKED: Final = "/v1/chaves-vazadas"
"""is sent a list, whose members have no name that a rule could except"""
_HEADERS: Final = "/accept-charset/ /proxy/ /lock-token/ /content-range/ /if/"
"""that no request of ours has; Content-Encoding, which the rules would refuse too, is gzip's"""
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def servico(settings: Settings) -> str:
    """The file."""
    limit = document_bytes(settings)
    types = dict.fromkeys((*RAW_TYPES, MULTIPART, JSON, FORM, *ARCHIVE_TYPES))
    return f"""\
# Made by `make operacao` from src/fiscalxml_ops/edge/waf.py: change it there.
SecRequestBodyLimit {limit}
SecRequestBodyNoFilesLimit {limit}
SecRequestBodyJsonDepthLimit {JSON_DEPTH}

SecAction "id:10000,phase:1,pass,nolog,t:none,\\
    setvar:'tx.allowed_methods={" ".join(_METHODS)}',\\
    setvar:'tx.allowed_http_versions=HTTP/1.0 HTTP/1.1',\\
    setvar:'tx.restricted_headers={_HEADERS}',\\
    setvar:'tx.restricted_headers_basic={_HEADERS}',\\
    setvar:'tx.allowed_request_content_type={" ".join(f"|{name}|" for name in types)}'"

SecRule REQUEST_HEADERS:Content-Type "@rx ^application/(?:[a-z0-9.-]+\\+)?json" \\
    "id:10010,phase:1,pass,nolog,t:none,t:lowercase,ctl:requestBodyProcessor=JSON,ctl:ruleRemoveByTag=borda-xml"
# What is compressed cannot be read here; the service inflates it under its own limits. Rules on the
# body go, and not the access to it: without that, phase 2 is skipped, queries and headers with it.
SecRule REQUEST_HEADERS:Content-Encoding "!@rx ^(?:|identity)$" \\
    "id:10011,phase:1,pass,nolog,t:none,t:lowercase,ctl:ruleRemoveByTag=borda-corpo"

# A document in base64 is looked into by our own rules alone.
SecRule REQUEST_FILENAME "@rx ^{alternatives(DOCUMENTS)}$" \\
    "id:10020,phase:1,pass,nolog,t:none,ctl:ruleRemoveTargetByTag=OWASP_CRS;ARGS:json.xml"
SecAction "id:10021,phase:1,pass,nolog,t:none,\\
    {_without("OWASP_CRS", SECRETS)},\\
    {_without("attack-rfi", ADDRESSES)}"
SecRule REQUEST_FILENAME "@streq {_LEAKED}" \\
    "id:10023,phase:1,pass,nolog,t:none,ctl:ruleRemoveByTag=attack-rfi"
SecRule REQUEST_FILENAME "@rx ^{alternatives(_TELLS)}" \\
    "id:10022,phase:1,pass,nolog,t:none,\\
    {_without("OWASP_CRS", TELLING)}"
"""


def _without(tag: str, members: tuple[str, ...]) -> str:
    return ",\\\n    ".join(
        f"ctl:ruleRemoveTargetByTag={tag};ARGS:json.{member}" for member in members
    )
