"""Our own doors, as the comparison calls them."""

from __future__ import annotations

from fiscalxml import Limits, Report, Resumo, summarize, validate
from fiscalxml.signatures.certificate import parse_certificate
from fiscalxml.signatures.chain import autoridades
from fiscalxml.xml import Xml, parse


class Ours:
    """`fiscalxml` with a folder of authorities, so that the chain of every signer is known."""

    def __init__(self, authorities: str) -> None:
        self.authorities = authorities
        self._limits = Limits()

    def parse(self, data: bytes) -> Xml:
        """Hardened parsing alone."""
        return parse(data, self._limits)

    def validate(self, data: bytes) -> Report:
        """All layers."""
        return validate(data, ac=[self.authorities])

    def validate_to_json(self, data: bytes) -> bytes:
        """All layers, and the report as the command line prints it."""
        return validate(data, ac=[self.authorities]).to_json()

    def summarize(self, data: bytes) -> Resumo:
        """The resumo."""
        return summarize(data)

    def summarize_to_json(self, data: bytes) -> bytes:
        """The resumo as JSON."""
        return summarize(data).to_json()


def forget_certificates(ours: Ours) -> None:
    """Make every signer unknown again; the authorities themselves stay loaded."""
    parse_certificate.cache_clear()
    autoridades.cache_clear()
    autoridades(ours.authorities)
