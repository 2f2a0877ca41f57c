"""`ops/deploy/haproxy.cfg`: the balancer's configuration, as `deploy iniciar` writes it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fiscalxml_ops.deploy.haproxy import configuration
from fiscalxml_ops.deploy.state import ports_from, ports_of

_PORT = 8000


def artefacts() -> Mapping[str, str]:
    """To be read, and checked by HAProxy itself in a test."""
    state = ports_from(_PORT)
    servers = {cor: ports_of(base) for cor, base in state.bases.items()}
    text = configuration(
        Path("/run/haproxy/fiscalxml.sock"),
        state.registro,
        ports_of(state.entrada),
        servers,
        state.ativa,
    )
    return {"ops/deploy/haproxy.cfg": text}
