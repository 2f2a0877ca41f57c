"""The lists of deliveries over a million rows of 90 days, under row-level security.

    PYTHONPATH=tests .venv/bin/python -m benchmarks.entregas [--rows 1000000]

Fills a PostgreSQL of its own, asks the Webhook Service's own functions as its role, and writes
benchmarks/entregas.md.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg
from sqlalchemy import event

from benchmarks.search_plans import PROCESS, on_cpu
from fiscalxml_server.kit.auth import Sujeito
from fiscalxml_server.kit.notifying import Tipo
from fiscalxml_server.kit.rbac import Escopo
from fiscalxml_server.stack.database import OWNER, prepare
from fiscalxml_server.stack.postgres import LOCAL, Postgres
from fiscalxml_server.webhooks.entregas import service as entregas
from fiscalxml_server.webhooks.entregas.health import read_health
from fiscalxml_server.webhooks.notificacoes import service as notificacoes
from fiscalxml_server.webhooks.reenvios import service as reenvios
from fiscalxml_server.webhooks.reenvios.schemas import PedidoDeReenvio
from fiscalxml_server.webhooks.walking import Recorte
from services.servers.postgres import Servidor, migrate
from services.servers.running import running
from services.webhooks.portal import Casa, Portal

PAGE: Final = Path(__file__).with_name("entregas.md")
_DAYS: Final = 90
_WARM, _TIMES = 8, 40
_LINES: Final = 24
"""of a plan; of the days that a page does not reach, nothing is shown"""

_PARTITIONS: Final = """
DO $$ DECLARE tabela text; dia date;
BEGIN
    FOREACH tabela IN ARRAY ARRAY['notificacoes', 'entregas', 'tentativas'] LOOP
        FOR passo IN 2 .. 90 LOOP
            dia := (now() AT TIME ZONE 'UTC')::date - passo;
            EXECUTE format('CREATE TABLE webhooks.%I PARTITION OF webhooks.%I
                FOR VALUES FROM (%L) TO (%L)',
                tabela || '_' || to_char(dia, 'YYYYMMDD'), tabela, dia, dia + 1);
        END LOOP;
    END LOOP;
END $$
"""
# One in a hundred was given up; the newest two in a hundred wait; every kind but two is told.
_ROWS: Final = """
CREATE TEMPORARY TABLE feitas AS
    SELECT n, id, (uuid_extract_timestamp(id) AT TIME ZONE 'UTC')::date AS dia,
        CASE WHEN n % 50 = 0 THEN 'lote.concluido' ELSE 'documento.processado' END AS tipo,
        CASE WHEN n > {rows} * 0.98 THEN 'pendente' WHEN n % 100 = 7 THEN 'falhou'
            ELSE 'entregue' END AS situacao
    FROM (SELECT n, uuidv7(make_interval(secs => (n - {rows}) * {apart})) AS id
        FROM generate_series(1, {rows}) AS n) AS series;
INSERT INTO webhooks.notificacoes
    SELECT '{org}', dia, id, tipo, 'documento:' || n, '{{"id":"' || id || '"}}' FROM feitas;
INSERT INTO webhooks.entregas
    SELECT '{org}', dia, '{sub}', id, situacao, 1, 200, now() FROM feitas;
INSERT INTO webhooks.tentativas
    SELECT '{org}', dia, '{sub}', id, 1, now(), n % 300, 200, NULL, 'ok' FROM feitas
    WHERE situacao <> 'pendente';
INSERT INTO webhooks.fila (assinatura, notificacao, organizacao, dia, fatia)
    SELECT '{sub}', id, '{org}', dia, 1 FROM feitas WHERE situacao = 'pendente';
INSERT INTO webhooks.contagens
    SELECT '{org}', '{sub}', date_trunc('hour', now()) - make_interval(hours => h), 400, 4, 90000
    FROM generate_series(0, 2159) AS h;
"""


def main() -> None:
    """Fill, measure, write the page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    with TemporaryDirectory() as root:
        folder = Path(root)
        folder.chmod(0o755)
        postgres = Postgres(folder / "postgres", {**LOCAL, "fsync": "off"})
        postgres.install(sync=False)
        with running(postgres.papel(), folder / "postgres.log", postgres.accepts) as pid:
            servidor = Servidor(postgres, pid)
            asyncio.run(prepare(servidor.admin_url(), "vazio"))
            name = migrate(servidor, dict(os.environ))
            portal = Portal(servidor.owner_url(name), folder, database_pool=1)
            try:
                casa = portal.casa()
                assinatura = UUID(casa.new()["id"])
                asyncio.run(_fill(servidor.admin_url(name), casa.id, assinatura, rows))
                PAGE.write_text(_page(rows, _measure(portal, casa, assinatura)), encoding="utf-8")
            finally:
                portal.close()


async def _fill(url: str, organizacao: UUID, assinatura: UUID, rows: int) -> None:
    """As one whom no policy binds."""
    admin = await asyncpg.connect(url)
    try:
        await admin.execute(f"SET ROLE {OWNER}")
        await admin.execute(_PARTITIONS)
        await admin.execute("RESET ROLE")
        apart = _DAYS * 86_400 / rows * 0.99
        values = {"rows": rows, "apart": apart, "org": organizacao, "sub": assinatura}
        await admin.execute(_ROWS.format_map(values))
        await admin.execute("VACUUM ANALYZE")
    finally:
        await admin.close()


def _measure(portal: Portal, casa: Casa, assinatura: UUID) -> list[tuple[str, Tempos, str]]:
    recursos = portal.recursos
    sujeito = Sujeito(casa.id, "chave:medida", frozenset(Escopo))
    now = datetime.now(UTC)
    rare, none = Tipo.LOTE_CONCLUIDO, Tipo.LOTE_FALHOU

    def listing(
        recorte: Recorte, situacao: str | None = None, cursor: str | None = None
    ) -> Callable[[], Awaitable[Any]]:
        return lambda: entregas.list_page(
            recursos, sujeito, assinatura, recorte, situacao, cursor, 50
        )

    def telling(recorte: Recorte, cursor: str | None = None) -> Callable[[], Awaitable[Any]]:
        return lambda: notificacoes.list_page(recursos, sujeito, recorte, cursor, 50)

    first = portal.run(listing(Recorte(ate=now - timedelta(days=60)))())
    deep, old = first.proximo, first.itens[0].notificacao
    alvo = first.itens[0].alvo
    month = Recorte(de=now - timedelta(days=60), ate=now - timedelta(days=30))
    asked = {
        "entregas": listing(Recorte()),
        "entregas, página de 60 dias atrás": listing(Recorte(), cursor=deep),
        "entregas de um mês": listing(month),
        "entregas que falharam": listing(Recorte(), "falhou"),
        "entregas entregues": listing(Recorte(), "entregue"),
        "entregas retidas (não há)": listing(Recorte(), "retida"),
        "entregas de um tipo raro": listing(Recorte(tipo=rare)),
        "entregas de um tipo que não há": listing(Recorte(tipo=none)),
        "entregas que falharam, de um tipo que não há": listing(Recorte(tipo=none), "falhou"),
        "entregas de um alvo": listing(Recorte(alvo=alvo)),
        "uma entrega": lambda: entregas.read(recursos, sujeito, assinatura, old),
        "saúde": lambda: read_health(recursos, sujeito, assinatura),
        "notificações": telling(Recorte()),
        "notificações, página de 60 dias atrás": telling(Recorte(), deep),
        "notificações de um tipo raro": telling(Recorte(tipo=rare)),
        "notificações de um tipo que não há": telling(Recorte(tipo=none)),
        "notificações de um alvo": telling(Recorte(alvo=alvo)),
        "uma notificação": lambda: notificacoes.read(recursos, sujeito, old),
    }
    measured = []
    for name, ask in asked.items():
        took = portal.run(_timed(portal, ask, _TIMES))
        measured.append((name, took, portal.run(_plan(portal, casa.id, ask))))
        print(_line(name, took))
    again = PedidoDeReenvio(situacoes=["entregue"], de=now - timedelta(days=80))

    async def resend() -> object:
        return await reenvios.resend(recursos, sujeito, assinatura, again)

    took = portal.run(_timed(portal, resend, 1, warm=0))
    print(_line("reenviar, a primeira parte", took))
    return measured


class Tempos(NamedTuple):
    """Milliseconds of each time."""

    relogio: list[float]
    cpu: list[float]
    """of the one process of PostgreSQL that answers"""


async def _timed(
    portal: Portal, ask: Callable[[], Awaitable[Any]], times: int, warm: int = _WARM
) -> Tempos:
    async with portal.recursos.banco.transacao() as conn:
        process = (await conn.execute(PROCESS)).scalar_one()
    took = Tempos([], [])
    for number in range(warm + times):
        cpu, began = on_cpu(process), time.perf_counter()
        await ask()
        if number >= warm:
            took.relogio.append((time.perf_counter() - began) * 1000)
            took.cpu.append((on_cpu(process) - cpu) * 1000)
    return took


async def _plan(portal: Portal, organizacao: UUID, ask: Callable[[], Awaitable[Any]]) -> str:
    """Of the longest statement that it asks."""
    asked: list[tuple[str, Any]] = []

    def heard(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        asked.append((statement, parameters))

    async with portal.recursos.banco.transacao() as conn:
        engine = conn.engine.sync_engine
    event.listen(engine, "before_cursor_execute", heard)
    try:
        await ask()
    finally:
        event.remove(engine, "before_cursor_execute", heard)
    async with portal.recursos.banco.transacao(organizacao) as conn:
        of_rows = [each for each in asked if "segredos" not in each[0]]
        statement, parameters = max(of_rows, key=lambda each: len(each[0]))
        rows = await conn.exec_driver_sql(
            f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) {statement}",
            parameters,
        )
        return _reached(list(rows.scalars()))


def _reached(lines: list[str]) -> str:
    """Without what was never executed, and what is said of it."""
    kept, skipped = [], -1
    for line in lines:
        depth = len(line) - len(line.lstrip())
        if skipped >= 0 and depth > skipped:
            continue
        skipped = depth if "(never executed)" in line else -1
        if skipped < 0:
            kept.append(line)
    more = [f"… e mais {len(kept) - _LINES} linhas"] if len(kept) > _LINES else []
    return "\n".join([*kept[:_LINES], *more])


def _line(name: str, took: Tempos) -> str:
    clock, cpu = took
    median = statistics.median(clock)
    return f"| {name} | {median:.1f} | {_p95(clock):.1f} | {_p95(cpu):.1f} |"


def _p95(values: list[float]) -> float:
    return sorted(values)[max(0, round(len(values) * 0.95) - 1)]


def _thousands(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def _page(rows: int, measured: list[tuple[str, Tempos, str]]) -> str:
    lines = [
        "# As entregas, medidas",
        "",
        f"Página escrita por `python -m benchmarks.entregas` em {datetime.now(UTC):%Y-%m-%d}, em",
        "uma máquina de 2 núcleos que outros processos também usavam.",
        f"{_thousands(rows)} entregas de um webhook em {_DAYS} dias, uma partição por dia: 2%",
        "esperam, de 1% se desistiu. Cada vez é uma transação inteira do papel",
        "`fiscalxml_webhooks` sob row-level security, pelas funções do serviço, com páginas de 50.",
        "O relógio, em milissegundos, conta a",
        "espera pelos processos vizinhos (carga de "
        f"{os.getloadavg()[0]:.0f} durante a medida); o processador é só o do processo do",
        "PostgreSQL que atende. A meta é p95 < 50 ms.",
        "",
        "| o que se pede | mediana | p95 | p95 do processador |",
        "|---|---|---|---|",
        *(_line(name, took) for name, took, _ in measured),
        "",
        "Uma página examina até 2.000 linhas: por isso um tipo que não há custa o mesmo, qualquer",
        "que seja o tamanho da lista.",
        "",
        "## Planos",
        "",
        "Os dias a que uma página não chega não se executam, e não estão aqui.",
        "",
    ]
    for name, _, plan in measured:
        lines += [f"### {name}", "", "```", plan, "```", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
