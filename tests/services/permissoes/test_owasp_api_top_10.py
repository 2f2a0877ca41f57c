"""OWASP API Security Top 10 (2023): each of the ten, attacked.

Where the whole of it is tested elsewhere, the attack here is the one that is typical of it.
"""

from __future__ import annotations

import base64
import io
import json
import socket
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from factory.documents import build, chave_of
from fiscalxml_server.kit.http.permissions import Quem
from fiscalxml_server.kit.rbac import Escopo, Papel
from services.auth.accounts import new_email, new_owner
from services.auth.signing_in import enter, session_of

from .predio import Predio

XML = {"Content-Type": "application/xml"}
ZIP = {"Content-Type": "application/zip"}
INTERNAL = ("objeto", "organizacao", "credencial", "empresas", "traceparent", "senha", "segredo")
"""columns that no caller of the API is told"""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND")


# API1: broken object level authorization


def test_1_a_guessed_id_opens_nothing_of_another_person_or_organisation(predio: Predio) -> None:
    """Besides `test_other_organisations`: sessions of people, files that were exported."""
    ana, bia = session_of(new_owner(predio.portal)), session_of(new_owner(predio.portal))
    stolen = bia.asks("DELETE", f"/v1/sessoes/{ana.id}")
    unknown = bia.asks("DELETE", f"/v1/sessoes/{uuid4()}")
    assert (stolen.status_code, stolen.text) == (unknown.status_code, unknown.text)
    assert ana.asks("GET", "/v1/sessoes").status_code == 200
    casa, other = predio.casa(), predio.casa()
    exports = [_exported(predio, each.id) for each in (casa, other)]
    address = exports[0]["url"]
    for attack in (
        address.replace(exports[0]["id"], exports[1]["id"]),
        address.replace("assinatura=", "assinatura=A"),
        address.partition("?")[0],
    ):
        assert predio.request("api", "GET", attack).status_code == 401, attack
    mine = predio.token(other, Papel.DONO)
    hidden = predio.request("api", "GET", address.partition("?")[0], credencial=mine)
    assert hidden.status_code == 404


def _exported(predio: Predio, organizacao: Any) -> dict[str, Any]:
    chave = predio.servico.new_key(organizacao)
    asked = predio.servico.request("POST", "/v1/exportacoes", json={"formato": "csv"}, chave=chave)
    predio.servico.work()
    found: dict[str, Any] = predio.servico.request(
        "GET", asked.headers["location"], chave=chave
    ).json()
    return found


# API2: broken authentication


def test_2_a_token_that_was_made_or_altered_by_the_caller_is_nobody_s(predio: Predio) -> None:
    token = predio.token(predio.casa(), Papel.LEITOR)
    assert _reads(predio, token)
    head, body, signature = token.split(".")
    claims = json.loads(_decoded(body))
    for changed in (
        {"alg": "none", "typ": "at+jwt"},
        {"alg": "HS256", "typ": "at+jwt", "kid": json.loads(_decoded(head))["kid"]},
        {**json.loads(_decoded(head)), "kid": "../../etc/passwd"},
        {**json.loads(_decoded(head)), "jwk": {"kty": "oct", "k": "AAAA"}},
        {**json.loads(_decoded(head)), "jku": "https://atacante.exemplo.com/chaves"},
    ):
        for mark in ("", signature):
            assert not _reads(predio, f"{_encoded(changed)}.{body}.{mark}")
    assert not _reads(predio, f"{head}.{_encoded(claims | {'papel': 'dono'})}.{signature}")


def test_2_a_credential_counts_where_it_belongs_and_once(predio: Predio) -> None:
    token = predio.token(predio.casa(), Papel.DONO)
    query = predio.request("api", "GET", f"/v1/documentos?access_token={token}")
    assert query.status_code == 401
    both = {"X-API-Key": token, "Authorization": f"Bearer {token}"}
    assert predio.request("api", "GET", "/v1/documentos", headers=both).status_code == 401
    cookie = {"Cookie": f"access_token={token}"}
    assert predio.request("api", "GET", "/v1/documentos", headers=cookie).status_code == 401


def test_2_guessing_a_password_becomes_slow_for_the_guesser_alone(predio: Predio) -> None:
    gente = new_owner(predio.portal)
    tries = [enter(predio.portal, gente.email, "errada demais", de="10.9.8.7") for _ in range(15)]
    assert tries[0].status_code == 401
    assert tries[-1].status_code == 429
    assert int(tries[-1].headers["Retry-After"]) > 0


def _reads(predio: Predio, credencial: str) -> bool:
    answer = predio.request("api", "GET", "/v1/documentos", credencial=credencial)
    assert answer.status_code in (200, 401), answer.text
    return answer.status_code == 200


def _encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


# API3: broken object property level authorization


@pytest.mark.parametrize(
    ("servico", "path", "body"),
    [
        ("api", "/v1/exportacoes", {"formato": "csv"}),
        ("api", "/v1/revalidacoes", {"em": "2027-01-05"}),
        ("auth", "/v1/chaves-api", {"nome": "ERP", "escopos": ["documentos:ler"]}),
        ("auth", "/v1/convites", {"email": "bia@exemplo.com.br", "papel": "leitor"}),
        ("webhooks", "/v1/webhooks", {"url": "https://erp.exemplo.com.br/"}),
    ],
)
def test_3_what_a_body_may_not_set_is_refused_and_not_passed_over(
    predio: Predio, servico: str, path: str, body: dict[str, Any]
) -> None:
    token = predio.token(predio.casa(), Papel.DONO)
    for extra in ("organizacao", "id", "credencial", "situacao", "criado_em", "teste_de_campo"):
        answer = predio.request(
            servico, "POST", path, credencial=token, json={**body, extra: str(uuid4())}
        )
        assert 400 <= answer.status_code < 500, (extra, answer.text)


def test_3_nobody_gives_a_key_or_a_guest_more_than_he_has(predio: Predio) -> None:
    casa = predio.casa()
    limited = predio.portal.token(
        casa.dono, casa.id, papel=Papel.ADMIN, empresas=("11222333000181",)
    )
    for body in (
        {"nome": "a", "escopos": ["chaves:escrever"]},
        {"nome": "a", "escopos": ["documentos:ler"], "empresas": ["12345678000195"]},
    ):
        answer = predio.request("auth", "POST", "/v1/chaves-api", credencial=limited, json=body)
        assert answer.status_code == 422, answer.text
    owner = {"email": "bia@exemplo.com.br", "papel": "dono"}
    admin = predio.token(predio.casa(), Papel.ADMIN)
    refused = predio.request("auth", "POST", "/v1/convites", credencial=admin, json=owner)
    assert 400 <= refused.status_code < 500, refused.text


def test_3_answers_have_no_column_that_is_not_the_caller_s_business(predio: Predio) -> None:
    casa = predio.casa()
    export = _exported(predio, casa.id)
    chave = predio.servico.new_key(casa.id)
    lote = predio.servico.send({"nota.xml": build("nfe")}, chave=chave)
    (item,) = predio.servico.items(lote, chave=chave)
    document = predio.servico.request(
        "GET", f"/v1/documentos/{item['documento']}", chave=chave
    ).json()
    for told in (export, lote, item, document):
        assert not set(told) & set(INTERNAL), told


# API4: unrestricted resource consumption


def test_4_whatever_is_too_much_is_refused_before_it_costs(predio: Predio) -> None:
    token = predio.token(predio.casa(), Papel.DONO)

    def ask(method: str, path: str, **options: Any) -> int:
        return predio.request("api", method, path, credencial=token, **options).status_code

    assert ask("GET", "/v1/documentos?limite=501") == 422
    assert ask("GET", f"/v1/documentos?texto={'a' * 50_000}") == 422
    assert ask("GET", "/v1/documentos/totais?por=emitente,destinatario") == 422
    assert ask("POST", "/v1/exportacoes", content=b"[" * 70_000, headers=_json()) in (413, 422)
    assert ask("POST", "/v1/exportacoes", content=b"[" * 60_000, headers=_json()) in (400, 422)
    bomb = b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><NFe>&b;</NFe>'
    report = predio.request(
        "api", "POST", "/v1/validacoes", credencial=token, content=bomb, headers=XML
    ).json()
    assert report["veredito"] == "invalido"
    large = b"<NFe>" + b" " * (10 * 1024 * 1024) + b"</NFe>"
    assert ask("POST", "/v1/validacoes", content=large, headers=XML) == 413


def test_4_a_zip_bomb_is_an_item_of_its_lote(predio: Predio) -> None:
    chave = predio.servico.new_key(uuid4())
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("bomba.xml", b" " * (64 * 1024 * 1024))
    sent = predio.servico.request(
        "POST", "/v1/lotes", content=buffer.getvalue(), headers=ZIP, chave=chave
    )
    predio.servico.work()
    lote = predio.servico.request("GET", sent.headers["location"], chave=chave).json()
    assert lote["situacao"] == "concluido"
    assert lote["contagens"]["aceito"] == 0


def _json() -> dict[str, str]:
    return {"Content-Type": "application/json"}


# API5: broken function level authorization


def test_5_a_reader_does_not_write_by_any_detour(predio: Predio) -> None:
    """Besides `test_every_route`: other methods, other spellings of the path."""
    casa = predio.casa()
    token = predio.token(casa, Papel.LEITOR)
    lote = predio.servico.send({}, chave=predio.servico.new_key(casa.id))
    override = dict.fromkeys(("X-HTTP-Method-Override", "X-Method-Override"), "DELETE")
    path = f"/v1/lotes/{lote['id']}"
    read = predio.request("api", "GET", path, credencial=token, headers=override)
    assert (read.status_code, read.json()["id"]) == (200, lote["id"])
    for spelling in (
        "/v1/lotes/",
        "//v1/lotes",
        "/V1/LOTES",
        "/v1/./lotes",
        "/v1/documentos/../lotes",
        "/v1/%6c%6f%74%65%73",
        "/v1/lotes%2f",
        "/v1/lotes;a=b",
    ):
        answer = predio.request("api", "POST", spelling, credencial=token, content=b"x")
        assert answer.status_code in (401, 403, 404, 405), spelling
    for original in ("X-Original-URL", "X-Rewrite-URL"):
        answer = predio.request(
            "api", "GET", "/saude", headers={original: "/v1/documentos"}, credencial=token
        )
        assert answer.json() == predio.request("api", "GET", "/saude").json()


# API6: unrestricted access to sensitive business flows


def test_6_what_costs_much_is_not_had_in_numbers(predio: Predio) -> None:
    casa = predio.casa()
    token = predio.token(casa, Papel.LEITOR)
    answers = [
        predio.request(
            "api",
            "POST",
            "/v1/exportacoes",
            credencial=token,
            json={"formato": "csv", "filtro": {"numero": str(number)}},
        )
        for number in range(1, 23)
    ]
    assert [each.status_code for each in answers] == [202] * 20 + [429] * 2
    assert answers[-1].json()["codigo"] == "fila_cheia"
    assert "Retry-After" in answers[-1].headers


def test_6_sign_up_and_forgotten_passwords_are_slowed(predio: Predio) -> None:
    asked = {"nome": "Ana", "senha": "curta", "organizacao": "Padaria"}
    for path in ("/v1/senha/esquecida", "/v1/cadastro"):
        bodies = [{"email": new_email(), **(asked if "cad" in path else {})} for _ in range(40)]
        answers = [predio.portal.request("POST", path, json=body, de="10.1.2.3") for body in bodies]
        assert answers[0].status_code != 429
        assert answers[-1].status_code == 429, path
        assert int(answers[-1].headers["Retry-After"]) > 0


# API7: server side request forgery


def test_7_no_address_that_a_caller_sends_is_asked(predio: Predio) -> None:
    token = predio.token(predio.casa(), Papel.DONO)
    with _listening() as (url, asked):
        for data in _pointing(url):
            for path in ("/v1/validacoes", "/v1/resumos", "/v1/documentos"):
                answer = predio.request(
                    "api", "POST", path, credencial=token, content=data, headers=XML
                )
                assert answer.status_code < 500, answer.text
        for servico, path, body in (
            ("api", "/v1/lotes", {"envio": url}),
            ("api", "/v1/exportacoes", {"formato": url}),
            ("auth", "/v1/chaves-api", {"nome": url, "escopos": ["documentos:ler"]}),
            ("webhooks", "/v1/webhooks", {"url": url}),
        ):
            predio.request(servico, "POST", path, credencial=token, json=body)
        for header in ("Host", "X-Forwarded-Host", "Forwarded", "Referer", "Origin"):
            predio.request(
                "api", "GET", "/v1/documentos", credencial=token, headers={header: url[7:]}
            )
        assert asked() == 0


@contextmanager
def _listening() -> Iterator[tuple[str, Callable[[], int]]]:
    """A server of which it is known how often somebody came."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        came: list[Any] = []

        def wait() -> None:
            while True:
                try:
                    came.append(server.accept())
                except OSError:
                    return

        threading.Thread(target=wait, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", lambda: len(came)
        server.shutdown(socket.SHUT_RDWR)


def _pointing(url: str) -> Iterator[bytes]:
    """Documents that point to an address, in each way that XML has."""
    nota = build("nfe").decode()
    bare = nota.partition("?>")[2] if nota.startswith("<?xml") else nota
    for before in (
        f'<!DOCTYPE NFe SYSTEM "{url}/a.dtd">',
        f'<!DOCTYPE NFe [<!ENTITY % a SYSTEM "{url}/a"> %a;]>',
        f'<?xml-stylesheet href="{url}/a.xsl" type="text/xsl"?>',
    ):
        yield (before + bare).encode()
    schema = (
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="http://www.portalfiscal.inf.br/nfe {url}/a.xsd" '
    )
    yield bare.replace("<NFe ", f"<NFe {schema}", 1).encode()
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{url}/a.xml"/>'
    yield bare.replace("<infNFe", f"{include}<infNFe", 1).encode()
    yield bare.replace('URI="#', f'URI="{url}/a#', 1).encode()


# API8: security misconfiguration


def test_8_every_answer_says_what_a_browser_may_do_with_it(predio: Predio) -> None:
    token = predio.token(predio.casa(), Papel.DONO)
    for porta in predio.portas:
        for credencial in (None, token):
            headers = predio.ask(porta, credencial, headers={"Origin": "https://a.exemplo"}).headers
            assert headers["X-Content-Type-Options"] == "nosniff", porta
            assert headers["Referrer-Policy"] == "no-referrer", porta
            assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], porta
            assert "base-uri 'none'" in headers["Content-Security-Policy"], porta
            lasting = "max-age=31536000; includeSubDomains"
            assert headers["Strict-Transport-Security"] == lasting, porta
            assert "Cache-Control" in headers, porta
            assert not [name for name in headers if name.startswith("access-control-")], porta
            assert "X-Powered-By" not in headers, porta
            if isinstance(porta.decisao.pede, Escopo) and porta.decisao.metodo != "GET":
                assert headers["Cache-Control"].startswith(("no-store", "private")), porta


def test_8_a_method_that_is_not_there_does_nothing(predio: Predio) -> None:
    token = predio.token(predio.casa(), Papel.DONO)
    for servico in predio.applications:
        there = {
            (each.decisao.caminho, each.decisao.metodo)
            for each in predio.portas
            if each.servico == servico
        }
        for path in {path for path, _ in there}:
            for method in METHODS:
                if (path, method) in there:
                    continue
                answer = predio.request(servico, method, _plain(path), credencial=token)
                assert answer.status_code in (404, 405, 422), (method, path)


def test_8_an_error_tells_nothing_of_the_inside(predio: Predio) -> None:
    token = predio.token(predio.casa(), Papel.DONO)
    for porta in predio.portas:
        path = porta.decisao.caminho.replace("{", "'\"<%00").replace("}", "")
        answer = predio.ask(porta, token, path=path)
        if answer.status_code < 400:
            continue
        for word in ("Traceback", "sqlalchemy", "asyncpg", "/src/", ".py", "SELECT "):
            assert word not in answer.text, (porta, word)
        assert answer.status_code < 500 or answer.status_code == 503, (porta, answer.text)


def _plain(path: str) -> str:
    return path.replace("{", "").replace("}", "").replace(":path", "")


# API9: improper inventory management


def test_9_every_route_is_published_or_known_to_be_internal(predio: Predio) -> None:
    for servico in predio.applications:
        document = predio.request(servico, "GET", "/openapi.json").json()
        told = {
            (path, method.upper()) for path, item in document["paths"].items() for method in item
        }
        for porta in predio.portas:
            if porta.servico != servico:
                continue
            decisao = porta.decisao
            known = (decisao.caminho, decisao.metodo) in told
            internal = decisao.pede is Quem.SERVICO
            page = decisao.pede is Quem.TODOS and decisao.metodo == "GET"
            assert known or internal or page, porta
            assert known or not decisao.caminho.startswith("/v1/"), porta
            assert not (known and internal), porta
            assert internal == porta.decisao.caminho.startswith("/interno/"), porta


def test_9_there_is_no_other_version_and_no_door_of_the_trade(predio: Predio) -> None:
    token = predio.token(predio.casa(), Papel.DONO)
    for servico in predio.applications:
        for path in (
            *("/v0/documentos", "/v2/documentos", "/api/v1/documentos", "/beta/documentos"),
            *("/admin", "/metrics", "/debug", "/actuator", "/swagger.json", "/graphql"),
            *("/.env", "/.git/config", "/redoc", "/server-status", "/docs/../../etc/passwd"),
        ):
            answer = predio.request(servico, "GET", path, credencial=token)
            assert answer.status_code == 404, (servico, path)


# API10: unsafe consumption of APIs


def test_10_what_a_store_gives_back_altered_is_not_passed_on(predio: Predio) -> None:
    """The object store is another's: a copy is what was sealed, or an error."""
    chave = predio.servico.new_key(uuid4())
    nota = build("nfe")
    posted = predio.servico.request(
        "POST", "/v1/documentos", content=nota, headers=XML, chave=chave
    )
    address = posted.headers["location"]
    copies = sorted(predio.servico.objetos.glob("*/documentos/*"), key=_written)
    sealed = bytearray(copies[-1].read_bytes())
    sealed[-1] ^= 1
    copies[-1].write_bytes(bytes(sealed))
    answer = predio.servico.request("GET", f"{address}/xml", chave=chave)
    assert answer.status_code == 500
    assert b"<NFe" not in answer.content


def test_10_a_document_s_words_are_no_program_of_ours(predio: Predio) -> None:
    """Fiscal documents come from others: what they say is shown as text."""
    chave = predio.servico.new_key(uuid4())
    words = "<script>alert(1)</script>=HYPERLINK(0)"
    nota = build("nfe", changes={"emit/xNome": words, "det[1]/prod/xProd": "=1+1"})
    posted = predio.servico.request(
        "POST", "/v1/documentos", content=nota, headers=XML, chave=chave
    )
    assert posted.status_code == 201, posted.text
    page = predio.servico.request(
        "GET", f"/v1/documentos/{chave_of(nota)}/relatorio?formato=html", chave=chave
    )
    assert page.status_code == 200
    assert "<script>alert(1)" not in page.text
    assert "sandbox" in page.headers["Content-Security-Policy"]
    table = predio.servico.request(
        "GET", "/v1/documentos/exportacao?formato=csv&tabela=itens", chave=chave
    )
    assert ";=1+1" not in table.text
    assert "'=1+1" in table.text


def _written(path: Path) -> float:
    return path.stat().st_mtime
