"""Data keys grow old: a new one seals, and old copies are sealed again with it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from fiscalxml_server.kit import custody
from services.servico import Servico

from .archive import Arquivo, note


@pytest.fixture(autouse=True)
def _sealed(arquivo: Arquivo) -> None:
    """Copies of a lote and of a document that came by itself, with the first key."""
    arquivo.anew()
    arquivo.servico.send({"a.xml": note(1), "b.xml": note(2)})
    one = arquivo.servico.request(
        "POST", "/v1/documentos", content=note(3), headers={"Content-Type": "application/xml"}
    )
    assert one.status_code == 201
    arquivo.ask(custody.RESELAR)


def _keys(servico: Servico, names: set[str]) -> set[int]:
    async def read() -> set[int]:
        org = servico.organizacao
        return {await servico.worker.objetos.key_of(org, name) for name in names}

    return servico.run(read())


def _newest(arquivo: Arquivo) -> tuple[int, str | None]:
    """The key that seals now, and up to where old copies were sealed again with it."""
    query = "SELECT * FROM privacidade.chaves_de_dados WHERE organizacao = $1"
    (row,) = arquivo.sql(query, arquivo.servico.organizacao)
    return row["numero"], row["objeto"]


def _pass_a_year(arquivo: Arquivo) -> None:
    arquivo.sql("UPDATE privacidade.chaves_de_dados SET desde = desde - interval '366 days'")


def test_old_copies_are_sealed_again_with_a_new_key_every_year(arquivo: Arquivo) -> None:
    servico = arquivo.servico
    before = arquivo.objects()
    assert _keys(servico, before) == {1}
    _pass_a_year(arquivo)
    arquivo.ask(custody.RESELAR)
    after = arquivo.objects()
    assert _keys(servico, after - before) == {2}
    assert before <= after, "somebody may be reading them just now"
    for _ in range(2):
        arquivo.loosen()
        arquivo.ask(custody.ELIMINAR)
    assert _keys(servico, arquivo.objects()) == {2}
    rows = arquivo.sql("SELECT id FROM documentos WHERE organizacao = $1", servico.organizacao)
    read = {servico.request("GET", f"/v1/documentos/{row['id']}/xml").content for row in rows}
    assert read == {note(1), note(2), note(3)}


def test_an_operator_changes_the_key_of_an_organisation_at_once(arquivo: Arquivo) -> None:
    """As a command, over its own process; the workers find out by themselves."""
    servico = arquivo.servico
    numero = max(_keys(servico, arquivo.objects()))
    before = arquivo.objects()
    done = _rotate(servico, str(servico.organizacao))
    assert f"A chave {numero + 1} sela" in done.stdout, done.stderr
    servico.work()
    assert _keys(servico, arquivo.objects() - before) == {numero + 1}
    servico.send({"nova.xml": note(9)})
    newest = arquivo.objects() - before
    assert _keys(servico, newest) == {numero + 1}
    (entry,) = arquivo.sql(
        "SELECT ator, alvo FROM auditoria.registros WHERE acao = 'chave_de_dados.trocada'"
        " ORDER BY numero DESC LIMIT 1"
    )
    assert (entry["ator"], entry["alvo"]) == ("sistema", f"chave_de_dados:{numero + 1}")
    assert _rotate(servico, "outra").returncode == 2


def _rotate(servico: Servico, organizacao: str) -> subprocess.CompletedProcess[str]:
    values = servico.values | {"database_role": "fiscalxml_worker"}
    environment = {f"FISCALXML_{name.upper()}": str(value) for name, value in values.items()}
    command = [sys.executable, "-m", "fiscalxml_server.kit.storage", "rotate", organizacao]
    return subprocess.run(
        [*command, "--espera", "0"],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_key_that_is_young_stays(arquivo: Arquivo) -> None:
    before = arquivo.objects()
    arquivo.ask(custody.RESELAR)
    assert arquivo.objects() == before
    assert _newest(arquivo) == (1, None)


def test_what_a_lote_in_process_reads_is_left_alone(arquivo: Arquivo) -> None:
    arquivo.sql("UPDATE lotes SET concluido_em = NULL")
    before = arquivo.objects()
    _pass_a_year(arquivo)
    arquivo.ask(custody.RESELAR)
    new = arquivo.objects() - before
    assert len(new) == 1, "the document that came by itself"


def test_a_copy_that_is_gone_stops_nothing(arquivo: Arquivo) -> None:
    servico = arquivo.servico
    lost = sorted(arquivo.objects())[0]
    (servico.objetos / lost).unlink()
    _pass_a_year(arquivo)
    arquivo.ask(custody.RESELAR)
    assert _newest(arquivo) == (2, None)
