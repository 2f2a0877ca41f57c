"""`make permissoes`: docs/permissoes.md, who may do what, from the table and the routes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from fastapi import APIRouter, FastAPI

from fiscalxml_server.api.app import ROUTERS as API
from fiscalxml_server.auth.app import ROUTERS as AUTH
from fiscalxml_server.kit.http.permissions import Decisao, Quem, decisions
from fiscalxml_server.kit.rbac import DELEGAVEIS, INTEIROS, PERMISSOES, Escopo, Papel
from fiscalxml_server.webhooks.app import ROUTERS as WEBHOOKS

PUBLISHED: Final = Path(__file__).parents[1] / "docs" / "permissoes.md"
_SERVICES: Final = {"API dos documentos": API, "Contas": AUTH, "Webhooks": WEBHOOKS}
_HEAD: Final = """\
# Quem pode o quê

Feito do código por `make permissoes`; não edite. Cada operação pede **um** escopo, e um teste chama
todas como cada papel e compara com esta página. Uma pessoa tem, em cada organização, um papel; uma
chave de API ou máquina, os escopos que lhe deram (só os marcados em *chave*).

Sem credencial boa a resposta é 401; com uma, mas sem o escopo, 403 com o nome dele. O que é de
outra organização é respondido, byte por byte, como o que não existe.

## Papéis e escopos
"""
_COMPANIES: Final = """\
## Empresas

Uma chave ou pessoa pode ser limitada a algumas empresas (CNPJ ou CPF, alfanumérico também). Ela vê
só documentos de que uma delas é emitente ou destinatária, e os eventos desses documentos, em toda
parte: busca, somas, causas, exportações, revalidações, mudanças e o que pende de um documento. O
que não vê não existe para ela (404). Quem garante é o banco de dados, e não cada consulta.

- *O que é da organização inteira* ({whole}) fica fechado a quem é limitado, seja qual for o papel.
- *Enviar*: um documento de outras empresas é recusado (403 `documento_de_outra_empresa`); num lote,
  fica como *ignorado*. Um evento entra, e aparece quando o documento dele for de uma das empresas.
- *Lotes, exportações e revalidações* guardam o limite de quem pediu: vê-os quem tem todas essas
  empresas. Os pedidos sem limite só os vê quem não tem limite.
- O endereço assinado de um arquivo de exportação continua a bastar a quem o tem.
"""


def page() -> str:
    """The whole page."""
    parts = [_HEAD, _roles()]
    every = {name: _decisions(routers) for name, routers in _SERVICES.items()}
    parts += ["\n## O que cada escopo abre\n", *_opened(every), *_others(every), _companies()]
    return "\n".join(parts)


def _companies() -> str:
    return _COMPANIES.format(whole=", ".join(f"`{each}`" for each in Escopo if each in INTEIROS))


def _roles() -> str:
    head = ["| escopo |", *(f" {papel} |" for papel in Papel), " chave |"]
    rows = [
        "".join([f"| `{escopo}` |", *(_mark(has) for has in _holders(escopo))]) for escopo in Escopo
    ]
    return "\n".join(["".join(head), "|---|" + ":-:|" * (len(Papel) + 1), *rows])


def _holders(escopo: Escopo) -> Iterator[bool]:
    yield from (escopo in PERMISSOES[papel] for papel in Papel)
    yield escopo in DELEGAVEIS


def _mark(has: bool) -> str:
    return " ✓ |" if has else " |"


def _decisions(routers: Sequence[APIRouter]) -> list[Decisao]:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    for router in routers:
        app.include_router(router)
    return sorted(decisions(app.routes), key=lambda each: (each.caminho, each.metodo))


def _opened(every: Mapping[str, Sequence[Decisao]]) -> Iterator[str]:
    for escopo in Escopo:
        yield from _section(f"`{escopo}`", escopo, every)


def _others(every: Mapping[str, Sequence[Decisao]]) -> Iterator[str]:
    yield "\n## O que não pede escopo\n"
    yield from _section("De uma pessoa que entrou, seja qual for a organização", Quem.PESSOA, every)
    yield from _section("De outro serviço, com a chave dele", Quem.SERVICO, every)
    yield from _section("De todos, sem credencial", Quem.TODOS, every)


def _section(
    title: str, pede: Escopo | Quem, every: Mapping[str, Sequence[Decisao]]
) -> Iterator[str]:
    yield f"### {title}\n"
    found = [(name, each) for name, all_of in every.items() for each in all_of if each.pede == pede]
    if not found:
        yield "Nenhuma operação ainda.\n"
        return
    yield "| serviço | operação | |\n|---|---|---|"
    for name, each in found:
        yield f"| {name} | `{each.metodo} {each.caminho}` | {_told(each)} |"
    yield ""


def _told(each: Decisao) -> str:
    if each.servicos:
        return ", ".join(each.servicos)
    person = " (só uma pessoa)" if each.pessoa and isinstance(each.pede, Escopo) else ""
    return each.resumo + person


if __name__ == "__main__":
    PUBLISHED.write_text(page(), encoding="utf-8")
