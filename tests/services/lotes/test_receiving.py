"""Taking a lote in: what 202 promises, and everything that is refused before."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from factory.containers import envi_nfe
from factory.documents import chave_of
from fiscalxml_server.api.lotes import repository
from fiscalxml_server.kit.rbac import Escopo
from services.servico import ZIP, Servico, zipped

from .sending import note, objects, post, read, refusal, send

JSON = {"Content-Type": "application/json"}
LIMIT = 200_000


@pytest.fixture(scope="module")
def pequeno(banco: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servico]:
    """A service that takes no more than 200,000 bytes."""
    servico = Servico(banco, tmp_path_factory.mktemp("pequeno"), max_upload_bytes=LIMIT)
    yield servico
    servico.close()


def test_a_lote_is_taken_in_before_anything_is_judged(servico: Servico) -> None:
    data = zipped({"a.xml": note(4000)})
    sent = servico.request("POST", "/v1/lotes?nome=marco.zip", content=data, headers=ZIP)
    assert sent.status_code == 202
    lote = sent.json()
    assert sent.headers["location"] == f"/v1/lotes/{lote['id']}"
    assert (lote["situacao"], lote["nome"], lote["bytes"]) == ("recebido", "marco.zip", len(data))
    assert (lote["arquivos"], lote["total"]) == (0, None)
    assert read(servico, lote["id"]) == lote
    servico.work()
    done = read(servico, lote["id"])
    assert (done["situacao"], done["total"]) == ("concluido", 1)
    assert done["concluido_em"] > done["criado_em"]
    assert done["versao"] > lote["versao"]


def test_the_archive_is_gone_once_its_files_are_kept(servico: Servico) -> None:
    lote = send(servico, zipped({"a.xml": note(4010)}), ZIP)
    assert objects(servico, "envios") == []
    assert objects(servico, f"lotes/{lote['id']}") == [
        f"{servico.organizacao}/lotes/{lote['id']}/000000-1"
    ]


def test_a_lote_of_documents_that_are_there_already_keeps_no_copies(servico: Servico) -> None:
    data = zipped({"a.xml": note(4011), "b.xml": envi_nfe([note(4012), note(4013)])})
    first = send(servico, data, ZIP)
    kept = [name.rpartition("/")[2] for name in objects(servico, f"lotes/{first['id']}")]
    assert kept == ["000000-0-2-1-partes", "000000-1"]
    again = send(servico, data, ZIP)
    assert again["contagens"]["duplicado"] == 3
    assert objects(servico, f"lotes/{again['id']}") == []
    for number in (4011, 4012, 4013):
        path = f"/v1/documentos/{chave_of(note(number))}/xml"
        assert servico.request("GET", path).status_code == 200


def test_what_could_not_be_read_stays_with_its_block(servico: Servico) -> None:
    files = {"a.xml": note(4014), "b.xml": b"<nada/>"}
    send(servico, zipped(files), ZIP)
    again = send(servico, zipped(files), ZIP)
    assert len(objects(servico, f"lotes/{again['id']}")) == 1


def test_a_store_that_refuses_is_503_and_nothing_is_taken_in(banco: str, tmp_path: Path) -> None:
    servico = Servico(banco, tmp_path)
    folder = servico.objetos / str(servico.organizacao)
    folder.parent.mkdir(exist_ok=True)
    folder.write_bytes(b"a file where a folder should be")
    refused = post(servico, zipped({"a.xml": note(4015)}), ZIP)
    assert refusal(refused) == (503, "indisponivel")
    assert int(refused.headers["retry-after"]) > 0
    assert servico.request("GET", "/v1/lotes").json()["itens"] == []
    folder.unlink()
    assert post(servico, zipped({"a.xml": note(4015)}), ZIP).status_code == 202
    servico.close()


@pytest.mark.parametrize(
    ("data", "headers", "expected"),
    [
        (b"", ZIP, (422, "corpo_vazio")),
        (note(4020), ZIP, (422, "arquivo_recusado")),
        (b"7z\xbc\xaf\x27\x1c" + bytes(600), ZIP, (422, "arquivo_recusado")),
        (b"Rar!\x1a\x07" + bytes(600), ZIP, (422, "arquivo_recusado")),
        (b"%PDF-1.7", {"Content-Type": "application/pdf"}, (415, "tipo_nao_aceito")),
        (note(4020), {"Content-Type": "application/xml"}, (415, "tipo_nao_aceito")),
        (zipped({}), ZIP | {"Content-Encoding": "gzip"}, (415, "tipo_nao_aceito")),
        (b"{}", {"Content-Type": "application/json"}, (422, "corpo_invalido")),
        (b'{"envio":"x"}', {"Content-Type": "application/json"}, (422, "corpo_invalido")),
        (b'{"a":' * 2000, {"Content-Type": "application/json"}, (422, "corpo_invalido")),
    ],
    ids=[
        "empty", "xml", "7z", "rar", "pdf", "xml by its type", "encoded", "json without the id",
        "no id", "deep json",
    ],
)  # fmt: skip
def test_what_is_no_archive_is_refused_and_leaves_nothing(
    servico: Servico, data: bytes, headers: dict[str, str], expected: tuple[int, str]
) -> None:
    before = objects(servico)
    assert refusal(post(servico, data, headers)) == expected
    assert objects(servico) == before


def test_one_document_is_sent_to_where_documents_go(servico: Servico) -> None:
    assert post(servico, note(4021), ZIP).json()["endereco"] == "/v1/documentos"


@pytest.mark.parametrize("nome", ["", "a%00b", "a%0ab", "x" * 201])
def test_a_name_that_cannot_be_shown_is_refused(servico: Servico, nome: str) -> None:
    answer = servico.request("POST", f"/v1/lotes?nome={nome}", content=zipped({}), headers=ZIP)
    assert refusal(answer) == (422, "parametros_invalidos")


def test_sending_takes_the_scope_to_write_and_reading_that_to_read(servico: Servico) -> None:
    reader = servico.new_key(servico.organizacao, Escopo.LER)
    writer = servico.new_key(servico.organizacao, Escopo.ESCREVER)
    data = zipped({"a.xml": note(4030)})
    assert refusal(post(servico, data, ZIP, chave=reader)) == (403, "sem_permissao")
    sent = post(servico, data, ZIP, chave=writer)
    path = sent.headers["location"]
    for suffix in ("", "/itens", "/progresso"):
        denied = servico.request("GET", path + suffix, chave=writer)
        assert refusal(denied) == (403, "sem_permissao")
    servico.work()
    assert servico.request("GET", path, chave=reader).status_code == 200


class _Endless:
    """A body that counts how much of it was asked for."""

    def __init__(self) -> None:
        self.given = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield zipped({"a.xml": note(4040)})
        for _ in range(10_000):
            self.given += 50_000
            yield bytes(50_000)


def test_an_archive_over_the_limit_is_413_before_it_was_read(pequeno: Servico) -> None:
    body = _Endless()
    announced = ZIP | {"Content-Length": "500000000"}
    answer = pequeno.request("POST", "/v1/lotes", content=body, headers=announced)
    assert refusal(answer) == (413, "corpo_grande_demais")
    assert answer.json()["limite"] == LIMIT
    assert objects(pequeno) == []


def test_an_archive_that_turns_out_larger_than_the_limit_is_413_and_leaves_nothing(
    pequeno: Servico,
) -> None:
    form = {"Content-Type": "multipart/form-data; boundary=b"}
    head = b'--b\r\nContent-Disposition: form-data; name="a"; filename="a.xml"\r\n\r\n'
    for body, headers in (
        (zipped({"a.xml": note(4041)}) + bytes(LIMIT), ZIP),
        (head + bytes(LIMIT - 150) + b"\r\n--b--\r\n", form),
    ):
        answer = pequeno.request("POST", "/v1/lotes", content=_unannounced(body), headers=headers)
        assert refusal(answer) == (413, "corpo_grande_demais")
    assert objects(pequeno) == []


async def _unannounced(data: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(data), 10_000):
        yield data[at : at + 10_000]


def test_the_same_key_and_archive_get_the_first_answer(servico: Servico) -> None:
    key = ZIP | {"Idempotency-Key": "lote-1"}
    data = zipped({"a.xml": note(4050)})
    first, again = post(servico, data, key), post(servico, data, key)
    assert (again.status_code, again.content) == (202, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotent-replayed"] == "true"
    assert objects(servico, "envios") == [f"{servico.organizacao}/envios/{first.json()['id']}"]
    servico.work()


def test_the_same_key_for_another_archive_or_name_is_refused_and_leaves_nothing(
    servico: Servico,
) -> None:
    key = ZIP | {"Idempotency-Key": "lote-2"}
    data = zipped({"a.xml": note(4060)})
    assert post(servico, data, key).status_code == 202
    before = objects(servico)
    other = post(servico, zipped({"a.xml": note(4061)}), key)
    assert refusal(other) == (422, "chave_reutilizada")
    renamed = servico.request("POST", "/v1/lotes?nome=outro", content=data, headers=key)
    assert refusal(renamed) == (422, "chave_reutilizada")
    assert objects(servico) == before
    servico.work()


def test_several_at_once_under_one_key_are_one_lote(servico: Servico) -> None:
    key = ZIP | {"Idempotency-Key": "ao-mesmo-tempo"}
    data = zipped({"a.xml": note(4070)})
    answers = servico.at_once(4, "POST", "/v1/lotes", content=data, headers=key)
    assert [each.status_code for each in answers] == [202] * 4
    (lote,) = {each.json()["id"] for each in answers}
    assert objects(servico, "envios") == [f"{servico.organizacao}/envios/{lote}"]
    servico.work()


def test_new_lotes_wait_while_the_oldest_one_does(
    banco: str, tmp_path: Path, servico: Servico
) -> None:
    cheio = Servico(banco, tmp_path, max_backlog_seconds=0)
    assert post(cheio, zipped({}), ZIP).status_code == 202
    refused = post(cheio, zipped({}), ZIP)
    assert refusal(refused) == (429, "fila_cheia")
    assert int(refused.headers["retry-after"]) > 0
    assert len(objects(cheio, "envios")) == 1
    # Another organisation does not wait for it.
    assert post(servico, zipped({}), ZIP).status_code == 202
    cheio.work()
    assert post(cheio, zipped({}), ZIP).status_code == 202
    cheio.close()


def test_another_organisation_finds_none_of_it(servico: Servico) -> None:
    lote = send(servico, zipped({"a.xml": note(4080)}), ZIP)
    stranger = servico.new_key(uuid4())
    for suffix in ("", "/itens", "/progresso"):
        answer = servico.request("GET", f"/v1/lotes/{lote['id']}{suffix}", chave=stranger)
        assert refusal(answer) == (404, "nao_encontrado")
    assert servico.request("GET", "/v1/lotes", chave=stranger).json()["itens"] == []


def test_a_lote_that_is_not_there_is_404(servico: Servico) -> None:
    missing = servico.request("GET", f"/v1/lotes/{UUID(int=7)}")
    assert refusal(missing) == (404, "nao_encontrado")


def test_a_direct_upload_that_was_sent_weeks_ago_is_answered_with_its_lote(
    servico: Servico,
) -> None:
    sent = datetime.now(UTC) - timedelta(days=30)
    envio = UUID(int=int(sent.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62)
    servico.run(_insert_lote(servico, envio))
    answer = post(servico, json.dumps({"envio": str(envio)}).encode(), JSON)
    assert (answer.status_code, answer.json()["nome"]) == (202, "de um mês atrás")


async def _insert_lote(servico: Servico, lote: UUID) -> None:
    org = servico.organizacao
    async with servico.api.banco.transacao(org) as conn:
        await repository.insert_lote(
            conn,
            org,
            lote,
            nome="de um mês atrás",
            objeto=f"{org}/direto/{lote}",
            tamanho=1,
            credencial="teste",
        )


def test_a_folder_takes_no_direct_uploads(servico: Servico) -> None:
    answer = servico.request("POST", "/v1/lotes/envios")
    assert refusal(answer) == (409, "envio_direto_indisponivel")
