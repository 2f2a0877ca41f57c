"""What is asked for wrongly is refused, by its name, and nothing is made of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.webhooks.portal import Casa, Portal

URL = "https://erp.exemplo.com.br/fiscal"

NO_URL = [
    "",
    " ",
    "erp.exemplo.com.br",
    "//erp.exemplo.com.br/",
    "https://",
    "https:///caminho",
    "https:erp.exemplo.com.br",
    "http://erp.exemplo.com.br/",
    "ftp://erp.exemplo.com.br/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://usuario@erp.exemplo.com.br/",
    "https://usuario:senha@erp.exemplo.com.br/",
    "https://@erp.exemplo.com.br/",
    "https://erp.exemplo.com.br/#parte",
    "https://erp.exemplo.com.br/#",
    "https://erp.exemplo.com.br/a b",
    "https://erp.exemplo.com.br/a\nb",
    "https://erp.exemplo.com.br/a\tb",
    "https://erp.exemplo.com.br/a\x00b",
    " https://erp.exemplo.com.br/",
    "https://erp.exemplo.com.br/\r\nX-Outro: 1",
    "https://erp.exemplo.com.br\\@10.0.0.1/",
    "https://erp.exemplo.com.br:22/",
    "https://erp.exemplo.com.br:0/",
    "https://erp.exemplo.com.br:65536/",
    "https://erp.exemplo.com.br:-1/",
    "https://erp.exemplo.com.br:porta/",
    "https://erp.exemplo.com.br:443:443/",
    "https://erp.exemplo.com.br./",
    "https://erp..exemplo.com.br/",
    "https://.exemplo.com.br/",
    "https://exemplo%2ecom.br/",
    "https://erp exemplo.com.br/",
    f"https://{'a' * 64}.com.br/",
    f"https://{'a.' * 127}com.br/",
    f"https://erp.exemplo.com.br/{'a' * 2000}",
    "https://127.0.0.1/",
    "https://10.0.0.1/",
    "https://192.168.0.1:8443/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://0.0.0.0/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://127.0.0.1./",
    "https://１２７.0.0.1/",
    "https://8.8.8/",
    "https://08.8.8.8/",
    "https://8.8.8.8.8/",
    "https://256.1.1.1/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[fe80::1%25eth0]/",
    "https://[fd00::1]/",
    "https://[fec0::1]/",
    "https://[ff02::1]/",
    "https://[::1/",
    "https://::1/",
    "https://[1::2::3]/",
    "https://[não]/",
    "https://localhost/",
    "https://erp.localhost/",
    "https://intranet/",
]


@pytest.mark.parametrize("url", NO_URL)
def test_a_url_that_no_delivery_may_go_to_is_refused(casa: Casa, url: str) -> None:
    for method, path in (("POST", ""), ("PATCH", f"/{casa.new()['id']}")):
        refused = casa.ask(method, path, json={"url": url})
        assert refused.status_code == 422, refused.text
        assert refused.json()["codigo"] in ("parametros_invalidos", "corpo_invalido")
    assert len(casa.ask("GET").json()["itens"]) == 1


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"url": URL, "tipos": ["documento.autorizado"]}, "O que não serve é o valor de tipos[0]."),
        ({"url": URL, "simultaneas": 51}, "O que não serve é o valor de simultaneas."),
        ({"url": URL, "cabecalhos": {"x": 1}}, "O que não serve é o valor de cabecalhos[...]."),
        ({"descricao": "ERP"}, "Falta url."),
        ({"url": URL, "segredo": "whsec_meu"}, "Há um membro que não existe aqui."),
    ],
)
def test_it_is_said_where_a_body_is_wrong(casa: Casa, body: dict[str, Any], told: str) -> None:
    refused = casa.ask("POST", json=body)
    assert refused.status_code == 422
    assert refused.json()["detail"].endswith(told)


def test_what_a_caller_wrote_wrongly_is_not_repeated(casa: Casa) -> None:
    refused = casa.ask("POST", json={"url": URL, "tipos": ["um <segredo>"], "e `outro`": 1})
    assert "segredo" not in refused.json()["detail"]
    assert "outro" not in refused.json()["detail"].replace("outros", "")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("https://erp.exemplo.com.br", "https://erp.exemplo.com.br"),
        ("HTTPS://ERP.Exemplo.com.br:443/A?b=%C3%A7", "https://erp.exemplo.com.br/A?b=%C3%A7"),
        ("https://erp.exemplo.com.br:8443/", "https://erp.exemplo.com.br:8443/"),
        ("https://erp.exemplo.com.br:80/", "https://erp.exemplo.com.br:80/"),
        ("https://padaria-são-joão.com.br/x", "https://xn--padaria-so-joo-yhbe.com.br/x"),
        ("https://8.8.8.8/x", "https://8.8.8.8/x"),
        ("https://[2606:4700:0:0::1111]/x", "https://[2606:4700::1111]/x"),
    ],
)
def test_a_url_is_kept_in_one_spelling(casa: Casa, given: str, told: str) -> None:
    assert casa.new(url=given)["url"] == told


NO_HEADERS: list[dict[str, str]] = [
    *({name: "x"} for name in ("Host", "host", "CONNECTION", "Content-Type", "content-length")),
    *({name: "x"} for name in ("webhook-id", "Webhook-Signature", "Transfer-Encoding", "TE")),
    *({name: "x"} for name in ("Upgrade", "Trailer", "Keep-Alive", "Proxy-Authorization")),
    *({name: "x"} for name in ("Cookie", "Expect", "User-Agent", "Accept-Encoding")),
    *({name: "x"} for name in ("", " ", "X Chave", "X-Chave:", "X-Chave\r\n", "X\x00", "Ção")),
    *({"X-Chave": value} for value in ("", " ", " x", "x ", "a\r\nb", "a\nb", "a\x00", "ção")),
    {"X-Chave": "a", "x-chave": "b"},
    {"X-Chave": "a" * 4090},
    {f"X-{number}": "x" for number in range(21)},
    {"X" * 101: "x"},
]


@pytest.mark.parametrize("cabecalhos", NO_HEADERS, ids=str)
def test_headers_that_are_not_the_user_s_to_say_are_refused(
    casa: Casa, cabecalhos: dict[str, str]
) -> None:
    refused = casa.ask("POST", json={"url": URL, "cabecalhos": cabecalhos})
    assert refused.status_code == 422, refused.text
    assert casa.ask("GET").json()["itens"] == []


@pytest.mark.parametrize("name", ["Authorization", "X-Api-Key", "x_loja", "Accept"])
def test_headers_that_are_the_user_s_own_are_kept(casa: Casa, name: str) -> None:
    assert casa.new(cabecalhos={name: "Bearer a\tb ~"})["cabecalhos"] == [name]


WRONG: list[dict[str, Any]] = [
    {"url": None},
    {"url": 1},
    {"url": ["https://erp.exemplo.com.br/"]},
    {"descricao": "a" * 201},
    {"descricao": "duas\nlinhas"},
    {"descricao": "nulo\x00"},
    {"descricao": None},
    {"tipos": ["documento.outro"]},
    {"tipos": ["webhook.teste"]},
    {"tipos": "documento.processado"},
    {"tipos": ["documento.processado"] * 100},
    {"empresas": ["11222333000182"]},
    {"empresas": ["11.222.333/0001-81"]},
    {"empresas": ["11222333000181"] * 1001},
    {"empresas": [None]},
    {"modelos": ["555"]},
    {"modelos": ["5"]},
    {"modelos": ["aa"]},
    {"modelos": ["55\n"]},
    {"modelos": [55]},
    {"vereditos": ["talvez"]},
    {"cabecalhos": []},
    {"cabecalhos": {"X-Chave": 1}},
    {"cabecalhos": None},
    {"por_minuto": 0},
    {"por_minuto": -1},
    {"por_minuto": 60_001},
    {"por_minuto": "5"},
    {"por_minuto": 2.5},
    {"por_minuto": 10**30},
    {"simultaneas": 0},
    {"simultaneas": 51},
    {"simultaneas": None},
    {"ordenada": "sim"},
    {"ordenada": 1},
    {"situacao": "ativa"},
    {"fatia": 1},
    {"segredos": "x"},
    {"organizacao": "0192f0c1-7b1e-7c55-8d8a-4f7a1b2c3d4e"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: str(wrong)[:60])
def test_what_is_wrong_is_refused_and_changes_nothing(casa: Casa, wrong: dict[str, Any]) -> None:
    made = casa.ask("POST", json={"url": URL, **wrong})
    assert made.status_code == 422, made.text
    id_ = casa.new()["id"]
    before = casa.read(id_)
    changed = casa.ask("PATCH", f"/{id_}", json=wrong)
    assert changed.status_code == 422, changed.text
    assert casa.read(id_) == before


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"null", 422),
        (b"[]", 422),
        (b'"url"', 422),
        (b'{"url": "https://erp.exemplo.com.br/"', 422),
        (b'{"url": "\xff"}', 422),
        (b'{"url": "\\ud800"}', 422),
        (b"[" * 60_000, 422),
        (json.dumps({"url": "https://a.b/" + "a" * 200_000}).encode(), 413),
    ],
)
def test_a_body_that_is_none_is_refused(casa: Casa, content: bytes, status: int) -> None:
    headers = {"Content-Type": "application/json"}
    for method, path in (("POST", ""), ("PATCH", f"/{casa.new()['id']}")):
        refused = casa.ask(method, path, content=content, headers=headers)
        assert refused.status_code in (status, 400), refused.text
    form = casa.ask("POST", data={"url": URL})
    assert form.status_code == 415


@pytest.mark.parametrize("id_", ["nada", "1", "%00", "..%2f..", "0" * 36, "a" * 5000])
@pytest.mark.parametrize("end", ["", "/pausar", "/retomar", "/teste", "/segredo", "/segredos"])
def test_an_id_that_is_none_is_refused(casa: Casa, id_: str, end: str) -> None:
    for method in ("GET", "POST", "PATCH", "DELETE"):
        answer = casa.ask(method, f"/{id_}{end}", json={})
        assert 400 <= answer.status_code < 500, (method, answer.text)


def test_what_is_wrong_is_named(casa: Casa) -> None:
    body = {"url": "https://10.0.0.1/", "empresas": ["1"], "cabecalhos": {"Host": "x"}}
    refused = casa.ask("POST", json=body).json()
    assert [each["campo"] for each in refused["campos"]] == ["url", "empresas", "cabecalhos"]
    assert {each["onde"] for each in refused["campos"]} == {"corpo"}


def test_a_developer_may_have_things_delivered_to_his_own_machine(
    banco: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    local = {"webhooks_http": True, "webhooks_ports": [], "webhooks_networks": ["127.0.0.0/8"]}
    portal = Portal(banco, tmp_path_factory.mktemp("local"), **local)
    try:
        casa = portal.casa()
        for url in ("http://127.0.0.1:3000/gancho", "http://localhost:3000/gancho"):
            assert casa.new(url=url)["url"] == url
        for url in ("http://10.0.0.1/", "http://169.254.169.254/"):
            assert casa.ask("POST", json={"url": url}).status_code == 422
    finally:
        portal.close()
