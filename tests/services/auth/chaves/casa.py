"""An organisation with its people, and what they do with keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import msgspec
from sqlalchemy import text

import seeds
from fiscalxml_server.auth.organizacoes.models import membros, organizacoes
from fiscalxml_server.auth.pessoas.models import pessoas
from fiscalxml_server.kit.db import new_id
from fiscalxml_server.kit.rbac import Papel
from services.auth.portal import Portal

CNPJ, OUTRO_CNPJ, CPF = seeds.CNPJ, "12ABC34501DE35", seeds.CPF_DO_MOTORISTA


class Casa:
    """`dono` is who asks unless another is said."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.id, self.teste = new_id(), uuid4()
        self.dono, self.email = new_id(), f"dona-{uuid4().hex}@{seeds.DOMINIO}"
        portal.run(self._write())

    async def _write(self) -> None:
        async with self.portal.recursos.banco.transacao(self.id) as conn:
            await conn.execute(
                organizacoes.insert().values(id=self.id, teste=self.teste, nome="Casa")
            )
            await conn.execute(
                pessoas.insert().values(id=self.dono, email=self.email, nome=seeds.PESSOAS[2])
            )
            await conn.execute(
                membros.insert().values(
                    organizacao=self.id, pessoa=self.dono, papel=Papel.DONO.value
                )
            )

    def member(self, papel: Papel) -> tuple[UUID, str]:
        """Another person of it, with the e-mail address."""
        pessoa, email = new_id(), f"{papel}-{uuid4().hex}@{seeds.DOMINIO}"

        async def write() -> None:
            async with self.portal.recursos.banco.transacao(self.id) as conn:
                await conn.execute(pessoas.insert().values(id=pessoa, email=email, nome="Pessoa"))
                await conn.execute(
                    membros.insert().values(organizacao=self.id, pessoa=pessoa, papel=papel.value)
                )

        self.portal.run(write())
        return pessoa, email

    def token(self, papel: Papel = Papel.DONO, **claims: Any) -> str:
        return self.portal.token(self.dono, self.id, papel=papel, **claims)

    def ask(
        self, method: str, path: str = "", *, token: str = "", **options: Any
    ) -> httpx2.Response:
        """A request about keys; by the owner unless a token is given."""
        return self.portal.request(
            method, f"/v1/chaves-api{path}", token=token or self.token(), **options
        )

    def new(self, *, token: str = "", **asked: Any) -> dict[str, Any]:
        """A key that was made; with the scope to read unless others are asked for."""
        body = {"nome": "ERP", "escopos": ["documentos:ler"], **asked}
        answer = self.ask("POST", token=token, json=body)
        assert answer.status_code == 201, answer.text
        created: dict[str, Any] = answer.json()
        return created

    def told_of(self, chave: object) -> dict[str, Any]:
        """What the services are told of a key."""
        answer = self.portal.calling("POST", "/interno/introspeccao", json={"chave": chave})
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def works(self, chave: str) -> bool:
        """Whether the services let in who brings it."""
        return bool(self.told_of(chave)["ativa"])

    def sql(self, statement: str, **values: Any) -> list[Any]:
        """Rows of a statement in the organisation's transaction."""

        async def do() -> list[Any]:
            async with self.portal.recursos.banco.transacao(self.id) as conn:
                done = await conn.execute(text(statement), values)
                return list(done.all()) if done.returns_rows else []

        return self.portal.run(do())

    def later(self, chave: str, **time: float) -> None:
        """Let so much time go by for a key."""
        gone = {"id": UUID(chave), "gone": timedelta(**time).total_seconds()}
        for column, of in (
            ("expira_em", "chaves_api WHERE id"),
            ("avisar_em", "chaves_api WHERE id"),
            ("expira_em", "segredos_de_chaves WHERE chave"),
        ):
            table, _, where = of.partition(" ")
            earlier = f"{column} = {column} - make_interval(secs => :gone)"
            self.sql(f"UPDATE auth.{table} SET {earlier} {where} = :id", **gone)  # noqa: S608

    def audit(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Action, target and details of the log, in order."""
        rows = self.sql("SELECT acao, alvo, detalhes FROM auditoria.registros ORDER BY numero")
        return [
            (row.acao, row.alvo, msgspec.json.decode(row.detalhes[16:]) if row.detalhes else {})
            for row in rows
        ]


def now() -> datetime:
    return datetime.now(UTC)
