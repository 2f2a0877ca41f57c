"""What is told of documents, through both doors."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from factory.documents import build, chave_of
from services.documentos.written import put
from services.servico import Servico
from services.webhooks.subscribed import Dita, Escuta

XML = {"Content-Type": "application/xml"}
NOTA = build("nfe", protocol=True)
CHAVE = chave_of(NOTA)
CANCELAMENTO = build("cancelamento", protocol=True)
CCE = build("cce", protocol=True)
EMITENTE, DESTINATARIO = "12345678000195", "11222333000181"


class Casa:
    """An organisation without documents that subscribes to everything."""

    def __init__(self, servico: Servico, escuta: Escuta) -> None:
        self.servico, self.escuta = servico, escuta
        self.id = uuid4()
        self.chave = servico.new_key(self.id)
        self.subscribe()

    def subscribe(self, **filtro: list[str]) -> UUID:
        return self.servico.run(self.escuta.subscribe(self.id, **filtro))

    def told(self, assinatura: UUID | None = None) -> list[Dita]:
        return self.servico.run(self.escuta.told(self.id, assinatura))

    def kinds(self, assinatura: UUID | None = None) -> list[str]:
        return [each.tipo for each in self.told(assinatura)]

    def post(self, *documents: bytes, **headers: str) -> None:
        for data in documents:
            answer = self.servico.request(
                "POST", "/v1/documentos", content=data, headers=XML | headers, chave=self.chave
            )
            assert answer.status_code in (200, 201, 409), answer.text


@pytest.fixture
def casa(servico: Servico, escuta: Escuta) -> Casa:
    return Casa(servico, escuta)


def test_a_document_that_is_sent_is_told_with_where_the_api_tells_more(casa: Casa) -> None:
    casa.post(NOTA)
    (dita,) = casa.told()
    documento = dita.dados["documento"]
    assert dita == Dita(
        "documento.processado",
        f"documento:{documento}",
        {
            "documento": documento,
            "tipo": "nfe",
            "veredito": dita.dados["veredito"],
            "link": f"/v1/documentos/{documento}",
            "chave": CHAVE,
            "modelo": "55",
            "situacao": "autorizado",
            "emitente": EMITENTE,
        },
    )
    found = casa.servico.request("GET", dita.dados["link"], chave=casa.chave)
    assert found.json()["id"] == documento


def test_documents_of_a_lote_are_told_with_their_lote_and_it_comes_last(casa: Casa) -> None:
    lote = casa.servico.send(
        {
            "nota.xml": NOTA,
            "de novo.xml": NOTA,
            "cancelamento.xml": CANCELAMENTO,
            "ruim.xml": build("nfe", changes={"ide/nNF": "9"}).replace(b"<natOp>", b"<natOp>X", 1),
            "nada.txt": b"nada",
        },
        chave=casa.chave,
    )
    told = casa.told()
    assert sorted(each.tipo for each in told[:-1]) == [
        "documento.cancelado",
        "documento.evento",
        "documento.invalido",
        "documento.processado",
    ]
    assert {each.dados["lote"] for each in told} == {lote["id"]}
    last = told[-1]
    assert (last.tipo, last.alvo) == ("lote.concluido", f"lote:{lote['id']}")
    assert last.dados["contagens"] == {
        name: number for name, number in lote["contagens"].items() if number
    }


def test_a_duplicate_and_a_request_that_is_repeated_tell_nothing(casa: Casa) -> None:
    casa.post(NOTA, **{"Idempotency-Key": "um"})
    casa.post(NOTA, **{"Idempotency-Key": "um"})
    casa.post(NOTA)
    assert casa.kinds() == ["documento.processado"]


def test_a_transaction_that_is_rolled_back_never_happened(casa: Casa) -> None:
    async def fail() -> None:
        async with casa.servico.api.banco.transacao(casa.id) as conn:
            await put(conn, casa.id, NOTA)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        casa.servico.run(fail())
    assert casa.told() == []


def test_a_copy_with_the_protocol_is_told_as_an_update(casa: Casa) -> None:
    casa.post(build("nfe"), NOTA)
    draft, registered = casa.told()
    assert (draft.tipo, registered.tipo) == ("documento.processado",) * 2
    assert draft.alvo == registered.alvo
    assert draft.dados["situacao"] == "sem_protocolo"
    assert (registered.dados["situacao"], registered.dados["atualizado"]) == ("autorizado", True)


def test_what_stands_against_another_content_is_told_and_so_is_what_loses_its_place(
    casa: Casa,
) -> None:
    casa.post(build("nfe"), build("nfe", changes={"ide/natOp": "OUTRA"}))
    assert casa.kinds() == ["documento.processado", "documento.conflito"]
    other = Casa(casa.servico, casa.escuta)
    other.post(NOTA.replace(b"<natOp>", b"<natOp>X", 1), NOTA)
    broken, conflict, whole = sorted(other.told(), key=lambda each: (each.alvo, each.tipo != ""))
    kinds = [each.tipo for each in other.told()]
    assert kinds[0] == "documento.invalido"
    assert sorted(kinds[1:]) == ["documento.conflito", "documento.processado"]
    assert broken.alvo == conflict.alvo != whole.alvo


@pytest.mark.parametrize("documents", [(NOTA, CANCELAMENTO), (CANCELAMENTO, NOTA)])
def test_a_cancelled_document_is_told_once_in_any_order(
    casa: Casa, documents: tuple[bytes, ...]
) -> None:
    casa.post(*documents, *documents, CCE)
    (cancelled,) = [each for each in casa.told() if each.tipo == "documento.cancelado"]
    assert (cancelled.dados["chave"], cancelled.dados["situacao"]) == (CHAVE, "cancelado")


def test_an_event_is_told_whether_its_document_is_there_or_not(casa: Casa) -> None:
    casa.post(CCE)
    (dita,) = casa.told()
    assert dita.tipo == "documento.evento"
    assert dita.dados == {
        "documento": dita.dados["documento"],
        "chave": CHAVE,
        "evento": "110110",
        "link": f"/v1/documentos/{dita.dados['documento']}",
        "sequencia": 1,
        "situacao": "autorizado",
    }


def test_companies_are_the_parties_of_the_document_and_of_its_events(casa: Casa) -> None:
    mine = casa.subscribe(empresas=[DESTINATARIO])
    issuer = casa.subscribe(empresas=[EMITENTE])
    nobody = casa.subscribe(empresas=["00000000000191"])
    casa.post(CCE)
    # Whose note it is for is not known yet; who issued it is in the chave.
    assert casa.kinds(mine) == []
    assert casa.kinds(issuer) == ["documento.evento"]
    casa.post(NOTA, CANCELAMENTO)
    after = ["documento.processado", "documento.evento", "documento.cancelado"]
    assert casa.kinds(mine) == after
    assert casa.kinds(issuer) == ["documento.evento", *after]
    assert casa.kinds(nobody) == []


def test_a_subscription_hears_only_the_kinds_models_and_verdicts_it_wants(casa: Casa) -> None:
    cancelled = casa.subscribe(tipos=["documento.cancelado"])
    transport = casa.subscribe(modelos=["57"])
    invalid = casa.subscribe(vereditos=["invalido"])
    ends = casa.subscribe(tipos=["lote.concluido"])
    broken = build("nfe", changes={"ide/nNF": "9"}).replace(b"<natOp>", b"<natOp>X", 1)
    casa.post(NOTA, CANCELAMENTO, build("cte", protocol=True), broken)
    assert casa.kinds(cancelled) == ["documento.cancelado"]
    assert {each.dados["modelo"] for each in casa.told(transport)} == {"57"}
    assert all(each.dados["veredito"] == "invalido" for each in casa.told(invalid))
    assert "documento.invalido" in casa.kinds(invalid)
    assert casa.kinds(ends) == []


def test_an_organisation_is_told_nothing_of_another(casa: Casa) -> None:
    other = Casa(casa.servico, casa.escuta)
    casa.post(NOTA)
    assert other.told() == []
