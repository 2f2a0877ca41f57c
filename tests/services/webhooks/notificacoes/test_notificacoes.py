"""What happened is listed, and read with to whom it was told."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from fiscalxml_server.kit.notifying import Tipo
from fiscalxml_server.kit.rbac import Escopo
from services.webhooks.portal import Casa, Portal
from services.webhooks.telling import ended, happened, lote


def listed(casa: Casa, query: str = "") -> list[str]:
    """Ids of all pages, in order."""
    found: list[str] = []
    cursor = ""
    while True:
        answer = ask(casa, f"?limite=2{query}{cursor}")
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += [each["id"] for each in page["itens"]]
        if page["proximo"] is None:
            return found
        cursor = f"&cursor={page['proximo']}"


def ask(casa: Casa, path: str = "", chave: str = ""):  # type: ignore[no-untyped-def]
    return casa.portal.request("GET", f"/v1/notificacoes{path}", chave=chave or casa.chave)


def test_a_list_goes_from_the_newest_to_the_oldest_and_each_filter_leaves_what_it_says(
    casa: Casa,
) -> None:
    casa.new(), casa.new()
    old = happened(casa, 3)
    (falha,) = happened(casa, 1, Tipo.LOTE_FALHOU)
    about = uuid4()
    casa.publish(lote(id_=about))
    newest = listed(casa)[0]
    assert listed(casa) == [newest, falha, *old]
    assert listed(casa, "&tipo=lote.falhou") == [falha]
    assert listed(casa, f"&alvo=lote:{about}") == [newest]
    assert listed(casa, f"&alvo=lote:{about}&tipo=lote.falhou") == []
    assert listed(casa, "&de=2099-01-01") == listed(casa, "&ate=2001-01-01") == []
    assert len(listed(casa, "&de=2001-01-01&ate=2099-01-01")) == 5


def test_a_page_looks_at_so_many_and_says_that_there_is_more(
    casa: Casa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fiscalxml_server.webhooks.walking.EXAMINED", 3)
    casa.new()
    (falha,) = happened(casa, 1, Tipo.LOTE_FALHOU)
    happened(casa, 7)
    assert ask(casa, "?tipo=lote.falhou").json()["itens"] == []
    assert listed(casa, "&tipo=lote.falhou") == [falha]


def test_one_tells_its_body_and_to_whom_it_went(casa: Casa) -> None:
    first, second, gone = (casa.new()["id"] for _ in range(3))
    casa.new(tipos=["lote.falhou"])
    (id_,) = happened(casa, 1)
    ended(casa, first, id_, "entregue", 204)
    casa.ask("DELETE", f"/{gone}")
    answer = ask(casa, f"/{id_}")
    (row,) = casa.sql("SELECT corpo FROM webhooks.notificacoes")
    assert row.corpo in answer.text
    assert answer.headers["cache-control"] == "private, no-store"
    one = answer.json()
    assert (one["id"], one["tipo"], one["corpo"]["id"]) == (id_, "lote.concluido", id_)
    assert [
        (each["webhook"], each["situacao"], each["tentativas"], each["codigo"])
        for each in one["entregas"]
    ] == [(second, "pendente", 0, None), (first, "entregue", 1, 204)]
    assert one["entregas"][1]["terminado_em"] is not None


def test_nothing_of_another_organisation_is_told(casa: Casa, portal: Portal) -> None:
    stranger = portal.casa()
    stranger.new()
    (theirs,) = happened(stranger, 1)
    unknown = ask(casa, f"/{uuid4()}")
    answer = ask(casa, f"/{theirs}")
    assert (answer.status_code, answer.content) == (404, unknown.content)
    assert listed(casa) == []


def test_who_may_not_read_webhooks_or_sees_a_part_reads_nothing(casa: Casa, portal: Portal) -> None:
    casa.new()
    (id_,) = happened(casa, 1)
    reader = portal.new_key(casa.id, Escopo.WEBHOOKS_LER)
    writer = portal.new_key(casa.id, Escopo.WEBHOOKS_ESCREVER)
    part = portal.new_key(casa.id, empresas=["11222333000181"])
    for path in ("", f"/{id_}"):
        assert ask(casa, path, chave=reader).status_code == 200
        for chave in (writer, part):
            assert ask(casa, path, chave=chave).status_code == 403


def test_each_reading_is_audited(casa: Casa) -> None:
    casa.new()
    (id_,) = happened(casa, 1)
    ask(casa, "?tipo=lote.falhou")
    ask(casa, f"/{id_}")
    assert casa.audit()[1:] == [
        ("webhook.notificacoes_listadas", "", {"tipo": "lote.falhou"}),
        ("webhook.notificacao_lida", f"notificacao:{id_}", {}),
    ]


@pytest.mark.parametrize(
    "path",
    [
        *("?tipo=outro", "?alvo=x", "?alvo=%00", "?cursor=nada", "?limite=0", "?de=ontem"),
        *("?situacao=falhou", "/nada", "/%00", "/" + "a" * 5000, "/" + "0" * 36),
        *(f"/{UUID(int=0)}", f"/{UUID(int=2**128 - 1)}"),
    ],
    ids=lambda path: path[:20],
)
def test_what_is_asked_for_wrongly_is_refused(casa: Casa, path: str) -> None:
    assert ask(casa, path).status_code in (404, 422)
