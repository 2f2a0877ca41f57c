"""Who subscribes, to what; and what each is to be told, as far as this test knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import msgspec

from services.chaos.sender import Remetente
from services.webhooks.authorities import Autoridade

from . import behaviours
from .behaviours import sometimes
from .receivers import Receptor

_NONE: Final = UUID(int=0)


@dataclass
class Inscrito:
    """A receiver and its subscription."""

    receptor: Receptor
    filtro: Mapping[str, list[str]] = field(default_factory=dict)
    opcoes: Mapping[str, Any] = field(default_factory=dict)
    toggled: bool = False
    """it is paused and resumed meanwhile"""
    id: UUID = _NONE

    @property
    def ordenada(self) -> bool:
        return bool(self.opcoes.get("ordenada"))

    def wants(self, told: Mapping[str, Any]) -> bool:
        """Of a row of what was told, with what its document is."""
        return all(
            told[name] is None or not wanted or told[name] in wanted
            for name, wanted in (
                ("tipo", self.filtro.get("tipos")),
                ("modelo", self.filtro.get("modelos")),
                ("veredito", self.filtro.get("vereditos")),
            )
        )

    def subscribe(self, remetente: Remetente) -> None:
        """Through the Webhook Service."""
        asked = {"url": self.receptor.url, **self.filtro, **self.opcoes}
        answer = remetente.send("/v1/webhooks", msgspec.json.encode(asked), "application/json")
        assert answer.status_code == 201, answer.text
        self.id, self.receptor.segredo = UUID(answer.json()["id"]), answer.json()["segredo"]


def everybody(autoridade: Autoridade) -> tuple[list[Inscrito], Receptor]:
    """All subscribers, and the receiver to which others would send the service."""
    trap = Receptor("armadilha", behaviours.good)
    modos = {
        "rapido": behaviours.good,
        "lento": sometimes(0.5, behaviours.slow),
        "corta": sometimes(0.5, behaviours.reset),
        "erra": sometimes(0.6, behaviours.wrong),
        "desvia": sometimes(0.5, behaviours.elsewhere(lambda: trap.url)),
        "enorme": sometimes(0.3, behaviours.huge),
        "gota": sometimes(0.3, behaviours.trickle),
        "lixo": sometimes(0.5, behaviours.garbage),
    }
    found = [Inscrito(Receptor(nome, modo)) for nome, modo in modos.items()]
    found += [
        Inscrito(
            Receptor(
                "falso",
                behaviours.good,
                tls=autoridade.context("127.0.0.1", self_signed=True),
                tls_calm=autoridade.context("127.0.0.1"),
            )
        ),
        Inscrito(Receptor("pisca", behaviours.good, flaps=True)),
        Inscrito(Receptor("sem-nome", behaviours.good, name="avisos.receptor.example")),
        Inscrito(Receptor("morto", behaviours.good, dead=True)),
        Inscrito(Receptor("pausado", behaviours.good), toggled=True),
        Inscrito(Receptor("ordenado", behaviours.good), opcoes={"ordenada": True}),
        Inscrito(
            Receptor("ordenado-que-erra", sometimes(0.1, behaviours.wrong)),
            opcoes={"ordenada": True},
        ),
        Inscrito(Receptor("processados", behaviours.good), {"tipos": ["documento.processado"]}),
        Inscrito(
            Receptor("invalidos", behaviours.good), {"vereditos": ["invalido"], "modelos": ["55"]}
        ),
    ]
    return found, trap
