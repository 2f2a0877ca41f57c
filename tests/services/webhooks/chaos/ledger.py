"""What is stored and what was told of it, against what each receiver has."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

import msgspec

from services.chaos.system import Sistema

from .receivers import Receptor
from .subscriptions import Inscrito

_TOLD: Final = """
    SELECT n.id, n.tipo, n.alvo, n.corpo, d.veredito,
        CASE WHEN d.evento_chave IS NULL THEN d.modelo ELSE substr(d.evento_chave, 21, 2) END
            AS modelo
    FROM webhooks.notificacoes n LEFT JOIN documentos d ON n.alvo = 'documento:' || d.id
    ORDER BY n.id
"""
_STORED: Final = "SELECT id, vigente, veredito, situacao, evento_chave FROM documentos"
_LOTES: Final = "SELECT id FROM lotes WHERE situacao = 'concluido'"
_DELIVERIES: Final = """
    SELECT e.assinatura, e.notificacao, e.situacao, e.tentativas, e.codigo, e.terminado_em,
        (SELECT max(t.numero) FROM webhooks.tentativas t
         WHERE t.assinatura = e.assinatura AND t.notificacao = e.notificacao) AS feitas
    FROM webhooks.entregas e
"""
_QUEUE: Final = "SELECT assinatura, notificacao FROM webhooks.fila"
_OPEN: Final = """
    SELECT count(*) FROM webhooks.entregas
    WHERE situacao <> 'entregue' AND assinatura <> ALL (ARRAY[{dead}]::uuid[])
"""

_WHERE: Final = """
    SELECT e.assinatura, e.situacao, coalesce(f.estado, 'fora da fila'), a.situacao,
        coalesce(t.codigo::text, t.erro, 'nunca') || ' há ' || coalesce(round(t.ha / 10) * 10, 0)
    FROM webhooks.entregas e JOIN webhooks.assinaturas a ON a.id = e.assinatura
    LEFT JOIN webhooks.fila f USING (assinatura, notificacao)
    LEFT JOIN LATERAL (
        SELECT codigo, erro, extract(epoch FROM now() - em) AS ha FROM webhooks.tentativas t
        WHERE t.assinatura = e.assinatura AND t.notificacao = e.notificacao
        ORDER BY em DESC LIMIT 1
    ) AS t ON true
    WHERE e.situacao <> 'entregue'
"""


def undelivered(sistema: Sistema, inscritos: Sequence[Inscrito]) -> int:
    """How many deliveries are still to be made to those who are alive."""
    dead = ", ".join(f"'{each.id}'" for each in inscritos if each.receptor.dead)
    return int(sistema.rows(_OPEN.format(dead=dead))[0][0])


def open_ones(sistema: Sistema, inscritos: Sequence[Inscrito]) -> str:
    """Those, by subscription, where they are, and what came of the last attempt, when."""
    names = {each.id: each.receptor.nome for each in inscritos}
    counted = Counter(" ".join((names[row[0]], *row[1:])) for row in sistema.rows(_WHERE))
    return str(dict(counted))


class Razao:
    """Once all is calm. Every check raises AssertionError."""

    def __init__(self, sistema: Sistema, inscritos: Sequence[Inscrito], trap: Receptor) -> None:
        self._inscritos = inscritos
        self._trap = trap
        self._told = sistema.rows(_TOLD)
        self._stored = sistema.rows(_STORED)
        self._lotes = sistema.rows(_LOTES)
        self._deliveries: defaultdict[UUID, dict[str, Mapping[str, Any]]] = defaultdict(dict)
        for row in sistema.rows(_DELIVERIES):
            self._deliveries[row["assinatura"]][str(row["notificacao"])] = row
        self._queue = {(row[0], str(row[1])) for row in sistema.rows(_QUEUE)}

    def check(self) -> str:
        """All of it; gives its size."""
        self._check_told()
        assert not self._trap.requests, "a redirect was followed"
        problems = [
            f"{each.receptor.nome}: {problem}"
            for each in self._inscritos
            for check in self._checks()
            if (problem := check(each))
        ]
        assert not problems, "\n".join(problems)
        requests = sum(each.receptor.requests for each in self._inscritos)
        deliveries = sum(map(len, self._deliveries.values()))
        return f"{len(self._told)} notificações, {deliveries} deliveries, {requests} requests"

    def _check_told(self) -> None:
        """Of each document that it came, and that it was cancelled, once; of each lote its end."""
        said: Counter[tuple[str, str, bool]] = Counter()
        for row in self._told:
            again = msgspec.json.decode(row["corpo"])["dados"].get("atualizado", False)
            said[row["alvo"], row["tipo"], again] += 1
        wrong = []
        for row in self._stored:
            alvo = f"documento:{row['id']}"
            if row["evento_chave"] is not None:
                came = said[alvo, "documento.evento", False]
            else:
                invalid = row["veredito"] == "invalido"
                tipo = "documento.invalido" if invalid else "documento.processado"
                came = said[alvo, tipo, False]
                cancelled = sum(said[alvo, "documento.cancelado", again] for again in (True, False))
                if cancelled != (row["situacao"] == "cancelado"):
                    wrong.append(f"{alvo} is {row['situacao']}, told {cancelled} times")
            if came != 1:
                wrong.append(f"{alvo} told {came} times")
        wrong += [
            f"lote {row['id']} told {count} times"
            for row in self._lotes
            if (count := said[f"lote:{row['id']}", "lote.concluido", False]) != 1
        ]
        assert not wrong, wrong[:5]

    def _checks(self) -> Sequence[Callable[[Inscrito], str]]:
        return (self._heard, self._wanted, self._states, self._acknowledged, self._in_order)

    def _heard(self, inscrito: Inscrito) -> str:
        """Signatures, and the same body each time, which is what is stored."""
        receptor = inscrito.receptor
        stored = {str(row["id"]): row["corpo"].encode() for row in self._told}
        other = [id_ for id_, body in receptor.bodies.items() if stored.get(id_) != body]
        return _said("faults", receptor.faults) or _said("bodies that are not stored", other)

    def _wanted(self, inscrito: Inscrito) -> str:
        """A delivery for each that it wanted, and a request for nothing else."""
        wanted = {str(row["id"]) for row in self._told if inscrito.wants(row)}
        there = self._deliveries[inscrito.id].keys()
        return (
            _said("wanted, without a delivery", wanted - there)
            or _said("deliveries not wanted", there - wanted)
            or _said("came and were not wanted", inscrito.receptor.bodies.keys() - wanted)
        )

    def _states(self, inscrito: Inscrito) -> str:
        """Delivered and out of the queue; to the dead nothing, and all of it waits."""
        dead = inscrito.receptor.dead
        wrong = [
            f"{id_} {row['situacao']} {row['tentativas']}/{row['feitas']}"
            for id_, row in self._deliveries[inscrito.id].items()
            if ((inscrito.id, id_) in self._queue) != dead
            or row["situacao"] != ("pendente" if dead else "entregue")
            or (row["terminado_em"] is None) != dead
            or row["tentativas"] != (row["feitas"] or 0)
            or (not dead and row["codigo"] not in range(200, 300))
        ]
        return _said("other states", wrong)

    def _acknowledged(self, inscrito: Inscrito) -> str:
        if inscrito.receptor.dead:
            return ""
        missing = self._deliveries[inscrito.id].keys() - set(inscrito.receptor.acknowledged)
        return _said("delivered, and the receiver knows nothing of it", missing)

    def _in_order(self, inscrito: Inscrito) -> str:
        if not inscrito.ordenada:
            return ""
        first = list(dict.fromkeys(inscrito.receptor.acknowledged))
        wrong = [f"{after} after {before}" for before, after in pairwise(first) if after < before]
        return _said("out of order", wrong)


def _said(what: str, found: Any) -> str:
    some = sorted(found)
    return f"{len(some)} {what}: {some[:4]}" if some else ""
