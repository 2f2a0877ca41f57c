"""A document that crashes, hangs or bloats its process ends as one *falha*; the rest concludes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec
import pytest

from factory.documents import build, chave_of
from services.servico import zipped

from .poison import KINDS, archive_name, entry, stored_note
from .sender import Remetente
from .system import SETTINGS, Sistema, start_system

_GOOD = 5
_SHORT = {
    **SETTINGS,
    "FISCALXML_JOB_TIME_LIMIT_SECONDS": "2",
    "FISCALXML_JOB_LEASE_SECONDS": "3",
    "FISCALXML_JOB_ATTEMPTS": "3",
    "FISCALXML_RECONCILE_SECONDS": "0.2",
    "FISCALXML_OPENING_WINDOW": str(len(KINDS)),
    "FISCALXML_WORKER_MEMORY_BYTES": str(768 * 1024 * 1024),
}


@pytest.fixture(scope="module")
def sistema() -> Iterator[Sistema]:
    with start_system(program="services.chaos.poison", settings=_SHORT) as sistema:
        yield sistema


@pytest.fixture(scope="module")
def remetente(sistema: Sistema) -> Remetente:
    return Remetente(sistema.base, sistema.chave)


def test_each_poison_ends_as_one_falha_and_all_others_of_its_lote_are_accepted(
    sistema: Sistema, remetente: Remetente
) -> None:
    files = {f"{kind}.xml": entry(kind) for kind in KINDS}
    files |= {f"nota-{n}.xml": build("nfe", changes={"ide/nNF": str(n + 1)}) for n in range(_GOOD)}
    lote = remetente.conclude(zipped(files))
    assert lote["situacao"] == "concluido"
    itens = remetente.json(f"/v1/lotes/{lote['id']}/itens")["itens"]
    assert {item["nome"]: item["desfecho"] for item in itens} == {
        name: "aceito" if name.startswith("nota") else "falha" for name in files
    }
    contagens = Counter(item["desfecho"] for item in itens)
    assert {name: n for name, n in lote["contagens"].items() if n} == contagens
    assert {item["codigo"] for item in itens if item["desfecho"] == "falha"} == {
        "falha_processamento"
    }
    mortos = sistema.rows("SELECT fim - inicio FROM jobs WHERE situacao = 'morto'")
    assert [row[0] for row in mortos] == [1] * len(KINDS), "each poison stands alone in the end"


def test_archives_that_end_or_stop_who_opens_them_end_as_failed_lotes_that_say_why(
    remetente: Remetente,
) -> None:
    archive = zipped({"a.xml": build("nfe"), "b.xml": build("nfe")})
    sent = [
        remetente.send(f"/v1/lotes?nome={archive_name(kind)}", archive, "application/zip").json()
        for kind in KINDS
    ]
    for lote in (remetente.ended(each["id"]) for each in sent):
        assert lote["situacao"] == "falhou"
        assert "abrir" in lote["motivo"]
        assert not any(lote["contagens"].values())


def test_each_document_that_strikes_who_judges_it_again_is_one_falha_of_its_re_validation(
    sistema: Sistema, remetente: Remetente
) -> None:
    struck = {kind: stored_note(kind, 200 + n) for n, kind in enumerate(KINDS)}
    notes = {f"{n}.xml": build("nfe", changes={"ide/nNF": str(300 + n)}) for n in range(_GOOD)}
    lote = remetente.conclude(
        zipped({f"{kind}.xml": each for kind, each in struck.items()} | notes)
    )
    assert lote["contagens"]["aceito"] == len(struck) + len(notes)
    body = msgspec.json.encode({"filtro": {"lote": lote["id"]}})
    asked = remetente.send("/v1/revalidacoes", body, "application/json")
    found = remetente.followed(asked.headers["location"])
    assert found["situacao"] == "concluida"
    assert {name: number for name, number in found["contagens"].items() if number} == {
        "falha": len(struck),
        "igual": len(notes),
    }
    itens = remetente.json(f"/v1/revalidacoes/{found['id']}/itens")["itens"]
    assert {item["chave"] for item in itens} == {chave_of(each) for each in struck.values()}
    assert {item["codigo"] for item in itens} == {"falha_processamento"}
    judged = sistema.rows(f"SELECT 1 FROM validacoes WHERE revalidacao = '{found['id']}'")  # noqa: S608
    assert len(judged) == len(notes)


def test_the_service_goes_on(remetente: Remetente) -> None:
    lote = remetente.conclude(zipped({"a.xml": build("nfe", changes={"ide/nNF": "77"})}))
    assert (lote["situacao"], lote["contagens"]["aceito"]) == ("concluido", 1)
