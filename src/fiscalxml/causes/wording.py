"""A cause in one sentence, as an accountant would say it."""

from __future__ import annotations

import re
from typing import Final

from fiscalxml.causes.causa import Itens
from fiscalxml.causes.roots import FORA_DE_ORDEM, INCOMPLETO, Raiz, missing_field
from fiscalxml.report import Achado
from fiscalxml.xml import milhar

# With its article, which contracts: d+o emitente, n+o emitente.
_LUGARES: Final = {
    "ide": "a identificação",
    "emit": "o emitente",
    "enderEmit": "o endereço do emitente",
    "dest": "o destinatário",
    "enderDest": "o endereço do destinatário",
    "prod": "o produto",
    "imposto": "os impostos",
    "total": "os totais",
    "ICMSTot": "os totais",
    "transp": "o transporte",
    "transporta": "o transportador",
    "veicTransp": "o veículo",
    "retirada": "o local de retirada",
    "entrega": "o local de entrega",
    "cobr": "a cobrança",
    "dup": "a duplicata",
    "fat": "a fatura",
    "pag": "o pagamento",
    "detPag": "o pagamento",
    "card": "o cartão",
    "infAdic": "as informações adicionais",
    "infRespTec": "o responsável técnico",
    "infProt": "o protocolo",
    "infNFeSupl": "o suplemento",
    "infCTeSupl": "o suplemento",
    "infMDFeSupl": "o suplemento",
    "avulsa": "os dados da nota avulsa",
    "DI": "a declaração de importação",
    "rem": "o remetente",
    "enderReme": "o endereço do remetente",
    "exped": "o expedidor",
    "enderExped": "o endereço do expedidor",
    "receb": "o recebedor",
    "enderReceb": "o endereço do recebedor",
    "toma": "o tomador",
    "enderToma": "o endereço do tomador",
    "prest": "o prestador",
}
_NO_ITEM: Final = frozenset({"det", "prod", "imposto"})  # said by 'em todos os itens'
_GROUP: Final = re.compile(
    r"g[A-Z]\w+|(?:ide|emit|dest|prod|imposto|total|transp|pag|cobr|det)|ender[A-Z]\w+"
    r"|(?:ICMS|IPI|PIS|COFINS|ISSQN|IBSCBS|IS)(?:Tot)?|inf(?:Adic|Modal|Prot|NFeSupl|CTeSupl)"
)
_UNKNOWN_AUTHORITY: Final = re.compile(r"autoridade (.+) não conhecida aqui")
_DET: Final = re.compile(r"(?:^|/)det(?:/|$)")


def sentence(raiz: Raiz, achado: Achado, mensagem: str | None, itens: Itens | None) -> str:
    """The cause that a finding stands for.

    `mensagem`: what the messages of all its findings share, where they share enough.
    """
    message = (mensagem or f"{achado.mensagem.rstrip('.')} (ou semelhante)").rstrip(".")
    where = _scope(raiz, itens)
    if raiz.camada == "schema":
        return _schema(raiz, achado, message, where)
    if raiz.camada == "assinatura":
        return _signature(raiz, message)
    if raiz.camada == "chave" and raiz.motivo:
        return _key(raiz, message)
    if achado.encontrado == "ausente" and achado.esperado == "informado":
        missing = achado.caminho.rpartition("/")[2]
        return _joined(f"Falta {_the(missing)}", where, f" ({message})")
    return _joined(message, where)


def overflow(achado: Achado) -> str:
    """Of the findings that came after there were too many causes."""
    return f"Demais achados {achado.codigo}, de causas que não couberam na lista"


def _schema(raiz: Raiz, achado: Achado, message: str, where: str) -> str:
    if field := missing_field(achado):
        group = raiz.caminho.rpartition("/")[2]
        late = " (ou está fora de ordem)" if raiz.codigo == FORA_DE_ORDEM else ""
        return _joined(f"Falta {_the(field)}", _in(group, where), late)
    if raiz.codigo == FORA_DE_ORDEM and "namespace" not in message:
        steps = raiz.caminho.split("/")
        group = steps[-2] if len(steps) > 1 else ""
        said = f"Campo {steps[-1]} fora de ordem ou não previsto"
        return _joined(said, _in(group, where))
    if raiz.codigo == INCOMPLETO:
        return _joined(message.partition(":")[0] + _still_expected(achado), where)
    return _joined(_whose(message, raiz.caminho), where)


def _still_expected(achado: Achado) -> str:
    return f": falta {achado.esperado}" if achado.esperado else ""


def _signature(raiz: Raiz, message: str) -> str:
    """The reason, where there is one, says more than the official message."""
    if unknown := _UNKNOWN_AUTHORITY.search(raiz.motivo or ""):
        return f"Certificado de autoridade desconhecida aqui: {unknown[1]}"
    return (raiz.motivo or message).rstrip(".")


def _key(raiz: Raiz, message: str) -> str:
    if raiz.codigo == "CHV-001":
        return f"{message}: esperado {raiz.motivo}"
    *names, last = (raiz.motivo or "").split(", ")
    return f"O Id difere do documento em {', '.join(names)}{' e ' if names else ''}{last}"


def _whose(message: str, caminho: str) -> str:
    """'Valor de CNPJ fora …' -> 'Valor de CNPJ do destinatário fora …'."""
    *above, field = [step for step in caminho.split("/") if step != "…"] or [""]
    owner = above[-1] if above else ""
    name = f" {field} "
    if not owner or owner in _NO_ITEM or name not in message or f" em {owner}" in message:
        return message
    return message.replace(name, f"{name}{_contracted('d', owner)} ", 1)


def _in(group: str, where: str) -> str:
    if not group or (where and group in _NO_ITEM):
        return where
    return f" {_contracted('n', group)}{f',{where}' if where else ''}"


def _contracted(preposition: str, group: str) -> str:
    """'do emitente', 'no emitente'; what has no name in Portuguese is 'de DI', 'em DI'."""
    if name := _LUGARES.get(group):
        return preposition + name
    return ("de " if preposition == "d" else "em ") + group


def _the(field: str) -> str:
    return f"o grupo {field}" if _GROUP.fullmatch(field) else field


def _joined(said: str, where: str, *more: str) -> str:
    return "".join([said, "" if where.strip() and where.strip() in said else where, *more])


def _scope(raiz: Raiz, itens: Itens | None) -> str:
    """In which items, where the finding is on items."""
    if not _DET.search(raiz.caminho):
        return ""
    if itens is None or not itens.todos + itens.alguns:
        return " nos itens"
    if not itens.alguns:
        return " em todos os itens"
    if not itens.todos:
        return " em alguns itens"
    all_, some = milhar(itens.todos), milhar(itens.alguns)
    word = "documento" if itens.alguns == 1 else "documentos"
    return f" em todos os itens de {all_} e em alguns itens de {some} {word}"
