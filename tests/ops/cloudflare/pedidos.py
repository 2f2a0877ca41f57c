"""A request as Cloudflare sees it, and what a zone's rules do with it, phase by phase."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from posixpath import normpath
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from fiscalxml_ops.cloudflare.managed_rules import CLOUDFLARE, OWASP
from fiscalxml_ops.cloudflare.root import rulesets
from fiscalxml_ops.cloudflare.zones import Zona
from fiscalxml_server.kit.settings import Settings

from .wirefilter import compiled

Json = dict[str, Any]
SETTINGS: Final = Settings.model_construct()


@dataclass(frozen=True)
class Pedido:
    """One."""

    metodo: str
    alvo: str
    """path and query, as sent"""
    host: str = "api.fiscal.example.com.br"
    cabecalhos: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    trabalhador: str = ""
    """the zone of the Worker that sent it"""
    certificado: str = ""
    """SHA-256 of one that the caller showed and Cloudflare verified"""
    revogado: bool = False

    def fields(self) -> Json:
        """By the names of the rules language. Paths are normalised, as the zone asks for it."""
        path = unquote(urlsplit(f"//h{self.alvo}").path).replace("\\", "/")
        bare = normpath("/" + path.lstrip("/"))
        return {
            "http.host": self.host,
            "http.request.method": self.metodo,
            "http.request.uri.path": bare + ("/" if path.endswith("/") and bare != "/" else ""),
            "http.request.headers": {
                name.lower(): values for name, values in self.cabecalhos.items()
            },
            "cf.worker.upstream_zone": self.trabalhador,
            "cf.tls_client_auth.cert_verified": bool(self.certificado),
            "cf.tls_client_auth.cert_revoked": self.revogado,
            "cf.tls_client_auth.cert_fingerprint_sha256": self.certificado,
        }


class Regras:
    """Those of a zone."""

    def __init__(self, zona: Zona, settings: Settings = SETTINGS) -> None:
        self._rules = {
            phase: [(each, compiled(each["expression"])) for each in told["rules"]]
            for phase, told in rulesets(zona, settings).items()
        }

    def matching(self, phase: str, fields: Json) -> list[Json]:
        """Rules of a phase that are for this request, in order."""
        return [rule for rule, test in self._rules[phase] if test(fields)]

    def refusal(self, pedido: Pedido) -> Json | None:
        """What a rule of ours answers it; None where it goes on."""
        for rule in self.matching("http_request_firewall_custom", pedido.fields()):
            assert rule["action"] == "block"
            answer: Json = rule["action_parameters"]["response"]
            return {**answer, "ref": rule["ref"]}
        return None

    def looked_into_by(self, pedido: Pedido) -> set[str]:
        """Managed rulesets that read it."""
        skipped: set[str] = set()
        read: set[str] = set()
        for rule in self.matching("http_request_firewall_managed", pedido.fields()):
            parameters = rule["action_parameters"]
            if rule["action"] == "skip":
                skipped |= set(parameters["rulesets"])
            else:
                read |= {parameters["id"]} - skipped
        assert read <= {CLOUDFLARE, OWASP}
        return read

    def counted_by(self, pedido: Pedido) -> set[str]:
        """Rate rules that count it."""
        return {rule["ref"] for rule in self.matching("http_ratelimit", pedido.fields())}

    def kept(self, pedido: Pedido) -> bool:
        """Whether an answer may be kept: the last rule decides."""
        found = self.matching("http_request_cache_settings", pedido.fields())
        return bool(found[-1]["action_parameters"]["cache"])

    def error(self, kind: str, content_type: str) -> Json | None:
        """What takes the place of an error's page, by who made it and what type it has."""
        fields = {
            "cf.response.error_type": kind,
            "http.response.headers": {"content-type": (content_type,)},
        }
        for rule in self.matching("http_custom_errors", fields):
            told: Json = rule["action_parameters"]
            headers = {
                name: value["value"]
                for each in self.matching("http_response_headers_transform", fields)
                for name, value in each["action_parameters"]["headers"].items()
            }
            return {**told, "cabecalhos": headers}
        return None
