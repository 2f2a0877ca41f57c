"""`make auditoria`: docs/auditoria.md, what is recorded and how it is verified, from the code."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from fastapi import APIRouter, FastAPI

from fiscalxml_server.api.app import ROUTERS as API
from fiscalxml_server.auth.app import ROUTERS as AUTH
from fiscalxml_server.auth.auditoria.merkle import Folha, leaf
from fiscalxml_server.kit.audit import SALT_BYTES, Acao, link, micros
from fiscalxml_server.kit.http.auditing import Declarada, declarations
from fiscalxml_server.webhooks.app import ROUTERS as WEBHOOKS

PUBLISHED: Final = Path(__file__).parents[1] / "docs" / "auditoria.md"
_SERVICES: Final = {"API dos documentos": API, "Contas": AUTH, "Webhooks": WEBHOOKS}
_HEAD: Final = """\
# Auditoria: quem leu e quem fez o quê

Feito do código por `make auditoria`; não edite.

Tudo que se lê ou se muda dos dados de uma organização, e tudo que diz respeito à segurança das suas
contas, vira um registro: quem (`ator`), o quê (`acao`), sobre o quê (`alvo`), quando, e os detalhes
que houver, como a consulta que se fez.

- **Uma escrita** é registrada na mesma transação do seu efeito: não há uma sem a outra.
- **Uma leitura** é registrada antes de a resposta sair. Se o registro não pode ser gravado, a
  resposta é 503: nada se lê sem registro. As leituras simultâneas de um processo são gravadas
  juntas, e por isso uma organização grande não faz fila.
- Uma resposta 304 (nada mudou) também é uma leitura. O que foi recusado (401, 403, 404, 422) não é:
  nada foi lido. Uma requisição repetida com a mesma `Idempotency-Key` tem um efeito e um registro.
- **Nada se registra** de `POST /v1/validacoes` e `POST /v1/resumos`, que não guardam nada, nem das
  regras, das chaves de acesso e dos erros, que são públicos.
- O processamento de um lote não gera um registro por documento: o lote enviado é o registro, e os
  itens do lote dizem o que entrou.

`ator`: `pessoa:<id>`, `chave:<id>` (chave de API), `maquina:<id>`, `sistema` (o que se faz sozinho,
como expirar) ou `endereco` (quem tinha um endereço assinado). `alvo`: `<espécie>:<id>`. São sempre
ids: o que nomeia alguém, como uma chave de acesso, um e-mail ou um CNPJ, só está em `detalhes`, que
podem ser apagados (LGPD) sem desfazer a cadeia.

## Ler

`GET /v1/auditoria` (filtros `de`, `ate`, `acao`, `ator`, `alvo`) e `GET /v1/auditoria/exportacao`
pedem o escopo `auditoria:ler`: donos, administradores e auditores que alcançam a organização toda.
O que se fez com chaves de teste está numa cadeia à parte: `teste=true`. Ler a auditoria também é
registrado.

## O que é registrado

| ação | |
|---|---|
"""
_OPERATIONS: Final = """
## O que cada operação registra

Uma de várias ações, ou mais de uma, conforme o que acontece. Um teste recusa uma operação que não
o diga. Fora das operações, registra-se o que se faz sozinho:
{own}.

| serviço | operação | registra |
|---|---|---|
"""
_FORMAT: Final = """
## Como um registro é encadeado

Cada organização tem uma cadeia, e a instalação tem a sua (organização
`00000000-0000-0000-0000-000000000000`). `numero` começa em 1 e não tem falhas; `quando` nunca
volta.
O elo é um SHA-256 sobre a concatenação de:

| parte | bytes |
|---|---|
| elo do registro anterior; zeros, no primeiro | 32 |
| organização (UUID) | 16 |
| `numero`, inteiro sem sinal, big-endian | 8 |
| `quando`, microssegundos desde 1970-01-01T00:00:00Z, big-endian | 8 |
| `ator`, `acao` e `alvo`, cada um: tamanho em bytes (4, big-endian), e o texto em UTF-8 | 4 + n |
| `impressao`: SHA-256 dos detalhes; sem detalhes, SHA-256 de nada | 32 |

Os detalhes são {salt} bytes aleatórios (`sal`) seguidos do JSON, em UTF-8, exatamente como foi
escrito. O sal não deixa adivinhar, pela impressão, o que foi apagado.

### Exemplo

O primeiro registro de uma cadeia:

| campo | valor |
|---|---|
{example}

O que entra no SHA-256 do elo, parte por parte:

```
{parts}
```
"""
_CHECKPOINTS: Final = """
## Pontos de controle

De hora em hora, o serviço assina um *ponto de controle*: a raiz de uma árvore de Merkle sobre o fim
de todas as cadeias. Ele vai para o armazenamento de `FISCALXML_AUDIT_URL`, como
`pontos/000000000001.jws`, e não diz o nome, o id nem o número de registros de ninguém.

- **Folha** (RFC 6962): SHA-256 de `00`, organização (16 bytes), `numero` (8, big-endian) e `elo`
  (32) do último registro da cadeia. No exemplo: `{leaf}`.
- **Nó**: SHA-256 de `01`, nó esquerdo e nó direito. As folhas vêm na ordem dos bytes do id da
  organização. A árvore sem folhas tem por raiz o SHA-256 de nada.
- **O ponto** é um JWS compacto, ES256, `typ` `fiscalxml-ponto`, com
  `{{"instalacao", "numero", "quando", "cadeias", "raiz", "anterior"}}`. `anterior` é o SHA-256, em
  hexadecimal, do JWS do ponto anterior, e zeros no primeiro: os pontos também são uma cadeia.
- **As chaves públicas** estão em `/.well-known/fiscalxml-auditoria.json` (JWK). Guarde-as, e os
  pontos, longe de quem se quer conferir: num balde com bloqueio contra exclusão (S3 Object Lock),
  na mão do auditor. Quem confere por chaves que acabou de pedir confia em quem as deu.
- **A troca da chave** (`python -m fiscalxml_server.auth rotate-audit-key`, uma vez por ano ou se
  ela pode ter vazado) destrói a parte privada da anterior. As públicas continuam todas no endereço:
  quem confere guarda de novo o que ele dá, depois de ver que as que tinha estão lá, iguais.

## A exportação

Linhas JSON (`tipo` diz de que espécie é cada uma):

1. `cabecalho`: `formato` (1), `organizacao`, `de`, `ate`, `primeiro`, `ultimo`, `elo_anterior`,
   `gerado_em`.
2. `registro`, um por linha, em ordem: os campos acima, `micros` (o `quando` que o elo cobre), `sal`
   e `detalhes` (nulos onde não há ou foram apagados), `impressao`, `elo`.
3. `prova`: `ponto` (o JWS), e o caminho do registro `numero`, de elo `elo`, até a raiz: `indice` da
   folha, `cadeias` (folhas da árvore), `caminho` (os nós ao lado, de baixo para cima).

Vêm também o registro anterior ao período e os que vão até o primeiro ponto depois dele: assim nada
pode faltar nas pontas. O que ainda não tem ponto de controle (menos de uma hora) está encadeado, e
é só isso que dele se sabe.

## Conferir

Quem opera o serviço, sobre o banco inteiro ou uma exportação:

```
fiscalxml audit verify --chaves chaves.json --pontos s3://balde/auditoria
fiscalxml audit verify auditoria.jsonl --chaves chaves.json --pontos PASTA
```

Qualquer um, sem nada do serviço ([um arquivo só](auditoria/verificar.py), que depende apenas de
`cryptography`):

```
pip install cryptography
python verificar.py auditoria.jsonl --chaves chaves.json --pontos PASTA
```

Os dois terminam com 0 se tudo confere, 1 se algo foi alterado e 2 se não foi possível conferir.

| o que se fez | como se descobre |
|---|---|
| um campo alterado, um registro apagado, trocado de lugar ou renumerado | os elos não seguem |
| os detalhes alterados | não são os da impressão |
| os detalhes apagados às escondidas | nenhum registro posterior diz que foram |
| o fim da cadeia cortado | um ponto de controle viu um registro que não existe |
| a cadeia toda reescrita, com os elos refeitos | o ponto de controle viu outro elo |
| as folhas do banco alteradas junto | a raiz não é a que foi assinada |
| outro ponto de controle assinado no lugar (com a chave) | não é o que foi guardado |
| um ponto de controle tirado ou trocado | o seguinte não o continua |
| a cadeia toda apagada | `audit verify` sobre o banco; ou uma exportação anterior, dada junto |

Cortar o que veio depois do último ponto, com todos os direitos sobre o banco, não deixa sinal: é a
última hora, no máximo.

## Apagar detalhes

`auditoria.apagar_detalhes`, no banco, apaga os detalhes dos registros de um ator ou alvo, ou dos
anteriores a um instante, e escreve ela mesma o registro `auditoria.detalhes_apagados`, cujo alvo
diz quais: o id, ou `ate:<instante>`. O resto do registro fica, e a cadeia confere. Nenhum serviço
tem outro direito sobre os registros além de acrescentar.

## Restaurar uma cópia do banco

As cadeias voltam como estavam, elo por elo. O que se perdeu entre a cópia e a queda fica à mostra:
o ponto de controle publicado nesse intervalo viu registros que o banco não tem mais, e
`audit verify` o diz, para sempre. Os pontos novos continuam a numeração dos já publicados.
"""


def operations() -> dict[str, list[Declarada]]:
    """Of each service, by path."""
    return {name: sorted(_declared(routers), key=_place) for name, routers in _SERVICES.items()}


def _declared(routers: Sequence[APIRouter]) -> Iterator[Declarada]:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    for router in routers:
        app.include_router(router)
    return declarations(app.routes)


def _place(operation: Declarada) -> tuple[str, str]:
    return operation.caminho, operation.metodo


def _operations() -> str:
    rows: list[str] = []
    told: set[Acao] = set()
    for service, found in operations().items():
        for each in found:
            if isinstance(each.registra, str):
                what = f"nada: {each.registra}"
            else:
                told.update(each.registra)
                what = ", ".join(f"`{acao.value}`" for acao in each.registra)
            rows.append(f"| {service} | `{each.metodo} {each.caminho}` | {what} |\n")
    own = ", ".join(f"`{acao.value}`" for acao in Acao if acao not in told)
    return "".join([_OPERATIONS.format(own=own), *rows])


def page() -> str:
    """The whole page."""
    rows = "".join(f"| `{each.value}` | {each.descricao} |\n" for each in Acao)
    organizacao = UUID("0192f0c1-7b1e-7c55-8d8a-4f7a1b2c3d4e")
    quando = datetime.fromisoformat("2026-11-10T12:30:15.123456+00:00")
    texts = (
        "pessoa:0192f0c1-7b1e-7c55-8d8a-000000000001",
        Acao.DOCUMENTO_XML_LIDO.value,
        "documento:0192f0c1-7b1e-7c55-8d8a-000000000002",
    )
    salt, details = bytes(range(SALT_BYTES)), '{"em":"2026-11-01","parte":"1ª"}'
    printed = hashlib.sha256(salt + details.encode()).digest()
    elo = link(bytes(32), organizacao, 1, micros(quando), texts, printed)
    example = {
        "organização": organizacao,
        "numero": 1,
        "quando": "2026-11-10T12:30:15.123456Z",
        "ator": texts[0],
        "acao": texts[1],
        "alvo": texts[2],
        "sal": salt.hex(),
        "detalhes": details,
        "impressao": printed.hex(),
        "elo": elo.hex(),
    }
    parts = [
        bytes(32).hex(),
        organizacao.bytes.hex(),
        (1).to_bytes(8, "big").hex(),
        micros(quando).to_bytes(8, "big").hex(),
        *(f"{len(each.encode()):08x} {each.encode().hex()}" for each in texts),
        printed.hex(),
    ]
    told = "\n".join(f"| `{name}` | `{value}` |" for name, value in example.items())
    return (
        _HEAD
        + rows
        + _operations()
        + _FORMAT.format(salt=SALT_BYTES, example=told, parts="\n".join(parts))
        + _CHECKPOINTS.format(leaf=leaf(Folha(organizacao, 1, elo)).hex())
    )


if __name__ == "__main__":
    PUBLISHED.write_text(page(), encoding="utf-8")
